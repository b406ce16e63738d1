//! What functions do through the functions of the project that they call.

use rustc_hash::FxHashSet;

use super::facts::{self, Target};
use super::reduce::{FunctionId, World};
use super::summary::Usage;
use super::summary::conduct::{Conduct, external_conduct, is_limiting};

/// How many calls deep a coroutine is looked into.
const MAX_DEPTH: u32 = 8;

/// What a coroutine function does, itself or through the project's functions that it runs.
pub(crate) fn conduct(world: &World<'_>, start: FunctionId) -> FxHashSet<Conduct> {
    conduct_and_declared(world, start).0
}

/// The same, and which of these functions have no code of their own: what implements them is another question.
pub(crate) fn conduct_and_declared(
    world: &World<'_>,
    start: FunctionId,
) -> (FxHashSet<Conduct>, Vec<FunctionId>) {
    let mut found = FxHashSet::default();
    let mut declared = Vec::new();
    let mut seen = FxHashSet::default();
    // With each function: whether the first one waits for it.
    let mut queue = vec![(start, true, 0)];
    while let Some((id, awaited, depth)) = queue.pop() {
        if !seen.insert((id, awaited)) {
            continue;
        }
        let function = world.function(id);
        if function.conduct.contains(&Conduct::Abstract) && !declared.contains(&id) {
            declared.push(id);
        }
        let keep = |conduct: Conduct| match conduct {
            Conduct::Endless | Conduct::Lingers => awaited,
            Conduct::Abstract
            | Conduct::Declared
            | Conduct::AsksForLoop
            | Conduct::CopesWithoutLoop
            | Conduct::Catches
            | Conduct::HandsOutShared
            | Conduct::HandsOutByKey => depth == 0,
            Conduct::Limited | Conduct::Synchronises => true,
        };
        found.extend(function.conduct.iter().copied().filter(|conduct| keep(*conduct)));
        if function.decorators.iter().any(|decorator| is_limiting(decorator)) {
            found.insert(Conduct::Limited);
        }
        for call in &function.calls {
            if matches!(call.usage, Usage::Callback | Usage::Read) {
                continue;
            }
            match facts::target(world, call, id.file) {
                Ok(Some(Target::Function(callee))) if depth < MAX_DEPTH => {
                    let waits = !world.function(callee).is_async
                        || matches!(call.usage, Usage::Awaited | Usage::Entered);
                    queue.push((callee, awaited && waits, depth + 1));
                }
                Ok(Some(Target::External(symbol))) => {
                    found.extend(external_conduct(&symbol).filter(|conduct| keep(*conduct)));
                }
                _ => {}
            }
        }
    }
    (found, declared)
}

/// Whether a coroutine function catches whatever fails where it waits, or waits only for functions of the project
/// that do, besides what limits it.
pub(crate) fn catches(world: &World<'_>, id: FunctionId) -> bool {
    catches_at(world, id, 0)
}

fn catches_at(world: &World<'_>, id: FunctionId, depth: u32) -> bool {
    let function = world.function(id);
    if function.conduct.contains(&Conduct::Catches) {
        return true;
    }
    let mut waits = false;
    let mut awaited =
        function.calls.iter().filter(|call| matches!(call.usage, Usage::Awaited | Usage::Entered));
    let all = awaited.all(|call| match facts::target(world, call, id.file) {
        Ok(Some(Target::Function(callee))) if depth < 2 && world.function(callee).is_async => {
            waits = true;
            catches_at(world, callee, depth + 1)
        }
        // Of what it waits for, the errors stay with the tasks.
        Ok(Some(Target::External(symbol))) if symbol == "asyncio.wait" => {
            waits = true;
            true
        }
        Ok(Some(Target::External(symbol))) => {
            let entered = symbol.replace("__aexit__", "__aenter__");
            external_conduct(&entered) == Some(Conduct::Limited)
        }
        _ => false,
    });
    all && waits
}

/// Whether a function, itself or through the project's functions that it calls, calls something of which `is_it`
/// says yes to the canonical symbol.
pub(crate) fn reaches(world: &World<'_>, start: FunctionId, is_it: impl Fn(&str) -> bool) -> bool {
    let mut seen = FxHashSet::default();
    let mut queue = vec![(start, 0)];
    while let Some((id, depth)) = queue.pop() {
        if !seen.insert(id) {
            continue;
        }
        for call in &world.function(id).calls {
            match facts::target(world, call, id.file) {
                Ok(Some(Target::Function(callee))) if depth < MAX_DEPTH => queue.push((callee, depth + 1)),
                Ok(Some(Target::External(symbol))) if is_it(&symbol) => return true,
                _ => {}
            }
        }
    }
    false
}
