//! What follows from the calls of the whole program: which functions reach something, and how.

use std::borrow::Cow;
use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::dispatch::Declared;
use super::reduce::{BOUND, Decoration, FunctionId, Meaning, World};
use super::summary::conduct::Conduct;
use super::summary::kinds::Kinds;
use super::summary::passing::Passed;
use super::summary::proviso::Proviso;
use super::summary::{CallSummary, Usage};

/// How many ways under different provisos are kept of one function.
const MAX_WAYS: usize = 12;

/// How many functions of a way may go on only in some state of things: that as many turns are taken as they must be is
/// not to be expected of any one call.
const MAX_TURNS: u8 = 2;

/// Where a call leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A function of the project, whose code runs before the call returns.
    Function(FunctionId),
    /// Something outside of the project, by its canonical symbol.
    External(String),
}

/// A call that runs other code before it returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) target: Target,
    /// The row of the call, from 1.
    pub(crate) row: u32,
    /// The call's position in its function's list.
    pub(crate) call: u32,
}

/// Where each followed function's calls lead.
pub(crate) type Edges = FxHashMap<FunctionId, Vec<Edge>>;

/// The way from a function to the nearest thing of a kind that its code runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Witness {
    /// How many calls away it is: 1 when the function itself does it.
    pub(crate) distance: u32,
    /// The row of the call in the function.
    pub(crate) row: u32,
    pub(crate) target: Target,
    /// The target goes on only if it is given this, as it is here.
    pub(crate) proviso: Option<Box<Proviso>>,
    /// How many functions on the way go on only in some state of things.
    turns: u8,
}

/// Which functions get to a thing of a kind, and how.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    always: FxHashMap<FunctionId, Witness>,
    /// Those that do so only if they are given a parameter.
    given: FxHashMap<FunctionId, Vec<(Proviso, Witness)>>,
}

impl Reach {
    pub(crate) fn is_empty(&self) -> bool {
        self.always.is_empty() && self.given.is_empty()
    }

    /// Whether a function gets there, be it only for some arguments.
    pub(crate) fn contains(&self, id: FunctionId) -> bool {
        self.always.contains_key(&id) || self.given.contains_key(&id)
    }

    /// The shortest way there from a function that is called with these arguments, of those that depend on the least.
    pub(crate) fn way(&self, id: FunctionId, passed: &Passed) -> Option<&Witness> {
        let given = self.given.get(&id).into_iter().flatten();
        let given = given.filter(|(proviso, _)| passed.fulfils(proviso));
        let given = given.map(|(proviso, witness)| (proviso.asks_for_state(), witness));
        let always = self.always.get(&id).map(|witness| (false, witness));
        let (_, witness) =
            given.chain(always).min_by_key(|(depends, witness)| (*depends, witness.distance))?;
        Some(witness)
    }

    /// Whether a function that is given nothing gets there only in some state of things.
    pub(super) fn depends_on_state(&self, id: FunctionId) -> bool {
        !self.always.contains_key(&id)
            && self.given.get(&id).into_iter().flatten().all(|(proviso, _)| proviso.asks_for_state())
    }

    /// The way there from the function that a witness leads to.
    pub(crate) fn next(&self, witness: &Witness) -> Option<&Witness> {
        let Target::Function(id) = &witness.target else { return None };
        self.get(*id, witness.proviso.as_deref())
    }

    fn get(&self, id: FunctionId, under: Option<&Proviso>) -> Option<&Witness> {
        match under {
            None => self.always.get(&id),
            Some(under) => {
                let given = self.given.get(&id)?;
                given.iter().find(|(proviso, _)| proviso == under).map(|(_, witness)| witness)
            }
        }
    }

    /// Notes a way that holds under a proviso, unless one is known that holds then too.
    fn note(&mut self, id: FunctionId, under: Option<&Proviso>, witness: Witness) -> bool {
        if self.always.contains_key(&id) {
            return false;
        }
        let Some(under) = under else {
            self.always.insert(id, witness);
            return true;
        };
        let known = self.given.entry(id).or_default();
        // Another way under the same may take fewer turns.
        if let Some((_, other)) = known.iter_mut().find(|(other, _)| other == under) {
            let is_better = witness.turns < other.turns;
            if is_better {
                *other = witness;
            }
            return is_better;
        }
        if known.len() >= MAX_WAYS || known.iter().any(|(other, _)| under.implies(other)) {
            return false;
        }
        known.push((under.clone(), witness));
        true
    }
}

/// What a call leads to, or the file that must be known first. `None` when it runs nothing that is known.
pub(crate) fn target(world: &World<'_>, call: &CallSummary, file: u32) -> Result<Option<Target>, u32> {
    if call.usage == Usage::Read {
        if let Some(function) = world.property(&call.symbol, file) {
            return Ok(Some(Target::Function(function)));
        }
        let receiver = call.symbol.rsplit_once('.').map_or("", |(receiver, _)| receiver);
        return match world.meaning(receiver, file) {
            Meaning::Pending(file) => Err(file),
            _ => Ok(None),
        };
    }
    if let Some(function) = generator(world, call, file)? {
        return Ok(Some(Target::Function(function)));
    }
    let function = match world.meaning(&call.symbol, file) {
        Meaning::Function(function) => function,
        Meaning::Class(class) => match world.method(class, "__init__").or_else(|| {
            // What a dataclass calls at the end of the `__init__` it gets.
            world.method(class, "__post_init__")
        }) {
            Some(function) => function,
            None => match &world.lineage(class).1 {
                Some(Meaning::Pending(file)) => return Err(*file),
                _ => return Ok(None),
            },
        },
        Meaning::Instance(class) => match world.method(class, "__call__") {
            Some(function) => function,
            None => return Ok(None),
        },
        Meaning::External(symbol) => match bound(&symbol) {
            Some(function) => return bound_target(world, function, call, file),
            None => return Ok(Some(Target::External(symbol))),
        },
        Meaning::Pending(file) => return Err(file),
        _ => return Ok(None),
    };
    let runs = match world.decoration(function) {
        Decoration::Kept | Decoration::Wrapped => {
            call.usage != Usage::Entered && !world.function(function).is_generator
        }
        // A manager's code runs when it is entered: that is a call entry of its own.
        Decoration::Manager => call.usage == Usage::Entered,
        Decoration::Opaque => false,
        Decoration::Pending(file) => return Err(file),
    };
    Ok((runs && !world.function(function).ambiguous).then_some(Target::Function(function)))
}

/// The plain generator function whose code runs because what it yields is gone over: `for x in f()`.
fn generator(world: &World<'_>, call: &CallSummary, file: u32) -> Result<Option<FunctionId>, u32> {
    if call.usage != Usage::Entered {
        return Ok(None);
    }
    let Some(called) = call.symbol.strip_suffix("().__iter__") else { return Ok(None) };
    let function = match world.meaning(called, file) {
        Meaning::Function(function) => function,
        Meaning::Pending(file) => return Err(file),
        _ => return Ok(None),
    };
    let summary = world.function(function);
    if !summary.is_generator || summary.is_async || summary.ambiguous {
        return Ok(None);
    }
    match world.decoration(function) {
        Decoration::Kept => Ok(Some(function)),
        Decoration::Pending(file) => Err(file),
        _ => Ok(None),
    }
}

/// What a call of `functools.partial(…)` calls.
fn bound(symbol: &str) -> Option<&str> {
    symbol.strip_prefix(BOUND)?.strip_suffix(')')
}

/// Where the call of what `functools.partial` made of a function leads.
fn bound_target(
    world: &World<'_>,
    function: &str,
    call: &CallSummary,
    file: u32,
) -> Result<Option<Target>, u32> {
    let asked = CallSummary::asked(function.to_owned(), call.usage, Passed::anything());
    let found = target(world, &asked, file)?;
    let minds = |callee: &FunctionId| !world.function(*callee).provisos.is_empty();
    match found {
        // What it was given before is not among the arguments.
        Some(Target::Function(callee)) if !call.symbol.starts_with(BOUND) && minds(&callee) => Ok(None),
        found => Ok(found),
    }
}

/// Whether a function looks, itself or by a plain function it calls, if an event loop is running.
pub(crate) fn asks_for_loop(world: &World<'_>, edges: &Edges, id: FunctionId) -> bool {
    let asks = |id: FunctionId| world.function(id).conduct.contains(&Conduct::AsksForLoop);
    asks(id)
        || edges.get(&id).into_iter().flatten().any(|edge| match edge.target {
            Target::Function(callee) => !world.function(callee).is_async && asks(callee),
            Target::External(_) => false,
        })
}

/// What a call gives, with what the linked project says of it.
pub(crate) fn passed_to<'c>(world: &World<'_>, call: &'c CallSummary, file: u32) -> Cow<'c, Passed> {
    let passed =
        call.passed.with_kinds(world.modules.name(file), |symbol| Kinds::linked(world, symbol, file));
    let maker = call.symbol.rsplit_once('.').and_then(|(object, _)| object.strip_suffix("()"));
    match maker.filter(|_| passed.may_be_shared()) {
        Some(maker) if hands_out_shared(world, maker, file, &passed) => {
            Cow::Owned(passed.into_owned().of_shared())
        }
        _ => passed,
    }
}

/// Whether calling what this symbol names, a function or a class, always gives the object that is there already.
fn hands_out_shared(world: &World<'_>, maker: &str, file: u32, passed: &Passed) -> bool {
    let (function, class) = match world.meaning(maker, file) {
        Meaning::Function(function) => (function, None),
        Meaning::Class(class) => {
            // By its name, a decorator that people write themselves.
            let is_single = |decorator: &String| {
                let name = decorator.trim_end_matches("()").rsplit('.').next().unwrap_or(decorator);
                name.eq_ignore_ascii_case("singleton")
            };
            if world.class(class).decorators.iter().any(is_single) {
                return true;
            }
            match world.method(class, "__new__") {
                Some(function) => (function, Some(world.class(class))),
                None => return false,
            }
        }
        _ => return false,
    };
    let conduct = &world.function(function).conduct;
    let is_keyless = |name: &str| passed.is_made_of_nothing(name.rsplit('.').next().unwrap_or(name));
    conduct.contains(&Conduct::HandsOutShared)
        || conduct.contains(&Conduct::HandsOutByKey) && class.is_some_and(|class| is_keyless(&class.qualname))
}

/// A file that must be known to say what sort of value a call gives to a function that minds.
pub(super) fn missing_for(world: &World<'_>, call: &CallSummary, file: u32, target: &Target) -> Option<u32> {
    let Target::Function(callee) = target else { return None };
    if !world.function(*callee).provisos.iter().any(Proviso::asks_for_kinds) {
        return None;
    }
    let mut missing = None;
    call.passed.with_kinds(world.modules.name(file), |symbol| {
        if let Meaning::Pending(file) = world.meaning(symbol, file) {
            missing = Some(file);
        }
        None
    });
    missing
}

/// For every plain function that reaches something `is_leaf` says yes to (a call with its external symbol): the
/// shortest way to it. Coroutine functions are not passed through: their code is its own place to look at; nor are
/// functions that `is_guarded` says yes to, and a call leads on only if `may_run` says that it may run what its
/// symbol names: with the call, its file and the function. Without `minds_first` what is done only the first time counts
/// like anything else.
pub(crate) fn reach(
    world: &World<'_>,
    edges: &Edges,
    is_leaf: impl Fn(&str, &CallSummary) -> bool,
    is_guarded: impl Fn(FunctionId) -> bool,
    minds_first: bool,
    may_run: impl Fn(&CallSummary, u32, FunctionId) -> bool,
    declared: &Declared,
) -> Reach {
    let mut callers: FxHashMap<FunctionId, Vec<(FunctionId, &CallSummary)>> = FxHashMap::default();
    let mut found = Reach::default();
    let under = |proviso: Option<Proviso>| if minds_first { proviso } else { proviso?.at_any_time() };
    let mut order: Vec<&FunctionId> = edges.keys().collect();
    order.sort_unstable();
    let turns = |own: Option<&Proviso>| u8::from(minds_first && own.is_some_and(Proviso::asks_for_state));
    let mut queue: VecDeque<(FunctionId, Option<Proviso>, u32, u8)> = VecDeque::new();
    for id in order {
        let function = world.function(*id);
        for edge in &edges[id] {
            let call = &function.calls[edge.call as usize];
            if call.usage == Usage::Callback || function.fields_decide.contains(&edge.call) {
                continue;
            }
            match &edge.target {
                Target::Function(_) if function.is_async => {}
                Target::Function(callee) => callers.entry(*callee).or_default().push((*id, call)),
                // What `with` enters is called as well, and that says with which arguments.
                Target::External(symbol) if call.usage == Usage::Entered && !symbol.ends_with("iter__") => {}
                Target::External(symbol) => {
                    if function.is_async
                        || found.always.contains_key(id)
                        || !is_leaf(symbol, call)
                        || is_guarded(*id)
                    {
                        continue;
                    }
                    let target = edge.target.clone();
                    let under = under(call.proviso(function));
                    let turns = turns(under.as_ref());
                    let witness = Witness { distance: 1, row: edge.row, target, proviso: None, turns };
                    if found.note(*id, under.as_ref(), witness) {
                        queue.push_back((*id, under, 1, turns));
                    }
                }
            }
        }
    }
    let mut left: FxHashMap<FunctionId, usize> = declared.counts();
    while let Some((id, proviso, distance, before)) = queue.pop_front() {
        for declaration in declared.of(id).filter(|_| proviso.is_none()) {
            let Some(left) = left.get_mut(declaration) else { continue };
            *left -= 1;
            let row = world.function(*declaration).row;
            let (target, turns) = (Target::Function(id), before);
            let witness = Witness { distance: distance + 1, row, target, proviso: None, turns };
            if *left == 0 && found.note(*declaration, None, witness) {
                queue.push_back((*declaration, None, distance + 1, before));
            }
        }
        for (caller, call) in callers.get(&id).into_iter().flatten() {
            let passed = match &proviso {
                Some(proviso) if proviso.asks_for_kinds() || proviso.asks_for_own() => {
                    passed_to(world, call, caller.file)
                }
                _ => Cow::Borrowed(&call.passed),
            };
            let goes_on = proviso.as_ref().is_none_or(|proviso| passed.fulfils(proviso));
            if !goes_on || is_guarded(*caller) || !may_run(call, caller.file, id) {
                continue;
            }
            let target = Target::Function(id);
            let own = under(call.proviso(world.function(*caller)));
            let turns = before + turns(own.as_ref());
            if turns > MAX_TURNS {
                continue;
            }
            let mut clauses = own.map_or_else(Vec::new, Proviso::into_clauses);
            let handed_on = proviso.as_ref().and_then(|proviso| passed.handed_on(proviso));
            clauses.extend(handed_on.into_iter().flat_map(Proviso::into_clauses));
            if Proviso::are_contradictory(&clauses) {
                continue;
            }
            let under = Proviso::all(clauses);
            let own = proviso.clone().map(Box::new);
            let witness = Witness { distance: distance + 1, row: call.row, target, proviso: own, turns };
            if found.note(*caller, under.as_ref(), witness) {
                queue.push_back((*caller, under, distance + 1, turns));
            }
        }
    }
    found
}

impl Kinds {
    /// What the linked project says of a raw symbol of a file.
    fn linked(world: &World<'_>, symbol: &str, file: u32) -> Option<Self> {
        match world.meaning(symbol, file) {
            Meaning::Instance(class) => match &world.lineage(class).1 {
                // A `str` of one's own is one.
                Some(Meaning::External(base)) => {
                    let is_plain = !base.starts_with("builtins.") && !base.ends_with("TypedDict");
                    (is_plain && !base.ends_with("NamedTuple")).then_some(Self::OTHER)
                }
                Some(_) => None,
                None => Some(Self::OTHER),
            },
            Meaning::External(symbol) => Self::of_symbol(&symbol, false),
            Meaning::Function(_) | Meaning::Class(_) => Some(Self::FUNCTION),
            _ => None,
        }
    }
}
