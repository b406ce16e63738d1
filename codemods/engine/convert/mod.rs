//! Functions that become coroutine functions together with everything that calls them, in any file.
//!
//! A conversion is planned for the whole program before any file is rewritten. The plan starts from the functions
//! that a codemod wishes to convert ([`Wish`]), asks every file where it speaks of them (`mentions`), and strikes
//! out, to a fixed point, whatever cannot be converted: a function whose definition forbids it (`refuse`), that is
//! used as anything but a call, or that a function calls which is struck out itself. What is left falls into
//! conversions, each the functions that need one another and the calls that need them. A conversion has a part in
//! every file it changes, and is made in all of them or in none.
//!
//! Functions that stay as they are can be looked for in the same way, to learn who calls them (`watched`).

mod inside;
mod mentions;
mod plan;
mod refuse;
mod watched;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::{AhoCorasick, MatchKind};
use ruff_python_ast::Expr;
use rustc_hash::{FxHashMap, FxHashSet};

pub use mentions::Mentions;

use super::context::Context;
use super::project::Project;
use super::project::facts::Edges;
use super::project::plans::text_hash;
use super::project::reduce::{ClassId, FunctionId, World};
use super::settings::Settings;
use super::twin::Shared;
use mentions::{Caller, Definition, Kind, Mention};
use watched::Watched;

/// The name under which a comment leaves a call or a function alone.
const SILENCED_AS: &str = "make-async";

/// In how many files a name may stand before it is too common to look at each of them for a function that stays as it
/// is.
const MOST_FILES: usize = 100;

/// The functions that are looked for, by their last names.
#[derive(Debug, Default)]
pub(crate) struct Sought {
    names: FxHashMap<String, Vec<FunctionId>>,
    words: Option<Words>,
}

/// The names in the form in which files are searched for them.
#[derive(Debug)]
struct Words {
    names: Vec<String>,
    search: AhoCorasick,
    /// How many files had each.
    counts: Vec<AtomicUsize>,
    /// Files in which a name stands beyond this number are not looked at.
    most_files: usize,
}

impl Sought {
    /// Whether a file with these bytes may speak of one of the functions.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        let is_part = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        let is_word = |found: &aho_corasick::Match| {
            let before = |distance| found.start().checked_sub(distance).and_then(|at| bytes.get(at));
            // In the JSON of a notebook a line may begin after a `\n`.
            let starts = !is_part(before(1)) || before(2) == Some(&b'\\');
            starts && !is_part(bytes.get(found.end()))
        };
        let Some(words) = &self.words else { return false };
        let mut seen = FxHashSet::default();
        let mut is_in = false;
        for found in words.search.find_iter(bytes).filter(is_word) {
            if seen.insert(found.pattern()) {
                let before = words.counts[found.pattern()].fetch_add(1, Ordering::Relaxed);
                is_in |= before < words.most_files;
            }
            if is_in && words.most_files == usize::MAX {
                break;
            }
        }
        is_in
    }
}

/// A function that may be converted, and what is known of it so far.
#[derive(Debug, Default)]
struct Candidate {
    /// Somebody asked for it, or it calls what somebody asked for.
    is_asked: bool,
    /// It was asked for by name: nobody need call it.
    is_named: bool,
    definition: Option<Definition>,
    mentions: Vec<(u32, Mention)>,
    /// Those that have to be converted with it: methods that override one another.
    family: Vec<FunctionId>,
    refusal: Option<String>,
    /// Nothing in it would be awaited.
    is_idle: bool,
}

impl Candidate {
    fn is_out(&self) -> bool {
        self.refusal.is_some() || self.is_idle
    }
}

/// Plans the conversions of a linked program. Asks for what files say in rounds: see [`Planner::is_asking`].
#[derive(Debug, Default)]
pub struct Planner {
    candidates: FxHashMap<FunctionId, Candidate>,
    sought: Sought,
    /// The names that were looked for, and what was meant by them.
    known_names: FxHashSet<(FunctionId, String)>,
    /// The hashes of the texts that were looked at, by file.
    hashes: FxHashMap<u32, u64>,
    /// Only what was asked for by name is converted, and what that needs.
    is_only_named: bool,
    /// Names that were asked for and lead to no function.
    unknown: Vec<String>,
    /// Functions that stay as they are, of which it is asked who calls them.
    watched: Watched,
    /// Objects that several files use, of which it is asked whether all of them can be given the twin.
    shared: Shared,
}

impl Project {
    /// A planner for what has to be asked of every file: the conversions that are wished for, and, if it `asks`, who
    /// calls the functions and uses the objects that codemods have unsafe fixes for. `None` when there are none of
    /// either.
    #[must_use]
    pub fn planner(&self, asks: bool) -> Option<Planner> {
        let converting = self.wished();
        let is_needed =
            converting.is_some() || asks && (!self.watched.is_empty() || !self.shares().is_empty());
        is_needed.then(|| Planner::new(self, converting))
    }

    /// Takes the plan that follows from what a planner has learned. `may_change` says of a file, by its number,
    /// whether the codemod of this name may rewrite it.
    pub fn settle(&mut self, mut planner: Planner, may_change: &dyn Fn(usize, &'static str) -> bool) {
        let only_on_loop = planner.only_on_loop(self);
        let shared = planner.shared();
        let shared = shared.settle(self, &|file, codemod| may_change(file as usize, codemod));
        self.take_answers(only_on_loop, shared);
        if self.wished().is_some() {
            let plan = planner.settle(self, &|file| may_change(file as usize, crate::CONVERTING.name));
            self.take_plan(plan);
        }
    }
}

impl Planner {
    /// For the functions to be converted, if any are asked for, and those that codemods ask about.
    pub(crate) fn new(project: &Project, converting: Option<(&Edges, &Settings)>) -> Self {
        let world = World::new(&project.modules, &project.summaries, None);
        let mut planner = Self {
            watched: Watched::new(project, &world),
            shared: Shared::new(project.shares()),
            ..Self::default()
        };
        if let Some((edges, settings)) = converting {
            planner.wish(project, &world, edges, settings);
        }
        planner.admit(project, &world);
        planner
    }

    /// Takes up what the settings want to be converted.
    fn wish(&mut self, project: &Project, world: &World<'_>, edges: &Edges, settings: &Settings) {
        self.is_only_named = !settings.make_async.is_empty();
        let blocking = edges.keys().filter(|id| {
            let function = world.function(**id);
            !function.is_async && !function.qualname.is_empty() && project.is_blocking(**id)
        });
        for id in blocking {
            self.candidates.insert(*id, Candidate::default());
        }
        for name in &settings.make_async {
            match function_named(world, name) {
                Some(id) if !world.function(id).is_async => {
                    let named = Candidate { is_asked: true, is_named: true, ..Candidate::default() };
                    self.candidates.insert(id, named);
                }
                // It is what it should become.
                Some(_) => {}
                None => self.unknown.push(name.clone()),
            }
        }
    }

    /// The names asked for that are no function of the project.
    #[must_use]
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Whether there are functions of which it is not known yet who speaks of them: then every file is to be given
    /// to [`super::rewrite::find_mentions`], and what comes of it to [`Planner::take`].
    #[must_use]
    pub fn is_asking(&self) -> bool {
        self.sought.words.is_some()
    }

    /// Whether a file with these bytes has to be looked at in this round.
    #[must_use]
    pub fn is_concerned(&self, bytes: &[u8]) -> bool {
        self.sought.is_in(bytes)
    }

    pub(super) fn find(&self, cx: &Context<'_>) -> Mentions {
        let mut mentions = mentions::find(cx, &self.sought);
        inside::settle(cx, &mut mentions.definitions);
        mentions.shared = self.shared.find(cx);
        mentions
    }

    /// Takes what every file says, by its number; `None` for a file that speaks of none of the functions, or that
    /// cannot be read.
    pub fn take(&mut self, project: &Project, found: Vec<Option<Mentions>>) {
        let world = World::new(&project.modules, &project.summaries, None);
        self.give_up_what_is_common();
        let mut renamed = Vec::new();
        for (file, mentions) in (0_u32..).zip(found) {
            let Some(mentions) = mentions else { continue };
            self.shared.take(file, mentions.shared);
            self.hashes.insert(file, mentions.text_hash);
            renamed.extend(mentions.renamed);
            for definition in mentions.definitions {
                self.watched.define(&definition);
                if let Some(candidate) = self.candidates.get_mut(&definition.function) {
                    candidate.definition = Some(definition);
                }
            }
            for mention in mentions.found {
                self.watched.mention(file, &mention);
                let Some(candidate) = self.candidates.get_mut(&mention.function) else { continue };
                candidate.mentions.push((file, mention));
            }
        }
        self.shared.end_round();
        for (id, name) in renamed {
            if self.known_names.insert((id, name.clone())) {
                self.sought.names.entry(name).or_default().push(id);
            }
        }
        if let Some(edges) = project.edges() {
            self.bring_callers_in(edges);
        }
        self.admit(project, &world);
    }

    /// The callers of what was asked for become coroutine functions too, and so may those that the event loop runs.
    fn bring_callers_in(&mut self, edges: &Edges) {
        let mut queue: Vec<FunctionId> = self.candidates.keys().copied().collect();
        while let Some(id) = queue.pop() {
            let Some(candidate) = self.candidates.get(&id) else { continue };
            let is_asked = candidate.is_asked;
            let callers: Vec<FunctionId> = candidate
                .mentions
                .iter()
                .filter_map(|(file, mention)| match mention.kind {
                    Kind::Call { caller: Caller::Plain(index), .. } => {
                        Some(FunctionId { file: *file, index })
                    }
                    _ => None,
                })
                .chain(candidate.family.iter().copied().filter(|_| is_asked))
                .filter(|caller| is_asked || edges.contains_key(caller))
                .collect();
            for caller in callers {
                let caller_candidate = self.candidates.entry(caller).or_default();
                if is_asked && !caller_candidate.is_asked {
                    caller_candidate.is_asked = true;
                    queue.push(caller);
                }
            }
        }
    }

    /// Brings the families of new candidates in, and asks for what is not known of them.
    fn admit(&mut self, project: &Project, world: &World<'_>) {
        let mut ids: Vec<FunctionId> = self.candidates.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            if !self.candidates[&id].family.is_empty() {
                continue;
            }
            let family = family(project, world, id);
            let is_asked = self.candidates[&id].is_asked;
            for member in &family {
                let member = self.candidates.entry(*member).or_default();
                member.family.clone_from(&family);
                member.is_asked |= is_asked;
            }
        }
        let mut unknown: Vec<FunctionId> = self
            .candidates
            .iter()
            .filter(|(_, candidate)| candidate.definition.is_none() && candidate.refusal.is_none())
            .map(|(id, _)| *id)
            .collect();
        unknown.sort_unstable();
        for id in unknown {
            self.seek(world, id);
            // If its own file says nothing of it now, it never will.
            if let Some(candidate) = self.candidates.get_mut(&id) {
                candidate.refusal = Some("its definition is not seen".to_owned());
            }
        }
        for id in self.watched.ids() {
            // Those of them that are converted too have just been asked for.
            if !self.sought_before(world, id) {
                self.seek(world, id);
            }
        }
        let shared = self.shared.words().map(str::to_owned);
        let names: BTreeSet<String> = self.sought.names.keys().cloned().chain(shared).collect();
        if !names.is_empty() {
            // A match is as long as it can be, so that a name within another hides none.
            let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names);
            self.sought.words = search.ok().map(|search| Words {
                counts: names.iter().map(|_| AtomicUsize::new(0)).collect(),
                most_files: if self.candidates.is_empty() { MOST_FILES } else { usize::MAX },
                search,
                names: names.into_iter().collect(),
            });
        }
    }

    /// Asks for the function by the name it is defined under.
    fn seek(&mut self, world: &World<'_>, id: FunctionId) {
        let name = world.last_name(id);
        self.known_names.insert((id, name.to_owned()));
        self.sought.names.entry(name.to_owned()).or_default().push(id);
    }

    fn sought_before(&self, world: &World<'_>, id: FunctionId) -> bool {
        self.known_names.contains(&(id, world.last_name(id).to_owned()))
    }

    /// Functions whose name turned out to stand in too many files are left out, and the search is over.
    fn give_up_what_is_common(&mut self) {
        let Sought { names, words: Some(words) } = std::mem::take(&mut self.sought) else { return };
        for (name, count) in words.names.iter().zip(&words.counts) {
            if count.load(Ordering::Relaxed) > words.most_files {
                names.get(name).into_iter().flatten().for_each(|id| self.watched.give_up(*id));
                self.shared.give_up(name);
            }
        }
    }

    /// What is planned for the objects that several files use.
    pub(crate) fn shared(&mut self) -> Shared {
        std::mem::take(&mut self.shared)
    }

    /// Who calls the functions that codemods ask about: those that nothing but the event loop runs.
    pub(crate) fn only_on_loop(&mut self, project: &Project) -> FxHashSet<FunctionId> {
        let world = World::new(&project.modules, &project.summaries, None);
        std::mem::take(&mut self.watched).settle(project, &world)
    }
}

/// The function of this name: `pkg.mod:Class.method`, or with a dot for the colon.
fn function_named(world: &World<'_>, name: &str) -> Option<FunctionId> {
    let found = |module: &str, qualname: &str| {
        let file = world.modules.resolve(module, None).or_else(|| world.modules.named(module))?;
        let index = world.summary(file)?.function(qualname)?;
        Some(FunctionId { file, index })
    };
    match name.split_once(':') {
        Some((module, qualname)) => found(module, qualname),
        None => name.match_indices('.').rev().find_map(|(at, _)| found(&name[..at], &name[at + 1..])),
    }
}

/// The class whose method a function is, and the method's name.
fn method_owner<'w>(world: &World<'w>, function: FunctionId) -> Option<(ClassId, &'w str)> {
    let (owner, name) = world.function(function).qualname.rsplit_once('.')?;
    let index = world.summary(function.file)?.class(owner)?;
    Some((ClassId { file: function.file, index }, name))
}

/// A function alone, or the methods that override one another with it.
fn family(project: &Project, world: &World<'_>, id: FunctionId) -> Vec<FunctionId> {
    let Some((owner, name)) = method_owner(world, id) else { return vec![id] };
    let mut family = FxHashSet::from_iter([id]);
    let mut seen: FxHashSet<ClassId> = FxHashSet::default();
    let mut queue = vec![owner];
    while let Some(class) = queue.pop() {
        if !seen.insert(class) {
            continue;
        }
        for &related in &world.lineage(class).0 {
            let summary = world.summary(related.file);
            let qualname = &world.class(related).qualname;
            if let Some(index) = summary.and_then(|own| own.method(qualname, name)) {
                family.insert(FunctionId { file: related.file, index });
                queue.push(related);
            }
        }
        queue.extend(project.subclasses(world, class));
    }
    let mut family: Vec<FunctionId> = family.into_iter().collect();
    family.sort_unstable();
    family
}

/// Whether an expression is a lock of a thread, by what it is or, where that is not known, by its name.
fn is_thread_lock(cx: &Context<'_>, expr: &Expr) -> bool {
    match cx.symbol(expr).as_deref() {
        Some(symbol) => {
            let name = symbol.strip_suffix("()").unwrap_or(symbol);
            matches!(
                name,
                "threading.Lock"
                    | "threading.RLock"
                    | "threading.Condition"
                    | "threading.Semaphore"
                    | "threading.BoundedSemaphore"
            ) || name.starts_with("multiprocessing.")
        }
        None => crate::engine::project::summary::conduct::last_name(expr).is_some_and(|name| {
            let name = name.to_ascii_lowercase();
            name.split('_').any(|word| matches!(word, "lock" | "rlock" | "mutex")) || name.ends_with("lock")
        }),
    }
}
