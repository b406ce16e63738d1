//! The whole program: summaries of files, linked.

/// Where a file of the project lies, for module names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleFile {
    /// The path relative to the project's root, with `/`; a path outside of it as it is.
    pub path: String,
}

/// What other files need to know of one file. Small, plain data.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Summary {
    /// Whether a codemod found something without looking at other files.
    pub has_findings: bool,
}

/// Collects summaries, asking for further files until every call that matters can be followed.
#[derive(Debug)]
pub struct Link {
    names: Vec<String>,
    summaries: Vec<Option<Summary>>,
}

impl Link {
    /// All Python files of the project; a file is named by its position from here on. `roots` are folders
    /// (relative, with `/`) from which modules are imported, besides those the layout shows.
    #[must_use]
    pub fn new(files: &[ModuleFile], roots: &[String]) -> Self {
        let _ = roots;
        Self {
            names: files.iter().map(|file| file.path.clone()).collect(),
            summaries: vec![None; files.len()],
        }
    }

    /// The dotted name of a file's module, unique in the project.
    #[must_use]
    pub fn module(&self, file: usize) -> &str {
        &self.names[file]
    }

    /// Takes the summary of a file.
    pub fn add(&mut self, file: usize, summary: Summary) {
        self.summaries[file] = Some(summary);
    }

    /// The files whose summaries are needed next, each named once over the life of the `Link`; empty when done.
    pub fn wanted(&mut self) -> Vec<usize> {
        Vec::new()
    }

    /// Follows the facts through the whole program.
    #[must_use]
    pub fn finish(self) -> Project {
        Project {
            marked: self.summaries.iter().map(|s| s.as_ref().is_some_and(|s| s.has_findings)).collect(),
        }
    }
}

/// The linked program: what every codemod may ask.
#[derive(Debug, Default)]
pub struct Project {
    marked: Vec<bool>,
}

impl Project {
    /// Whether running the codemods over this file can find anything.
    #[must_use]
    pub fn is_marked(&self, file: usize) -> bool {
        self.marked.get(file).copied().unwrap_or(false)
    }
}
