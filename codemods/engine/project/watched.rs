//! Plain functions of which codemods ask whether only coroutines call them: those of which the followed calls do not
//! rule it out.

use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Edges, Target, target};
use super::reduce::{FunctionId, World};
use super::summary::conduct::Conduct;
use super::summary::{CallSummary, Usage};
use crate::engine::settings::Settings;

/// How many functions may stand between a coroutine and the one that is asked about.
const MAX_DEPTH: u32 = 4;

/// The functions that codemods of the selection ask about, and those that stand between them and coroutines.
pub(crate) fn to_watch(world: &World<'_>, edges: &Edges, settings: &Settings) -> Vec<FunctionId> {
    let chosen = crate::WATCHING.iter().filter(|(codemod, _)| settings.selection.contains(codemod.name));
    let symbols: Vec<&str> = chosen.map(|(_, symbol)| *symbol).collect();
    if symbols.is_empty() {
        return Vec::new();
    }
    let is_asked_about = |id: &&FunctionId| {
        let own = world.summary(id.file).is_some_and(|summary| summary.has_findings);
        // One that looks whether a loop is running is meant for both worlds.
        let asks = world.function(**id).conduct.contains(&Conduct::AsksForLoop);
        own && !asks
            && may_be_watched(world, **id)
            && world.function(**id).calls.iter().any(|call| symbols.contains(&&*call.symbol))
    };
    let mut watched: FxHashSet<FunctionId> = edges.keys().filter(is_asked_about).copied().collect();
    let mut newest = watched.clone();
    let mut callers: FxHashMap<FunctionId, Vec<FunctionId>> = FxHashMap::default();
    for _ in 0..MAX_DEPTH {
        if newest.is_empty() {
            break;
        }
        let mut next = FxHashSet::default();
        for (caller, edges) in edges {
            for edge in edges {
                let Target::Function(callee) = edge.target else { continue };
                if !newest.contains(&callee) {
                    continue;
                }
                let function = world.function(*caller);
                if function.is_async || function.calls[edge.call as usize].usage == Usage::Callback {
                    continue;
                }
                callers.entry(callee).or_default().push(*caller);
                if may_be_watched(world, *caller) && watched.insert(*caller) {
                    next.insert(*caller);
                }
            }
        }
        newest = next;
    }
    // Those beyond the depth have callers that nobody asked for.
    for id in newest {
        watched.remove(&id);
    }
    // Plain functions that no coroutine is seen to run are not followed: they are callers too.
    let names: FxHashSet<&str> = watched.iter().map(|id| world.last_name(*id)).collect();
    for (file, summary) in (0..).zip(world.summaries).filter(|_| !names.is_empty()) {
        for (index, function) in (0..).zip(summary.iter().flat_map(|summary| &summary.functions)) {
            let id = FunctionId { file, index };
            if function.is_async || edges.contains_key(&id) {
                continue;
            }
            let named = |call: &&CallSummary| {
                call.usage != Usage::Callback
                    && names.contains(call.symbol.rsplit('.').next().unwrap_or_default())
            };
            for call in function.calls.iter().filter(named) {
                if let Ok(Some(Target::Function(callee))) = target(world, call, file) {
                    callers.entry(callee).or_default().push(id);
                }
            }
        }
    }
    loop {
        let is_out = |id: &&FunctionId| {
            callers.get(*id).is_some_and(|callers| callers.iter().any(|caller| !watched.contains(caller)))
        };
        let out: Vec<FunctionId> = watched.iter().filter(is_out).copied().collect();
        if out.is_empty() {
            break;
        }
        for id in out {
            watched.remove(&id);
        }
    }
    let mut watched: Vec<FunctionId> = watched.into_iter().collect();
    watched.sort_unstable();
    watched
}

/// Whether all calls of a function can be seen at all: Python calls special methods itself.
fn may_be_watched(world: &World<'_>, id: FunctionId) -> bool {
    let function = world.function(id);
    let name = world.last_name(id);
    !function.is_async
        && !name.is_empty()
        && !name.starts_with("__")
        && !function.qualname.contains("<locals>")
}

impl<'w> World<'w> {
    /// The name that a function is defined under.
    pub(crate) fn last_name(&self, id: FunctionId) -> &str {
        let qualname = &self.function(id).qualname;
        qualname.rsplit('.').next().unwrap_or(qualname)
    }
}
