//! Which files are looked at again once all are linked, and what for.

use rustc_hash::FxHashSet;

use super::facts::{Edge, Edges, Reach, Target, target};
use super::protocol;
use super::reduce::{FunctionId, Meaning, World};
use super::summary::{FunctionSummary, Usage};
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

/// What linking the files adds to one of them that lets a codemod find something there, besides new meanings of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lead {
    /// A call gives a coroutine.
    Coroutine = 1,
    /// Code on the loop calls what blocks.
    Blocking = 2,
    /// Code on the loop calls what runs an event loop.
    LoopRunner = 4,
    /// What a `with` or `for` is given has another protocol.
    Protocol = 8,
    /// Coroutines wait for themselves.
    Circle = 16,
    /// Locks are taken in opposite orders.
    Locks = 32,
    /// A coroutine function of another file is awaited.
    Await = 64,
}

/// Why a file is looked at again; empty if it is not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Leads(u8);

impl Leads {
    /// A codemod found something in the file alone, or names in it have a meaning that other files give them.
    pub(crate) const ANYTHING: Self = Self(128);

    /// Whether a codemod that can be led by these has to look.
    pub(crate) fn concern(self, leads: &[Lead]) -> bool {
        self.has(Self::ANYTHING) || leads.iter().any(|lead| self.has((*lead).into()))
    }

    pub(super) fn add(&mut self, other: impl Into<Self>) {
        self.0 |= other.into().0;
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl From<Lead> for Leads {
    fn from(lead: Lead) -> Self {
        Self(lead as u8)
    }
}

impl Marks<'_> {
    /// What a codemod may find something by in a file.
    pub(super) fn of(&self, world: &World<'_>, file: u32) -> Leads {
        let mut leads = Leads::default();
        let Some(summary) = world.summary(file) else { return leads };
        if summary.has_findings {
            return Leads::ANYTHING;
        }
        for (index, function) in (0..).zip(&summary.functions) {
            let id = FunctionId { file, index };
            match self.edges.get(&id) {
                Some(edges) => edges.iter().for_each(|edge| self.add(&mut leads, world, id, edge)),
                None => self.add_unfollowed(&mut leads, world, file, function),
            }
        }
        let mut calls = summary.functions.iter().flat_map(|function| &function.calls);
        if calls.any(|call| self.names.may_lack(&call.symbol) && protocol::lacks(world, &call.symbol, file)) {
            leads.add(Lead::Protocol);
        }
        leads
    }

    /// Adds what linking the files says of a call that the file alone does not tell, and that somebody minds.
    fn add(&self, leads: &mut Leads, world: &World<'_>, id: FunctionId, edge: &Edge) {
        let function = world.function(id);
        let call = &function.calls[edge.call as usize];
        let runs = function.is_async || call.usage == Usage::Callback;
        match &edge.target {
            Target::Function(callee) => {
                // Within the file, the first pass has seen it, if no decorator of another file was in the way.
                let is_elsewhere = callee.file != id.file;
                match call.usage {
                    Usage::Awaited if is_elsewhere => leads.add(Lead::Await),
                    Usage::Awaited | Usage::PassedOn => {}
                    _ if (is_elsewhere || !world.function(*callee).decorators.is_empty())
                        && gives_coroutine(world, *callee) =>
                    {
                        leads.add(Lead::Coroutine)
                    }
                    _ => {}
                }
                if runs && self.blocks.way(*callee, &call.passed).is_some() {
                    leads.add(Lead::Blocking);
                }
                if runs && self.runs_loop.way(*callee, &call.passed).is_some() {
                    leads.add(Lead::LoopRunner);
                }
            }
            // So it has what is spelled out there.
            Target::External(symbol) if first_name(&call.symbol) != first_name(symbol) => {
                if runs && apis::matters(symbol, self.settings) || apis::starts_task(symbol) {
                    leads.add(Leads::ANYTHING);
                }
                if call.usage.leaves_unawaited(symbol) {
                    leads.add(Lead::Coroutine);
                }
            }
            Target::External(_) => {}
        }
    }

    /// Plain functions that nothing on the loop calls have no edges, but they too can drop a coroutine or a task.
    fn add_unfollowed(&self, leads: &mut Leads, world: &World<'_>, file: u32, function: &FunctionSummary) {
        for call in &function.calls {
            let name = &call.symbol[call.symbol.rfind('.').map_or(0, |dot| dot + 1)..];
            let may_drop = call.usage == Usage::Dropped && self.coroutine_names.contains(name);
            let may_start = name == "create_task" && first_name(&call.symbol) != "asyncio";
            if !may_drop && !may_start {
                continue;
            }
            match target(world, call, file) {
                Ok(Some(Target::Function(callee))) if may_drop && world.function(callee).is_async => {
                    leads.add(Lead::Coroutine);
                }
                Ok(Some(Target::External(symbol))) if apis::starts_task(&symbol) => {
                    leads.add(Leads::ANYTHING)
                }
                _ => {}
            }
        }
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
