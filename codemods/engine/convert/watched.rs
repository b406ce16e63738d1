//! Plain functions of which it matters whether only coroutines call them.
//!
//! Some code is right in a plain function as long as the event loop runs whenever the function does. To say so, every
//! place that may speak of the function must be seen, in any file: a call that a coroutine function makes, or a plain
//! function of which the same is true, is fine, and anything else is not. What the followed calls tell rules most
//! functions out before a file is looked at.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Caller, Definition, Kind, Mention, family, last_name};
use crate::engine::project::Project;
use crate::engine::project::conduct::Conduct;
use crate::engine::project::facts::{Edges, Target, target};
use crate::engine::project::reduce::{FunctionId, World};
use crate::engine::project::summary::{CallSummary, Usage};
use crate::engine::settings::Settings;

/// How many functions may stand between a coroutine and the one that is asked about.
const MAX_DEPTH: u32 = 4;

/// The functions to be watched, and what is known of them so far.
#[derive(Debug, Default)]
pub(super) struct Watched(FxHashMap<FunctionId, Uses>);

/// Where a function is defined and used.
#[derive(Debug, Default)]
struct Uses {
    definition: Option<Definition>,
    mentions: Vec<(u32, Mention)>,
}

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
    let names: FxHashSet<&str> = watched.iter().map(|id| last_name(world, *id)).collect();
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
    let name = last_name(world, id);
    !function.is_async
        && !name.is_empty()
        && !name.starts_with("__")
        && !function.qualname.contains("<locals>")
}

impl Watched {
    pub(super) fn new(project: &Project, world: &World<'_>) -> Self {
        let ids = project.watched.iter().flat_map(|id| family(project, world, *id));
        Self(ids.map(|id| (id, Uses::default())).collect())
    }

    /// Leaves a function out: too many files name something like it.
    pub(super) fn give_up(&mut self, id: FunctionId) {
        self.0.remove(&id);
    }

    pub(super) fn ids(&self) -> Vec<FunctionId> {
        let mut ids: Vec<FunctionId> = self.0.keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    pub(super) fn define(&mut self, definition: &Definition) {
        if let Some(uses) = self.0.get_mut(&definition.function) {
            uses.definition = Some(definition.clone());
        }
    }

    pub(super) fn mention(&mut self, file: u32, mention: &Mention) {
        if let Some(uses) = self.0.get_mut(&mention.function) {
            uses.mentions.push((file, mention.clone()));
        }
    }

    /// The functions that nothing but the event loop runs.
    pub(super) fn settle(self, project: &Project, world: &World<'_>) -> FxHashSet<FunctionId> {
        let families: FxHashMap<FunctionId, Vec<FunctionId>> =
            self.0.keys().map(|id| (*id, family(project, world, *id))).collect();
        let mut kept: FxHashSet<FunctionId> = self.0.keys().copied().collect();
        loop {
            let is_out = |id: &&FunctionId| {
                let family = &families[*id];
                let uses = || family.iter().filter_map(|member| self.0.get(member));
                uses().count() < family.len()
                    || uses().any(|uses| uses.stays() || !uses.only_on_loop(&kept))
                    || uses().all(|uses| uses.mentions.is_empty())
            };
            let out: Vec<FunctionId> = kept.iter().filter(is_out).copied().collect();
            if out.is_empty() {
                return kept;
            }
            for id in out {
                kept.remove(&id);
            }
        }
    }
}

impl Uses {
    /// Whether its definition lets somebody call it who is not seen.
    fn stays(&self) -> bool {
        self.definition.as_ref().is_none_or(|definition| definition.refusal.is_some())
    }

    fn only_on_loop(&self, kept: &FxHashSet<FunctionId>) -> bool {
        self.mentions.iter().all(|(file, mention)| match mention.kind {
            Kind::Call { caller: Caller::OnLoop, .. } => true,
            Kind::Call { caller: Caller::Plain(index), .. } => {
                kept.contains(&FunctionId { file: *file, index })
            }
            Kind::Call { caller: Caller::Module, .. } => false,
            Kind::Stays(_) => mention.is_callback,
        })
    }
}
