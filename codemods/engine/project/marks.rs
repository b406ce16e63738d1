//! Which files are looked at again once all are linked: those where something may be found.

use rustc_hash::FxHashSet;

use super::facts::{Edge, Edges, Reach, Target, target};
use super::protocol;
use super::reduce::{FunctionId, Meaning, World};
use super::summary::{FunctionSummary, Summary, Usage};
use crate::engine::apis;
use crate::engine::settings::Settings;

/// What is known of the whole program when its files are marked.
pub(super) struct Marks<'p> {
    pub(super) edges: &'p Edges,
    pub(super) settings: &'p Settings,
    pub(super) blocks: &'p Reach,
    pub(super) runs_loop: &'p Reach,
    pub(super) names: protocol::Names<'p>,
    pub(super) coroutine_names: &'p FxHashSet<String>,
}

impl Marks<'_> {
    /// Whether a codemod may find something in a file.
    pub(super) fn holds(&self, world: &World<'_>, file: u32) -> bool {
        let Some(summary) = world.summary(file) else { return false };
        summary.has_findings
            || (0..).zip(&summary.functions).any(|(index, function)| {
                let id = FunctionId { file, index };
                match self.edges.get(&id) {
                    Some(edges) => edges.iter().any(|edge| self.is_linked(world, id, edge)),
                    None => self.drops(world, file, function),
                }
            })
            || self.lacks_a_protocol(summary)
    }

    /// Whether linking the files gives a call a meaning that the file alone does not tell, and that somebody minds.
    fn is_linked(&self, world: &World<'_>, id: FunctionId, edge: &Edge) -> bool {
        let function = world.function(id);
        let call = &function.calls[edge.call as usize];
        let runs = function.is_async || call.usage == Usage::Callback;
        match &edge.target {
            Target::Function(callee) => {
                // Within the file, the first pass has seen it.
                let dropped =
                    callee.file != id.file && call.usage != Usage::Awaited && gives_coroutine(world, *callee);
                let is_way = |reach: &Reach| reach.way(*callee, &call.passed).is_some();
                dropped || runs && (is_way(self.blocks) || is_way(self.runs_loop))
            }
            // So it has what is spelled out there.
            Target::External(symbol) => {
                first_name(&call.symbol) != first_name(symbol)
                    && (runs && apis::matters(symbol, self.settings)
                        || apis::is_unawaited(symbol, call.usage))
            }
        }
    }

    /// Plain functions that nothing on the loop calls have no edges, but they too can drop a coroutine.
    fn drops(&self, world: &World<'_>, file: u32, function: &FunctionSummary) -> bool {
        let last = |dotted: &'_ str| dotted.rfind('.').map_or(0, |dot| dot + 1);
        function.calls.iter().any(|call| {
            call.usage == Usage::Dropped
                && self.coroutine_names.contains(&call.symbol[last(&call.symbol)..])
                && matches!(
                    target(world, call, file),
                    Ok(Some(Target::Function(callee))) if world.function(callee).is_async
                )
        })
    }

    fn lacks_a_protocol(&self, summary: &Summary) -> bool {
        let mut calls = summary.functions.iter().flat_map(|function| &function.calls);
        calls.any(|call| self.names.may_lack(&call.symbol))
    }
}

/// Whether calling a function gives a coroutine: its own, or one that it hands on.
fn gives_coroutine(world: &World<'_>, callee: FunctionId) -> bool {
    let function = world.function(callee);
    function.is_async
        || function.returns.is_some() && matches!(world.returned(callee, 0), Meaning::Coroutine(_))
}

fn first_name(symbol: &str) -> &str {
    &symbol[..symbol.find(['.', '(', '[']).unwrap_or(symbol.len())]
}
