//! The whole program: summaries of files, linked. The modules stand from the ground up, as those of the engine do.

// What the files are called, and what each tells of itself.
pub(crate) mod modules;
mod steps;
pub(crate) mod summary;

// What their symbols mean, and where calls lead.
pub(crate) mod dispatch;
pub(crate) mod facts;
pub(crate) mod reduce;

// What follows from that.
mod circle;
pub(crate) mod clashes;
pub(crate) mod following;
pub(crate) mod marks;
pub(crate) mod protocol;
pub(crate) mod shares;
pub(crate) mod threads;
mod watched;
mod words;

// What is planned for all files.
mod converting;
pub(crate) mod plans;

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::apis;
use super::finding::ChainStep;
use super::settings::Settings;
use converting::Converting;
use dispatch::Declared;
use facts::{Edge, Edges, Reach, Target};
use marks::{Lead, Leads, Marks};
use modules::Modules;
use plans::SharedPlan;
use reduce::{ClassId, FunctionId, World};
use shares::{Share, shares};
pub use summary::Summary;
use summary::passing::Passed;
use summary::{CallSummary, Usage};
use watched::to_watch;
use words::Words;

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
    /// Functions whose calls are to be followed, and where those already followed lead.
    queue: Vec<FunctionId>,
    edges: Edges,
    settings: Settings,
    paths: Vec<String>,
    /// Functions to look at again once a file is there.
    waiting: Vec<FunctionId>,
    /// What implements the methods that are called and only declared.
    declared: Declared,
}

impl Link {
    /// All Python files of the project; a file is named by its position from here on. `roots` are folders
    /// (relative, with `/`) from which modules are imported, besides those the layout shows; `settings`, those of
    /// the project's own folder, say what counts as blocking.
    #[must_use]
    pub fn new(files: &[ModuleFile], roots: &[String], settings: &Settings) -> Self {
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        Self {
            modules: Modules::new(&paths, roots),
            summaries: vec![None; files.len()],
            asked: FxHashSet::default(),
            queue: Vec::new(),
            edges: Edges::default(),
            settings: settings.clone(),
            paths: files.iter().map(|file| file.path.clone()).collect(),
            waiting: Vec::new(),
            declared: Declared::default(),
        }
    }

    /// The dotted name of a file's module, unique in the project.
    #[must_use]
    pub fn module(&self, file: usize) -> &str {
        self.modules.name(file as u32)
    }

    /// Takes the summary of a file.
    pub fn add(&mut self, file: usize, mut summary: Summary) {
        summary.settle();
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

    /// Whether every file of the project has to be looked at, whatever leads to it.
    #[must_use]
    pub fn wants_everything(&self) -> bool {
        self.settings.wants_conversions()
    }

    /// The files whose summaries are needed next, each named once over the life of the `Link`; empty when done.
    /// A file that cannot be read or parsed is added as `Summary::default()`, or not at all.
    ///
    pub fn wanted(&mut self, each: Each<'_>) -> Vec<usize> {
        self.queue.append(&mut self.waiting);
        let mut wanted = FxHashSet::default();
        let mut seen = FxHashSet::default();
        loop {
            let queue = std::mem::take(&mut self.queue);
            // Functions that call each other come up again and again while they wait for a file.
            let mut wave: Vec<FunctionId> =
                queue.into_iter().filter(|id| !self.edges.contains_key(id) && seen.insert(*id)).collect();
            if wave.is_empty() {
                // What leads on from a declaration is only known once the rest is.
                if !wanted.is_empty() || !self.follow_declared() {
                    break;
                }
                continue;
            }
            wave.sort_unstable();
            let batches: Vec<&[FunctionId]> = wave.chunk_by(|a, b| a.file == b.file).collect();
            let (modules, summaries, settings) = (&self.modules, &self.summaries, &self.settings);
            let follow = |batch: usize| -> Vec<Steps> {
                let (batch, world) = (batches[batch], World::new(modules, summaries, None));
                let mut follower = Follower::new(&world, settings, batch[0].file);
                batch.iter().map(|id| follower.steps(id.index)).collect()
            };
            let followed = spread(each, batches.len(), follow);
            for (id, steps) in wave.iter().zip(followed.into_iter().flatten()) {
                self.queue.extend(steps.edges.iter().filter_map(|edge| match edge.target {
                    Target::Function(callee) => Some(callee),
                    Target::External(_) => None,
                }));
                let mut waits = false;
                for file in steps.pending.into_iter().filter(|file| !self.asked.contains(file)) {
                    wanted.insert(file);
                    waits = true;
                }
                if waits {
                    self.waiting.push(*id);
                } else {
                    self.edges.insert(*id, steps.edges);
                }
            }
        }
        self.asked.extend(wanted.iter().copied());
        let mut wanted: Vec<usize> = wanted.into_iter().map(|file| file as usize).collect();
        wanted.sort_unstable();
        wanted
    }

    /// Queues what implements the methods that are called and only declared; whether that is anything new.
    fn follow_declared(&mut self) -> bool {
        let world = World::new(&self.modules, &self.summaries, None);
        let targets = self.edges.values().flatten().filter_map(|edge| match edge.target {
            Target::Function(callee) => Some(callee),
            Target::External(_) => None,
        });
        let is_test = |file: u32| is_test(&self.paths[file as usize]);
        self.declared = Declared::new(&world, &subclasses(&self.summaries), targets.collect(), is_test);
        let known = |id: &FunctionId| self.edges.contains_key(id) || self.waiting.contains(id);
        self.queue.extend(self.declared.implementations().filter(|id| !known(id)));
        !self.queue.is_empty()
    }

    /// What still waits does so for files that could not be had: its other calls count.
    pub(super) fn follow_the_rest(&mut self) {
        let world = World::new(&self.modules, &self.summaries, None);
        for id in std::mem::take(&mut self.waiting) {
            let mut follower = Follower::new(&world, &self.settings, id.file);
            self.edges.insert(id, follower.steps(id.index).edges);
        }
    }

    /// What the summaries say, as far as there are any.
    pub(super) fn world(&self) -> World<'_> {
        World::new(&self.modules, &self.summaries, None)
    }

    /// Where the calls of the functions followed so far lead.
    pub(super) fn edges(&self) -> &Edges {
        &self.edges
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Follows the facts through the whole program.
    #[must_use]
    pub fn finish(mut self, each: Each<'_>) -> Project {
        self.follow_the_rest();
        let (settings, edges, summaries) = (&self.settings, &self.edges, &self.summaries);
        let world = || World::new(&self.modules, summaries, None);
        let nests_loops = summaries.iter().flatten().any(|summary| summary.nests_loops);
        let leaf = |symbol: &str, call: &CallSummary| blocks(symbol, call, settings);
        let by_base = subclasses(summaries);
        let blocks = || {
            let world = world();
            let may_run =
                |call: &CallSummary, file, callee| dispatch::may_run(&world, &by_base, call, file, callee);
            facts::reach(&world, edges, leaf, |_| false, true, may_run, &self.declared)
        };
        let runs_loop = || runs_loop(&world(), edges, nests_loops);
        let clashes = || clashes::clashes(&world(), edges, &self.paths);
        let names = || (coroutine_names(summaries), protocol::Names::new(summaries));
        let circles = || circle::circles(&world(), edges);
        let ((blocks, runs_loop), (clashes, (circles, (coroutine_names, names)))) =
            both(each, || both(each, blocks, runs_loop), || both(each, clashes, || (circles(), names())));
        let marks = Marks {
            edges,
            settings,
            blocks: &blocks,
            runs_loop: &runs_loop,
            names,
            coroutine_names: &coroutine_names,
        };
        let mut marked = spread(each, summaries.len(), |file| marks.of(&world(), file as u32));
        for id in circles.keys() {
            marked[id.file as usize].add(Lead::Circle);
        }
        for id in clashes.keys() {
            marked[id.file as usize].add(Lead::Locks);
        }
        let watched = to_watch(&world(), edges, settings);
        let converting = settings
            .wants_conversions()
            .then(|| Box::new(Converting::new(std::mem::take(&mut self.edges), settings.clone())));
        Project {
            converting,
            watched,
            shares: OnceLock::new(),
            shared: SharedPlan::default(),
            coming: FxHashSet::default(),
            only_on_loop: None,
            circles,
            clashes,
            coroutine_names,
            nests_loops,
            by_base,
            blocks,
            runs_loop,
            declared: self.declared,
            marked,
            words: OnceLock::new(),
            paths: self.paths,
            modules: self.modules,
            summaries: self.summaries,
            settings: self.settings,
        }
    }
}

/// Calls the second argument with every number below the first, each once, and comes back when all are done: the
/// caller's way of spreading work over threads.
pub type Each<'e> = &'e (dyn Fn(usize, &(dyn Fn(usize) + Sync)) + Sync);

/// What the work gives for every number below `n`, in order.
fn spread<T: Send + Sync>(each: Each<'_>, n: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let slots: Vec<OnceLock<T>> = std::iter::repeat_with(OnceLock::new).take(n).collect();
    each(n, &|at| {
        slots[at].get_or_init(|| work(at));
    });
    slots.into_iter().map(|slot| slot.into_inner().expect("each number was worked on")).collect()
}

/// What two pieces of work give that may be done at the same time.
fn both<A, B>(each: Each<'_>, a: impl Fn() -> A + Sync, b: impl Fn() -> B + Sync) -> (A, B)
where
    A: Send + Sync,
    B: Send + Sync,
{
    let (first, second) = (OnceLock::new(), OnceLock::new());
    each(2, &|at| {
        if at == 0 {
            first.get_or_init(&a);
        } else {
            second.get_or_init(&b);
        }
    });
    let done = "each number was worked on";
    (first.into_inner().expect(done), second.into_inner().expect(done))
}

/// Where the calls of one function lead, and the files that must be known to say so of the others.
#[derive(Debug)]
struct Steps {
    edges: Vec<Edge>,
    pending: Vec<u32>,
}

/// Follows the calls of functions of one file, which call much the same.
struct Follower<'f> {
    world: &'f World<'f>,
    settings: &'f Settings,
    file: u32,
    /// Where calls lead by their symbols, equal ones of which are one text, and their usage; see [`facts::target`].
    known: FxHashMap<(*const u8, Usage), Result<Option<Target>, u32>>,
}

impl<'f> Follower<'f> {
    fn new(world: &'f World<'f>, settings: &'f Settings, file: u32) -> Self {
        Self { world, settings, file, known: FxHashMap::default() }
    }

    fn steps(&mut self, index: u32) -> Steps {
        let mut steps = Steps { edges: Vec::new(), pending: Vec::new() };
        let function = self.world.function(FunctionId { file: self.file, index });
        for (index, call) in (0..).zip(&function.calls) {
            match self.target(call) {
                Ok(Some(target)) => {
                    steps.pending.extend(facts::missing_for(self.world, call, self.file, &target));
                    steps.edges.push(Edge { target, row: call.row, call: index });
                }
                Ok(None) => {}
                Err(file) => steps.pending.push(file),
            }
        }
        steps
    }

    /// What a call leads to that anybody minds.
    fn target(&mut self, call: &CallSummary) -> Result<Option<Target>, u32> {
        let key = (call.symbol.as_ptr(), call.usage);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let found = self.find(call);
        self.known.insert(key, found.clone());
        found
    }

    fn find(&self, call: &CallSummary) -> Result<Option<Target>, u32> {
        let (world, usage) = (self.world, call.usage);
        let leads_nowhere = |symbol: &str| {
            !apis::matters(symbol, self.settings)
                && !usage.leaves_unawaited(symbol)
                && !apis::starts_task(symbol)
        };
        if world.is_foreign(&call.symbol) && (usage == Usage::Read || leads_nowhere(&call.symbol)) {
            return Ok(None);
        }
        let found = facts::target(world, call, self.file)?;
        Ok(found.filter(|target| !matches!(target, Target::External(symbol) if leads_nowhere(symbol))))
    }
}

/// Whether a call of this external symbol holds the thread up.
fn blocks(symbol: &str, call: &CallSummary, settings: &Settings) -> bool {
    apis::blocks(symbol, &call.constants, settings)
}

/// Which functions run an event loop of their own, unless they look first whether one is running.
fn runs_loop(world: &World<'_>, edges: &Edges, nests_loops: bool) -> Reach {
    facts::reach(
        world,
        edges,
        |symbol, _| !nests_loops && apis::runs_event_loop(symbol),
        |id| facts::asks_for_loop(world, edges, id),
        false,
        |_, _, _| true,
        &Declared::default(),
    )
}

/// Whether a file is named as those of tests and what they share are, or lies among them.
fn is_test(path: &str) -> bool {
    path.split('/')
        .any(|part| part.starts_with("test") || part.ends_with("_test.py") || part == "conftest.py")
}

/// The names of the functions that may give a coroutine when called.
fn coroutine_names(summaries: &[Option<Summary>]) -> FxHashSet<String> {
    let names = summaries.iter().flatten().flat_map(Summary::coroutine_names);
    names.map(str::to_owned).collect()
}

/// The classes by the last names of their bases.
fn subclasses(summaries: &[Option<Summary>]) -> FxHashMap<String, Vec<ClassId>> {
    let mut by_base: FxHashMap<String, Vec<ClassId>> = FxHashMap::default();
    for (file, summary) in (0..).zip(summaries) {
        for (index, class) in (0..).zip(summary.iter().flat_map(|summary| &summary.classes)) {
            for base in &class.bases {
                let name = base.rsplit('.').next().unwrap_or(base);
                by_base.entry(name.to_owned()).or_default().push(ClassId { file, index });
            }
        }
    }
    by_base
}

/// The linked program: what every codemod may ask.
#[derive(Debug, Default)]
pub struct Project {
    settings: Settings,
    pub(crate) modules: Modules,
    pub(crate) summaries: Vec<Option<Summary>>,
    coroutine_names: FxHashSet<String>,
    /// The coroutine functions that wait for themselves, with the way round.
    circles: FxHashMap<FunctionId, Vec<FunctionId>>,
    /// Locks taken in opposite orders, or again while held.
    clashes: clashes::Clashes,
    /// Whether it uses `nest_asyncio`, with which a running loop may be run again.
    pub(crate) nests_loops: bool,
    /// The classes whose bases end in this name.
    pub(crate) by_base: FxHashMap<String, Vec<ClassId>>,
    blocks: Reach,
    runs_loop: Reach,
    declared: Declared,
    /// Relative to the project's root.
    pub(crate) paths: Vec<String>,
    marked: Vec<Leads>,
    /// Only where conversions were asked for.
    converting: Option<Box<Converting>>,
    /// The plain functions of which it is asked who calls them.
    pub(super) watched: Vec<FunctionId>,
    /// Those of them that nothing but the event loop runs, once every file was asked.
    only_on_loop: Option<FxHashSet<FunctionId>>,
    /// The objects that may be given their twins in several files; looked for when somebody asks.
    shares: OnceLock<Vec<Share>>,
    /// Files that are known as they will be, not as they are: see [`Project::learn`].
    coming: FxHashSet<u32>,
    /// What becomes of them, once every file was asked.
    shared: SharedPlan,
    /// Made when it is first asked for.
    words: OnceLock<Words>,
}

impl Project {
    /// The objects that may be given their twins in several files.
    pub(super) fn shares(&self) -> &[Share] {
        let find = || shares(&World::new(&self.modules, &self.summaries, None), &self.settings);
        self.shares.get_or_init(find)
    }

    /// The files whose calls go through an attribute of this name, as far as they are summarised.
    pub(crate) fn files_that_go_through(&self, word: &str) -> impl Iterator<Item = u32> {
        self.words.get_or_init(|| Words::of(&self.summaries, &self.modules)).files(word)
    }

    /// Whether running the selected codemods over this file can find anything.
    #[must_use]
    pub fn is_marked(&self, file: usize, settings: &Settings) -> bool {
        self.marked
            .get(file)
            .is_some_and(|leads| settings.selection.iter().any(|codemod| leads.concern(codemod.leads)))
    }

    /// Why the file of this module is looked at again; a file that was not linked may hold anything.
    pub(crate) fn leads_of(&self, module: &str) -> Leads {
        self.modules.named(module).map_or(Leads::ANYTHING, |file| self.marked[file as usize])
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

    /// Whether any plain function of the project is known to block.
    pub(crate) fn has_blocking_functions(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// Whether any plain function of the project is known to run an event loop.
    pub(crate) fn has_loop_runners(&self) -> bool {
        !self.runs_loop.is_empty()
    }

    /// Whether a function of this name somewhere in the project may give a coroutine. Of an empty project nothing
    /// is known.
    pub(crate) fn may_give_coroutine(&self, name: &str) -> bool {
        self.coroutine_names.contains(name)
    }

    /// The shortest way from a plain function, by file and qualified name, that is called with these arguments to
    /// something that blocks.
    pub(crate) fn blocking_chain(
        &self,
        file: u32,
        qualname: &str,
        passed: &Passed,
    ) -> Option<Vec<ChainStep>> {
        self.chain(&self.blocks, file, qualname, passed)
    }

    /// Whether that way is open only in some state of things: to the first who asks for something, say.
    pub(crate) fn blocking_depends_on_state(&self, file: u32, qualname: &str) -> bool {
        let index =
            self.summaries.get(file as usize).and_then(Option::as_ref).and_then(|s| s.function(qualname));
        index.is_some_and(|index| self.blocks.depends_on_state(FunctionId { file, index }))
    }

    /// The shortest way from a plain function to something that runs an event loop of its own.
    pub(crate) fn loop_chain(&self, file: u32, qualname: &str, passed: &Passed) -> Option<Vec<ChainStep>> {
        self.chain(&self.runs_loop, file, qualname, passed)
    }

    /// The clashes of locks to be reported in a file, each with the qualified name of its function.
    pub(crate) fn lock_clashes(&self, file: u32) -> impl Iterator<Item = (&str, &clashes::Clash)> {
        let of_file = self.clashes.iter().filter(move |(id, _)| id.file == file);
        of_file.flat_map(|(id, clashes)| {
            let functions =
                self.summaries.get(id.file as usize).and_then(Option::as_ref).map(|s| &s.functions);
            let name = functions.and_then(|functions| functions.get(id.index as usize));
            clashes.iter().filter_map(move |clash| Some((name?.qualname.as_str(), clash)))
        })
    }

    /// The circle of coroutine functions that await one another, from this one on, each with its own row.
    pub(crate) fn circle(&self, file: u32, qualname: &str) -> Option<(&[FunctionId], Vec<ChainStep>)> {
        if self.circles.is_empty() {
            return None;
        }
        let index = self.summaries.get(file as usize)?.as_ref()?.function(qualname)?;
        let world = World::new(&self.modules, &self.summaries, None);
        let step = |id: &FunctionId| ChainStep {
            function: world.function_name(*id),
            filename: self.paths[id.file as usize].clone(),
            row: world.function(*id).row,
        };
        let circle = self.circles.get(&FunctionId { file, index })?;
        Some((circle, circle.iter().map(step).collect()))
    }

    /// Each step names a function and the place in it where the next is called; the last is the thing itself.
    fn chain(&self, reach: &Reach, file: u32, qualname: &str, passed: &Passed) -> Option<Vec<ChainStep>> {
        let index = self.summaries.get(file as usize)?.as_ref()?.function(qualname)?;
        let mut at = FunctionId { file, index };
        let world = World::new(&self.modules, &self.summaries, None);
        let mut witness = reach.way(at, passed)?;
        let mut steps = Vec::new();
        loop {
            steps.push(ChainStep {
                function: world.function_name(at),
                filename: self.paths[at.file as usize].clone(),
                row: witness.row,
            });
            match &witness.target {
                Target::Function(next) => (at, witness) = (*next, reach.next(witness)?),
                Target::External(symbol) => {
                    steps.push(ChainStep { function: symbol.clone(), filename: String::new(), row: 0 });
                    return Some(steps);
                }
            }
        }
    }
}
