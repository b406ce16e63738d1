//! Which locks functions take while they hold others, through their calls and across files.

use rustc_hash::FxHashMap;

use super::facts::{Edges, Target};
use super::reduce::{FunctionId, Meaning, World};
use super::summary::Usage;
use super::summary::locks::Locks;
use crate::engine::finding::ChainStep;

/// The locks that one task cannot take twice.
const EXCLUSIVE: &[&str] = &["anyio.Lock()", "asyncio.Condition()", "asyncio.Lock()", "trio.Lock()"];

/// How long a way may be that somebody is likely to take: from where a lock is taken through a call and two more
/// functions to the other.
const MAX_CERTAIN_STEPS: usize = 4;

/// Two ways of taking locks that stop one another, or one that stops itself.
#[derive(Debug, Clone)]
pub(crate) struct Clash {
    /// The lock held, and the one taken then; the same for a lock that is taken again.
    pub(crate) held: String,
    pub(crate) taken: String,
    /// From where the first is taken to where the second is.
    pub(crate) way: Vec<ChainStep>,
    /// The way in which they are taken the other way round.
    pub(crate) other: Vec<ChainStep>,
    /// The row of the finding: the second lock, or the call that leads to it.
    pub(crate) row: u32,
    /// Whether nothing on the way decides otherwise, where a lock is taken again, and whether the ways are short where
    /// there are two. A long way through conditions may well be one that nobody takes.
    pub(crate) is_certain: bool,
}

/// The clashes by the function in which each is to be reported.
pub(crate) type Clashes = FxHashMap<FunctionId, Vec<Clash>>;

/// A lock that a function takes, itself or through its calls.
#[derive(Debug, Clone, Copy)]
struct Taking {
    lock: u32,
    row: u32,
    via: Option<FunctionId>,
    /// It belongs to the module or to the function's own object, all the way.
    is_own: bool,
    /// The function takes it itself, whenever it is called.
    is_certain: bool,
}

/// Numbers for locks, by where they are kept.
#[derive(Debug, Default)]
struct Names {
    numbers: FxHashMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    fn number(&mut self, world: &World<'_>, path: &str, file: u32) -> Option<u32> {
        let name = identity(world, path, file, 0)?;
        let next = self.names.len() as u32;
        let number = *self.numbers.entry(name.clone()).or_insert(next);
        if number == next {
            self.names.push(name);
        }
        Some(number)
    }

    fn short(&self, number: u32) -> String {
        let name = &self.names[number as usize];
        let mut parts = name.rsplit('.');
        let last = parts.next().unwrap_or(name);
        match parts.next().filter(|class| class.starts_with(char::is_uppercase)) {
            Some(class) => format!("{class}.{last}"),
            None => last.to_owned(),
        }
    }
}

/// Where a lock is kept, as the whole program names it; `None` if it is not known to be a lock.
fn identity(world: &World<'_>, path: &str, file: u32, depth: u32) -> Option<String> {
    if depth > 5 {
        return None;
    }
    let Meaning::External(kind) = world.meaning(path, file) else { return None };
    EXCLUSIVE.contains(&kind.as_str()).then_some(())?;
    let (holder, name) = path.rsplit_once('.')?;
    match world.meaning(holder, file) {
        Meaning::Instance(class) | Meaning::Class(class) => {
            let lineage = &world.lineage(class).0;
            let owner =
                lineage.iter().rev().find(|class| world.class(**class).attributes.contains_key(name))?;
            Some(format!("{}.{name}", world.class_name(*owner)))
        }
        Meaning::Module(module) => {
            let value = world.summary(module)?.names.get(name)?.as_deref()?;
            // It may be imported there from elsewhere.
            let further = identity(world, value, module, depth + 1);
            Some(further.unwrap_or_else(|| format!("{}.{name}", world.modules.name(module))))
        }
        _ => None,
    }
}

/// Finds the clashes of the whole program. `paths` are the files'.
pub(super) fn clashes(world: &World<'_>, edges: &Edges, paths: &[String]) -> Clashes {
    let mut holders: Vec<(FunctionId, &Locks)> = Vec::new();
    for (file, summary) in (0..).zip(world.summaries) {
        for (index, function) in (0..).zip(summary.iter().flat_map(|summary| &summary.functions)) {
            if let Some(locks) = &function.locks {
                holders.push((FunctionId { file, index }, locks));
            }
        }
    }
    // Somebody must hold one lock when taking another.
    if !holders.iter().any(|(_, locks)| !locks.calls.is_empty() || locks.taken.iter().any(|t| t.held != 0)) {
        return Clashes::default();
    }
    let mut names = Names::default();
    let mut numbers: FxHashMap<FunctionId, Vec<Option<u32>>> = FxHashMap::default();
    for (id, locks) in &holders {
        let of = locks.names.iter().map(|path| names.number(world, path, id.file)).collect();
        numbers.insert(*id, of);
    }
    let takings = takings(world, edges, &holders, &numbers);
    let mut ways: FxHashMap<(u32, u32), Way> = FxHashMap::default();
    let mut clashes = Clashes::default();
    for (id, locks) in &holders {
        let own = &numbers[id];
        let held_by = |bits: u64| -> Vec<u32> {
            (0..locks.names.len()).filter(|bit| bits >> bit & 1 == 1).filter_map(|bit| own[bit]).collect()
        };
        let function = world.function(*id);
        let taken_at = |lock: u32| {
            locks
                .taken
                .iter()
                .find(|taken| own[taken.lock as usize] == Some(lock))
                .map_or(function.row, |t| t.row)
        };
        let step = |row: u32| ChainStep {
            function: world.function_name(*id),
            filename: paths[id.file as usize].clone(),
            row,
        };
        // The lock taken, whether it is of the same module or object for certain, whether it is taken at all, and the
        // way there.
        let mut found: Vec<(u32, bool, bool, Way)> = Vec::new();
        for taken in &locks.taken {
            if let Some(lock) = own[taken.lock as usize] {
                let (held, steps) = (held_by(taken.held), vec![step(taken.row)]);
                found.push((lock, true, true, Way { id: *id, row: taken.row, steps, held }));
            }
        }
        for (row, symbol, bits) in &locks.calls {
            let held = held_by(*bits);
            let is_call = |edge: &&super::facts::Edge| {
                let call = &function.calls[edge.call as usize];
                call.row == *row && *call.symbol == **symbol && call.usage == Usage::Awaited
            };
            let Some(edge) = edges.get(id).and_then(|edges| edges.iter().find(is_call)) else { continue };
            let Target::Function(callee) = edge.target else { continue };
            let is_own = is_own_call(world, *id, symbol, callee);
            for taking in takings.get(&callee).into_iter().flatten() {
                let mut steps = vec![step(*row)];
                steps.extend(way_down(world, paths, &takings, callee, taking.lock));
                let way = Way { id: *id, row: *row, steps, held: held.clone() };
                found.push((taking.lock, taking.is_own && is_own, taking.is_certain, way));
            }
        }
        for (lock, is_own, is_certain, way) in found {
            for first in &way.held {
                let mut steps = vec![step(taken_at(*first))];
                steps.extend(way.steps.iter().cloned());
                steps.dedup();
                if *first == lock {
                    // A function that comes back to itself has a condition under which it does not.
                    let comes_back = steps.len() > 2 && steps.last() == steps.first();
                    if is_own && !comes_back {
                        let name = names.short(lock);
                        let clash = Clash {
                            held: name.clone(),
                            taken: name,
                            way: steps,
                            other: Vec::new(),
                            row: way.row,
                            is_certain,
                        };
                        clashes.entry(*id).or_default().push(clash);
                    }
                    continue;
                }
                let way = Way { id: *id, row: way.row, steps, held: way.held.clone() };
                ways.entry((*first, lock)).or_insert(way);
            }
        }
    }
    let mut pairs: Vec<&(u32, u32)> = ways.keys().filter(|(a, b)| a < b).collect();
    pairs.sort_unstable();
    for (a, b) in pairs {
        let (Some(one), Some(two)) = (ways.get(&(*a, *b)), ways.get(&(*b, *a))) else { continue };
        // A third lock that both hold lets only one of them in.
        if one.held.iter().any(|lock| lock != a && lock != b && two.held.contains(lock)) {
            continue;
        }
        let clash = Clash {
            held: names.short(*b),
            taken: names.short(*a),
            way: two.steps.clone(),
            other: one.steps.clone(),
            row: two.row,
            is_certain: one.steps.len().max(two.steps.len()) <= MAX_CERTAIN_STEPS,
        };
        clashes.entry(two.id).or_default().push(clash);
    }
    clashes
}

/// The first way found of taking one lock with another held.
#[derive(Debug)]
struct Way {
    id: FunctionId,
    row: u32,
    steps: Vec<ChainStep>,
    held: Vec<u32>,
}

/// Which locks each function takes, itself or through calls that it awaits; the shortest ways.
fn takings(
    world: &World<'_>,
    edges: &Edges,
    holders: &[(FunctionId, &Locks)],
    numbers: &FxHashMap<FunctionId, Vec<Option<u32>>>,
) -> FxHashMap<FunctionId, Vec<Taking>> {
    let mut callers: FxHashMap<FunctionId, Vec<(FunctionId, u32, bool)>> = FxHashMap::default();
    for (id, edges) in edges {
        let function = world.function(*id);
        for edge in edges.iter().filter(|_| function.is_async) {
            let call = &function.calls[edge.call as usize];
            if let (Target::Function(callee), Usage::Awaited) = (&edge.target, call.usage) {
                let is_own = is_own_call(world, *id, &call.symbol, *callee);
                callers.entry(*callee).or_default().push((*id, edge.row, is_own));
            }
        }
    }
    for list in callers.values_mut() {
        list.sort_unstable();
    }
    let mut takings: FxHashMap<FunctionId, Vec<Taking>> = FxHashMap::default();
    let mut wave: Vec<(FunctionId, Taking)> = Vec::new();
    for (id, locks) in holders {
        for taken in &locks.taken {
            let Some(lock) = numbers[id][taken.lock as usize] else { continue };
            let (row, is_certain) = (taken.row, taken.is_certain);
            wave.push((*id, Taking { lock, row, via: None, is_own: true, is_certain }));
        }
    }
    while !wave.is_empty() {
        let mut next = Vec::new();
        for (id, taking) in wave {
            let known = takings.entry(id).or_default();
            if known.iter().any(|known| known.lock == taking.lock) {
                continue;
            }
            known.push(taking);
            for (caller, row, is_own) in callers.get(&id).into_iter().flatten() {
                let is_own = taking.is_own && *is_own;
                let (lock, via) = (taking.lock, Some(id));
                next.push((*caller, Taking { lock, row: *row, via, is_own, is_certain: false }));
            }
        }
        wave = next;
    }
    takings
}

/// Whether a call is one of a plain function, or of a method of the caller's own object.
fn is_own_call(world: &World<'_>, caller: FunctionId, symbol: &str, callee: FunctionId) -> bool {
    let module = world.modules.name(caller.file);
    let is_method = |id: FunctionId| world.function(id).qualname.contains('.');
    if !is_method(callee) {
        return true;
    }
    let Some((class, _)) = world.function(caller).qualname.rsplit_once('.') else { return false };
    let own = symbol.strip_prefix(module).and_then(|rest| rest.strip_prefix('.'));
    let method = own.and_then(|rest| rest.strip_prefix(class)).and_then(|rest| rest.strip_prefix("()."));
    method.is_some_and(|method| !method.contains(['.', '(']))
}

/// The steps from a function down to where it takes a lock.
fn way_down(
    world: &World<'_>,
    paths: &[String],
    takings: &FxHashMap<FunctionId, Vec<Taking>>,
    mut at: FunctionId,
    lock: u32,
) -> Vec<ChainStep> {
    let mut steps = Vec::new();
    while let Some(taking) = takings
        .get(&at)
        .and_then(|all| all.iter().find(|taking| taking.lock == lock))
        .filter(|_| steps.len() < 64)
    {
        steps.push(ChainStep {
            function: world.function_name(at),
            filename: paths[at.file as usize].clone(),
            row: taking.row,
        });
        match taking.via {
            Some(next) => at = next,
            None => break,
        }
    }
    steps
}
