//! Coroutines that wait for one another in a circle: none of them can ever go on.

use std::collections::VecDeque;

use ruff_python_ast::{self as ast, AnyNodeRef};
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::FxHashMap;

use super::facts::{Edges, Target};
use super::reduce::{FunctionId, World};
use crate::engine::semantic::{ScopeId, Semantic};

/// Where each function may first leave before its end, in bytes from the start of the file.
#[derive(Debug)]
pub(super) struct Exits(FxHashMap<ScopeId, TextSize>);

impl Exits {
    pub(super) fn new(semantic: &Semantic<'_>) -> Self {
        let mut first: FxHashMap<ScopeId, TextSize> = FxHashMap::default();
        for node in semantic.each(&semantic.results).chain(semantic.each(&semantic.turns)) {
            let start = node.ast.start();
            first
                .entry(semantic.frame(node.scope))
                .and_modify(|known| *known = start.min(*known))
                .or_insert(start);
        }
        Self(first)
    }

    /// Whether a call is made whenever its function is entered: under no condition, in no loop, after nothing that
    /// may leave the function.
    pub(super) fn is_certain(&self, semantic: &Semantic<'_>, call: &ast::ExprCall) -> bool {
        let Some(id) = semantic.id(call) else { return false };
        let mut outermost = call.start();
        for node in semantic.ancestors(id) {
            match node.ast {
                AnyNodeRef::StmtFunctionDef(function) if function.is_async => {
                    let scope = semantic.frame(semantic.scope_of(call));
                    return self.0.get(&scope).is_none_or(|exit| *exit >= outermost);
                }
                AnyNodeRef::StmtExpr(_)
                | AnyNodeRef::StmtAssign(_)
                | AnyNodeRef::StmtAnnAssign(_)
                | AnyNodeRef::StmtReturn(_) => outermost = node.ast.start(),
                AnyNodeRef::ExprAwait(_)
                | AnyNodeRef::ExprAttribute(_)
                | AnyNodeRef::ExprBinOp(_)
                | AnyNodeRef::ExprCall(_)
                | AnyNodeRef::ExprSubscript(_)
                | AnyNodeRef::ExprTuple(_)
                | AnyNodeRef::Arguments(_)
                | AnyNodeRef::Keyword(_) => {}
                _ => return false,
            }
        }
        false
    }
}

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
