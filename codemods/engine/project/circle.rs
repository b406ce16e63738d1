//! Coroutines that wait for one another in a circle: none of them can ever go on.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::facts::{Edges, Target};
use super::reduce::{FunctionId, World};

/// The coroutine functions that certainly await themselves, directly or through others: the shortest way round, from
/// each itself on.
pub(super) fn circles(world: &World<'_>, edges: &Edges) -> FxHashMap<FunctionId, Vec<FunctionId>> {
    let certain = |id: FunctionId| -> Vec<FunctionId> {
        let function = world.function(id);
        let mut next: Vec<FunctionId> = edges
            .get(&id)
            .into_iter()
            .flatten()
            .filter(|edge| function.always_awaits.contains(&edge.call))
            .filter_map(|edge| match edge.target {
                Target::Function(callee) if world.function(callee).is_async => Some(callee),
                _ => None,
            })
            .collect();
        next.dedup();
        next
    };
    let waiting = edges.keys().filter(|id| !world.function(**id).always_awaits.is_empty());
    let next: FxHashMap<FunctionId, Vec<FunctionId>> = waiting.map(|id| (*id, certain(*id))).collect();
    let mut circles = FxHashMap::default();
    for start in next.keys() {
        let mut from: FxHashMap<FunctionId, FunctionId> = FxHashMap::default();
        let mut queue = VecDeque::from([*start]);
        while let Some(id) = queue.pop_front().filter(|_| !from.contains_key(start)) {
            for after in next.get(&id).into_iter().flatten() {
                if !from.contains_key(after) {
                    from.insert(*after, id);
                    queue.push_back(*after);
                }
            }
        }
        let Some(mut at) = from.get(start).copied() else { continue };
        let mut way = vec![];
        while at != *start {
            way.push(at);
            at = from[&at];
        }
        way.push(*start);
        way.reverse();
        circles.insert(*start, way);
    }
    circles
}
