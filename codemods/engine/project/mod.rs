//! The whole program: summaries of files, linked.

pub(crate) mod modules;
pub(crate) mod reduce;
pub(crate) mod summary;

use rustc_hash::FxHashSet;

use modules::Modules;
use reduce::{FunctionId, Meaning, World};
pub use summary::Summary;

/// Where a file of the project lies, for module names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleFile {
    /// The path relative to the project's root, with `/`; a path outside of it as it is.
    pub path: String,
}

/// Collects summaries, asking for further files until every call that matters can be followed.
#[derive(Debug)]
pub struct Link {
    modules: Modules,
    summaries: Vec<Option<Summary>>,
    /// Files already asked for, or given.
    asked: FxHashSet<u32>,
    /// Functions whose calls are followed, and those already followed.
    queue: Vec<FunctionId>,
    followed: FxHashSet<FunctionId>,
    /// Functions to look at again once a file is there.
    waiting: Vec<FunctionId>,
}

impl Link {
    /// All Python files of the project; a file is named by its position from here on. `roots` are folders
    /// (relative, with `/`) from which modules are imported, besides those the layout shows.
    #[must_use]
    pub fn new(files: &[ModuleFile], roots: &[String]) -> Self {
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        Self {
            modules: Modules::new(&paths, roots),
            summaries: vec![None; files.len()],
            asked: FxHashSet::default(),
            queue: Vec::new(),
            followed: FxHashSet::default(),
            waiting: Vec::new(),
        }
    }

    /// The dotted name of a file's module, unique in the project.
    #[must_use]
    pub fn module(&self, file: usize) -> &str {
        self.modules.name(file as u32)
    }

    /// Takes the summary of a file.
    pub fn add(&mut self, file: usize, mut summary: Summary) {
        summary.index();
        let number = file as u32;
        // A file that was asked for is followed only where something leads into it.
        if self.asked.insert(number) {
            for (index, function) in summary.functions.iter().enumerate() {
                if function.is_async || function.qualname.is_empty() {
                    self.queue.push(FunctionId { file: number, index: index as u32 });
                }
            }
        }
        self.summaries[file] = Some(summary);
    }

    /// The files whose summaries are needed next, each named once over the life of the `Link`; empty when done.
    pub fn wanted(&mut self) -> Vec<usize> {
        self.queue.append(&mut self.waiting);
        let mut wanted = FxHashSet::default();
        let mut waiting = Vec::new();
        let world = World::new(&self.modules, &self.summaries, None);
        while let Some(id) = self.queue.pop() {
            if self.followed.contains(&id) {
                continue;
            }
            let mut complete = true;
            for call in &world.function(id).calls {
                match world.meaning(&call.symbol, id.file) {
                    Meaning::Function(callee) => self.queue.push(callee),
                    Meaning::Class(class) => {
                        let name = format!("{}.__init__", world.class(class).qualname);
                        if let Some(index) = world.summary(class.file).and_then(|s| s.function(&name)) {
                            self.queue.push(FunctionId { file: class.file, index });
                        }
                    }
                    Meaning::Pending(file) if !self.asked.contains(&file) => {
                        wanted.insert(file);
                        complete = false;
                    }
                    _ => {}
                }
            }
            if complete {
                self.followed.insert(id);
            } else {
                waiting.push(id);
            }
        }
        self.waiting = waiting;
        self.asked.extend(wanted.iter().copied());
        let mut wanted: Vec<usize> = wanted.into_iter().map(|file| file as usize).collect();
        wanted.sort_unstable();
        wanted
    }

    /// Follows the facts through the whole program.
    #[must_use]
    pub fn finish(self) -> Project {
        let marked = self.summaries.iter().map(|s| s.as_ref().is_some_and(|s| s.has_findings)).collect();
        Project { modules: self.modules, summaries: self.summaries, marked }
    }
}

/// The linked program: what every codemod may ask.
#[derive(Debug, Default)]
pub struct Project {
    pub(crate) modules: Modules,
    pub(crate) summaries: Vec<Option<Summary>>,
    marked: Vec<bool>,
}

impl Project {
    /// Whether running the codemods over this file can find anything.
    #[must_use]
    pub fn is_marked(&self, file: usize) -> bool {
        self.marked.get(file).copied().unwrap_or(false)
    }

    /// The number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.modules.len()
    }

    /// Whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
