//! From what is known of the candidates to the conversions that are made.

use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Caller, Candidate, Kind, Planner};
use crate::engine::finding::Edit;
use crate::engine::project::Project;
use crate::engine::project::plans::{Part, Plan, Refusal, Sets, joined_groups};
use crate::engine::project::reduce::{FunctionId, World};

impl Planner {
    /// Settles what is converted. `may_change` says of a file, by its number, whether it may be rewritten.
    pub(crate) fn settle(mut self, project: &Project, may_change: &dyn Fn(u32) -> bool) -> Plan {
        let world = World::new(&project.modules, &project.summaries, None);
        let mut order: Vec<FunctionId> = self.candidates.keys().copied().collect();
        order.sort_unstable();
        self.strike_out_at_once(project, &order);
        self.strike_out(project, &world, &order);
        let mut plan = Plan::default();
        let components = self.components(&order);
        for component in components {
            self.conclude(project, &world, &component, may_change, &mut plan);
        }
        self.note_refusals(&world, &order, &mut plan);
        plan.converted.sort_unstable();
        plan.groups = groups(&plan, project);
        plan
    }

    /// What the definitions and the uses alone forbid.
    fn strike_out_at_once(&mut self, project: &Project, order: &[FunctionId]) {
        for id in order {
            let Some(candidate) = self.candidates.get_mut(id) else { continue };
            let Some(definition) = &candidate.definition else { continue };
            candidate.refusal = definition.refusal.clone();
            let is_asked = candidate.is_asked;
            let awaits_in_vain = definition.awaits_in_vain;
            let stays = candidate.mentions.iter().find_map(|(file, mention)| match &mention.kind {
                Kind::Stays(reason) => Some((*file, mention.row, reason.clone())),
                Kind::Call { caller: Caller::Module, .. } if !is_asked => {
                    Some((*file, mention.row, "code at module level calls it".to_owned()))
                }
                Kind::Call { is_awaited: true, .. } if !awaits_in_vain => {
                    Some((*file, mention.row, "its result is awaited already".to_owned()))
                }
                Kind::Call { .. } => None,
            });
            if let Some((file, row, reason)) = stays.filter(|_| candidate.refusal.is_none()) {
                candidate.refusal = Some(format!("{reason} ({}:{row})", project.paths[file as usize]));
            }
            let has_callers = !candidate.mentions.is_empty() || candidate.family.len() > 1;
            if candidate.refusal.is_none() && is_asked && !candidate.is_named && !has_callers {
                candidate.refusal = Some("nothing in the project calls it, so somebody else does".to_owned());
            }
        }
    }

    /// What follows from that, until nothing more does.
    fn strike_out(&mut self, project: &Project, world: &World<'_>, order: &[FunctionId]) {
        loop {
            let mut struck = Vec::new();
            let awaiting = self.awaiting(order);
            for id in order {
                let candidate = &self.candidates[id];
                if candidate.is_out() {
                    continue;
                }
                let reason = self.reason_from_others(project, world, candidate);
                let is_idle = reason.is_none() && !awaiting.contains(id);
                if reason.is_some() || is_idle {
                    struck.push((*id, reason, is_idle));
                }
            }
            if struck.is_empty() {
                return;
            }
            for (id, reason, is_idle) in struck {
                if let Some(candidate) = self.candidates.get_mut(&id) {
                    candidate.refusal = reason;
                    candidate.is_idle = is_idle;
                }
            }
        }
    }

    /// The functions that have something to await, as things are: what blocks in their own code, or a call of another
    /// one of them.
    fn awaiting(&self, order: &[FunctionId]) -> FxHashSet<FunctionId> {
        let has_own = |id: &FunctionId| {
            let candidate = &self.candidates[id];
            let definition = candidate.definition.as_ref();
            candidate.is_asked || definition.is_some_and(|definition| definition.awaits_directly)
        };
        let kept = order.iter().filter(|id| !self.candidates[id].is_out());
        let mut queue: Vec<FunctionId> = kept.filter(|id| has_own(id)).copied().collect();
        let mut awaiting = FxHashSet::default();
        while let Some(id) = queue.pop() {
            let Some(candidate) = self.candidates.get(&id).filter(|candidate| !candidate.is_out()) else {
                continue;
            };
            if !awaiting.insert(id) {
                continue;
            }
            queue.extend(&candidate.family);
            queue.extend(candidate.mentions.iter().filter_map(|(file, mention)| match mention.kind {
                Kind::Call { caller: Caller::Plain(index), .. } => Some(FunctionId { file: *file, index }),
                _ => None,
            }));
        }
        awaiting
    }

    /// Why a candidate stays plain because of others.
    fn reason_from_others(
        &self,
        project: &Project,
        world: &World<'_>,
        candidate: &Candidate,
    ) -> Option<String> {
        let name = |id: FunctionId| {
            let qualname = &world.function(id).qualname;
            qualname.replace(".<locals>", "")
        };
        for member in &candidate.family {
            let other = &self.candidates[member];
            if let Some(reason) = &other.refusal {
                return Some(format!(
                    "`{}`, which goes by the same name, has to stay: {reason}",
                    name(*member)
                ));
            }
            if world.function(*member).is_async {
                return Some(format!("`{}` is a coroutine function already", name(*member)));
            }
        }
        candidate.mentions.iter().find_map(|(file, mention)| {
            let Kind::Call { caller: Caller::Plain(index), .. } = mention.kind else { return None };
            let caller = FunctionId { file: *file, index };
            let at = format!("({}:{})", project.paths[*file as usize], mention.row);
            match self.candidates.get(&caller) {
                Some(other) => match &other.refusal {
                    Some(reason) => {
                        Some(format!("`{}` calls it {at} and has to stay: {reason}", name(caller)))
                    }
                    None => other.is_idle.then(|| format!("`{}` calls it {at} and stays", name(caller))),
                },
                None => {
                    Some(format!("`{}`, a plain function off the event loop, calls it {at}", name(caller)))
                }
            }
        })
    }

    /// The functions that are converted, as sets that need one another.
    fn components(&self, order: &[FunctionId]) -> Vec<Vec<FunctionId>> {
        let kept: Vec<FunctionId> =
            order.iter().filter(|id| !self.candidates[id].is_out()).copied().collect();
        let number: FxHashMap<FunctionId, usize> = kept.iter().copied().zip(0..).collect();
        let mut sets = Sets::new(kept.len());
        // Edits in one place are one conversion's: two would not fit together.
        let mut places: FxHashMap<(u32, u32), usize> = FxHashMap::default();
        for (at, id) in kept.iter().enumerate() {
            let candidate = &self.candidates[id];
            for member in &candidate.family {
                if let Some(other) = number.get(member) {
                    sets.join(at, *other);
                }
            }
            for (file, mention) in &candidate.mentions {
                let Kind::Call { caller, edits, .. } = &mention.kind else { continue };
                if let Caller::Plain(index) = caller
                    && let Some(other) = number.get(&FunctionId { file: *file, index: *index })
                {
                    sets.join(at, *other);
                }
                for edit in edits {
                    let other = *places.entry((*file, edit.start)).or_insert(at);
                    sets.join(at, other);
                }
            }
        }
        let mut components: FxHashMap<usize, Vec<FunctionId>> = FxHashMap::default();
        for (at, id) in kept.iter().enumerate() {
            components.entry(sets.find(at)).or_default().push(*id);
        }
        let mut components: Vec<Vec<FunctionId>> = components.into_values().collect();
        components.sort_unstable();
        components
    }

    /// Makes a conversion of a component, or refuses all of it.
    fn conclude(
        &mut self,
        project: &Project,
        world: &World<'_>,
        component: &[FunctionId],
        may_change: &dyn Fn(u32) -> bool,
        plan: &mut Plan,
    ) {
        let is_rooted = component.iter().any(|id| {
            let candidate = &self.candidates[id];
            candidate.is_named
                || !self.is_only_named
                    && candidate.mentions.iter().any(|(_, mention)| {
                        matches!(mention.kind, Kind::Call { caller: Caller::OnLoop | Caller::Module, .. })
                    })
        });
        let mut files: Vec<u32> = component
            .iter()
            .flat_map(|id| {
                let mentions = self.candidates[id].mentions.iter().map(|(file, _)| *file);
                mentions.chain([id.file])
            })
            .collect();
        files.sort_unstable();
        files.dedup();
        let outside = files.iter().find(|file| !may_change(**file));
        if !is_rooted || outside.is_some() {
            for id in component {
                let Some(candidate) = self.candidates.get_mut(id) else { continue };
                match outside {
                    Some(file) if is_rooted => {
                        let path = &project.paths[*file as usize];
                        let reason = format!("{path} would change too, and is not among the files given");
                        candidate.refusal = Some(reason);
                    }
                    _ => candidate.is_idle = true,
                }
            }
            return;
        }
        for file in &files {
            let part = self.part(project, world, component, *file, &files);
            plan.parts.entry(*file).or_default().push(part);
        }
        plan.converted.extend_from_slice(component);
    }

    fn part(
        &self,
        project: &Project,
        world: &World<'_>,
        component: &[FunctionId],
        file: u32,
        files: &[u32],
    ) -> Part {
        let short = |id: &FunctionId| {
            let qualname = &world.function(*id).qualname;
            format!("`{}`", qualname.rsplit('.').next().unwrap_or(qualname))
        };
        let mut edits: Vec<(TextRange, Edit)> = Vec::new();
        let mut first_call: Option<(TextRange, FunctionId)> = None;
        for id in component {
            for (_, mention) in self.candidates[id].mentions.iter().filter(|(at, _)| *at == file) {
                let Kind::Call { edits: own, .. } = &mention.kind else { continue };
                if first_call.is_none_or(|(first, _)| mention.range.start() < first.start()) {
                    first_call = Some((mention.range, *id));
                }
                edits.extend(own.iter().map(|edit| (mention.range, edit.clone())));
            }
        }
        let here: Vec<&FunctionId> = component.iter().filter(|id| id.file == file).collect();
        let definitions = here.iter().filter_map(|id| self.candidates[*id].definition.as_ref());
        let mut first_definition: Option<TextRange> = None;
        for definition in definitions {
            edits.push((definition.range, definition.edit.clone()));
            if first_definition.is_none_or(|first| definition.range.start() < first.start()) {
                first_definition = Some(definition.range);
            }
        }
        let mut names: Vec<String> = here.iter().map(|id| short(id)).collect();
        names.dedup();
        let message = match (&*names, first_call) {
            ([], Some((_, callee))) => {
                let path = &project.paths[callee.file as usize];
                format!("{} becomes a coroutine function in {path}", short(&callee))
            }
            ([one], _) => format!("{one} can be a coroutine function: whatever calls it can await it"),
            (several, _) => {
                format!("{} can be coroutine functions: whatever calls them can await them", list(several))
            }
        };
        let range = first_definition.or(first_call.map(|(range, _)| range)).unwrap_or_default();
        let others = files.iter().filter(|other| **other != file);
        Part {
            range,
            message,
            edits: joined(edits),
            together_with: others.map(|other| project.paths[*other as usize].clone()).collect(),
            text_hash: self.hashes.get(&file).copied().unwrap_or_default(),
        }
    }

    fn note_refusals(&self, world: &World<'_>, order: &[FunctionId], plan: &mut Plan) {
        for id in order {
            let candidate = &self.candidates[id];
            let Some(reason) = &candidate.refusal else { continue };
            let is_entry = candidate.mentions.iter().any(|(_, mention)| mention.is_on_loop);
            if is_entry && !self.is_only_named || candidate.is_named {
                plan.refusals.entry(id.file).or_default().push(Refusal {
                    qualname: world.function(*id).qualname.clone(),
                    is_named: candidate.is_named,
                    reason: reason.clone(),
                });
            }
        }
    }
}

/// "`a`, `b` and `c`".
fn list(names: &[String]) -> String {
    match names {
        [init @ .., last] if !init.is_empty() => format!("{} and {last}", init.join(", ")),
        other => other.concat(),
    }
}

/// Edits in their order, those in one place as one: an import goes before what it is for, and what begins further out
/// before what it goes around. Several calls at module level ask for one import.
fn joined(mut edits: Vec<(TextRange, Edit)>) -> Vec<Edit> {
    let is_import = |edit: &Edit| edit.content.contains("import ");
    edits.sort_by_key(|(around, edit)| {
        (edit.start, edit.end, !is_import(edit), around.start(), std::cmp::Reverse(around.end()))
    });
    edits.dedup_by(|(_, later), (_, earlier)| is_import(later) && later == earlier);
    let mut joined: Vec<Edit> = Vec::with_capacity(edits.len());
    for (_, edit) in edits {
        match joined.last_mut() {
            Some(last) if (last.start, last.end) == (edit.start, edit.end) => {
                last.content.push_str(&edit.content);
            }
            _ => joined.push(edit),
        }
    }
    joined
}

/// The files that are changed together.
fn groups(plan: &Plan, project: &Project) -> Vec<Vec<u32>> {
    let together = plan.parts.iter().map(|(file, parts)| {
        (*file, parts.iter().flat_map(|part| part.together_with.iter().map(String::as_str)).collect())
    });
    joined_groups(together.collect(), &project.paths)
}
