//! Functions that become coroutine functions together with everything that calls them, in any file.
//!
//! A conversion is planned for the whole program before any file is rewritten. The plan starts from the functions
//! that a codemod wishes to convert ([`Wish`]), asks every file where it speaks of them (`mentions`), and strikes
//! out, to a fixed point, whatever cannot be converted: a function whose definition forbids it (`refuse`), that is
//! used as anything but a call, or that a function calls which is struck out itself. What is left falls into
//! conversions, each the functions that need one another and the calls that need them. A conversion has a part in
//! every file it changes, and is made in all of them or in none.

mod mentions;
mod plan;
mod refuse;

use std::hash::Hasher as _;

use aho_corasick::AhoCorasick;
use ruff_python_ast::Expr;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

pub use mentions::Mentions;
pub(crate) use plan::{Part, Plan, Refusal};

use super::context::Context;
use super::project::Project;
use super::project::facts::Edges;
use super::project::reduce::{ClassId, FunctionId, World};
use super::settings::Settings;
use mentions::{Caller, Definition, Kind, Mention};

/// The name under which a comment leaves a call or a function alone.
const SILENCED_AS: &str = "make-async";

/// The functions a conversion is sought for, by their last names.
#[derive(Debug, Default)]
pub(crate) struct Sought {
    names: FxHashMap<String, Vec<FunctionId>>,
    words: Option<AhoCorasick>,
}

impl Sought {
    /// Whether a file with these bytes may speak of one of the functions.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        self.words.as_ref().is_some_and(|words| words.is_match(bytes))
    }
}

impl Settings {
    /// Whether functions are to be converted: then all files of the project must be looked at.
    #[must_use]
    pub fn wants_conversions(&self) -> bool {
        self.selection.contains(crate::CONVERTING.name)
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
}

impl Planner {
    pub(crate) fn new(project: &Project, edges: &Edges, settings: &Settings) -> Self {
        let mut planner = Self { is_only_named: !settings.make_async.is_empty(), ..Self::default() };
        let world = World::new(&project.modules, &project.summaries, None);
        let blocking = edges.keys().filter(|id| {
            let function = world.function(**id);
            !function.is_async && !function.qualname.is_empty() && project.is_blocking(**id)
        });
        for id in blocking {
            planner.candidates.insert(*id, Candidate::default());
        }
        for name in &settings.make_async {
            match function_named(&world, name) {
                Some(id) if !world.function(id).is_async => {
                    let named = Candidate { is_asked: true, is_named: true, ..Candidate::default() };
                    planner.candidates.insert(id, named);
                }
                // It is what it should become.
                Some(_) => {}
                None => planner.unknown.push(name.clone()),
            }
        }
        planner.admit(project, &world);
        planner
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
        mentions::find(cx, &self.sought)
    }

    /// Takes what every file says, by its number; `None` for a file that speaks of none of the functions, or that
    /// cannot be read.
    pub fn take(&mut self, project: &Project, found: Vec<Option<Mentions>>) {
        let Some(edges) = project.edges() else { return };
        let world = World::new(&project.modules, &project.summaries, None);
        self.sought = Sought::default();
        let mut renamed = Vec::new();
        for (file, mentions) in (0_u32..).zip(found) {
            let Some(mentions) = mentions else { continue };
            self.hashes.insert(file, mentions.text_hash);
            renamed.extend(mentions.renamed);
            for definition in mentions.definitions {
                if let Some(candidate) = self.candidates.get_mut(&definition.function) {
                    candidate.definition = Some(definition);
                }
            }
            for mention in mentions.found {
                let Some(candidate) = self.candidates.get_mut(&mention.function) else { continue };
                candidate.mentions.push((file, mention));
            }
        }
        for (id, name) in renamed {
            if self.known_names.insert((id, name.clone())) {
                self.sought.names.entry(name).or_default().push(id);
            }
        }
        self.bring_callers_in(edges);
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
            let qualname = &world.function(id).qualname;
            let name = qualname.rsplit('.').next().unwrap_or(qualname);
            self.known_names.insert((id, name.to_owned()));
            self.sought.names.entry(name.to_owned()).or_default().push(id);
            // If its own file says nothing of it now, it never will.
            if let Some(candidate) = self.candidates.get_mut(&id) {
                candidate.refusal = Some("its definition is not seen".to_owned());
            }
        }
        if !self.sought.names.is_empty() {
            self.sought.words = AhoCorasick::new(self.sought.names.keys()).ok();
        }
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
            if let Some(index) = summary.and_then(|own| own.function(&format!("{qualname}.{name}"))) {
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
        None => crate::engine::project::conduct::last_name(expr).is_some_and(|name| {
            let name = name.to_ascii_lowercase();
            name.split('_').any(|word| matches!(word, "lock" | "rlock" | "mutex")) || name.ends_with("lock")
        }),
    }
}

fn text_hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}
