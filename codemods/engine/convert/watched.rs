//! Plain functions of which it matters whether only coroutines call them.
//!
//! Some code is right in a plain function as long as the event loop runs whenever the function does. To say so, every
//! place that may speak of the function must be seen, in any file: a call that a coroutine function makes, or a plain
//! function of which the same is true, is fine, and anything else is not. What the followed calls tell rules most
//! functions out before a file is looked at.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Caller, Definition, Kind, Mention, family};
use crate::engine::project::Project;
use crate::engine::project::reduce::{FunctionId, World};

/// The functions to be watched, and what is known of them so far.
#[derive(Debug, Default)]
pub(super) struct Watched(FxHashMap<FunctionId, Uses>);

/// Where a function is defined and used.
#[derive(Debug, Default)]
struct Uses {
    definition: Option<Definition>,
    mentions: Vec<(u32, Mention)>,
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
