//! The plan of a program's conversions, and the program as it is once they are made.

use rustc_hash::FxHashSet;

use super::facts::{self, Edges};
use super::marks::Leads;
use super::plans::{Part, Plan, Refusal, SharedPart, SharedPlan, joined_groups, text_hash};
use super::reduce::{ClassId, FunctionId, World};
use super::shares::Holder;
use super::summary::CallSummary;
use super::{Project, Summary, blocks, dispatch, runs_loop};
use crate::engine::settings::Settings;

/// What is kept of a linked program whose functions may be converted.
#[derive(Debug)]
pub(super) struct Converting {
    pub(super) edges: Edges,
    pub(super) settings: Settings,
    plan: Plan,
    is_carried_out: bool,
}

impl Converting {
    pub(super) fn new(edges: Edges, settings: Settings) -> Self {
        Self { edges, settings, plan: Plan::default(), is_carried_out: false }
    }
}

impl Project {
    /// The calls that conversions are planned from, and what is wished for, if any are.
    pub(crate) fn wished(&self) -> Option<(&Edges, &Settings)> {
        self.converting.as_ref().map(|converting| (&converting.edges, &converting.settings))
    }

    /// Takes what follows from having asked every file: the functions that nothing but the event loop runs, and what
    /// becomes of the objects that several files use.
    pub(crate) fn take_answers(&mut self, only_on_loop: FxHashSet<FunctionId>, shared: SharedPlan) {
        self.only_on_loop = Some(only_on_loop);
        self.look_at(shared.parts.keys());
        self.shared = shared;
    }

    /// Takes the plan of the conversions.
    pub(crate) fn take_plan(&mut self, plan: Plan) {
        self.look_at(plan.parts.keys().chain(plan.refusals.keys()));
        if let Some(converting) = &mut self.converting {
            converting.plan = plan;
        }
    }

    /// Has files, by their numbers, looked at again, whatever linking says of them.
    fn look_at<'f>(&mut self, files: impl Iterator<Item = &'f u32>) {
        for file in files {
            self.marked[*file as usize] = Leads::ANYTHING;
        }
    }

    /// Sees the program as it is when all conversions are made. To be called when their fixes are going to be applied,
    /// before any file is rewritten.
    pub fn carry_out(&mut self) {
        for share in &self.shared.changed {
            let Some(summary) = &mut self.summaries[share.file as usize] else { continue };
            let names = match share.owner {
                Some(owner) => &mut summary.classes[owner.index as usize].attributes,
                None => &mut summary.names,
            };
            names.insert(share.name.clone(), Some(share.twin()));
        }
        let Some(converting) = &mut self.converting else { return };
        converting.is_carried_out = true;
        for id in &converting.plan.converted {
            if let Some(summary) = &mut self.summaries[id.file as usize] {
                summary.functions[id.index as usize].is_async = true;
            }
        }
        let world = World::new(&self.modules, &self.summaries, None);
        let (edges, settings) = (&converting.edges, &converting.settings);
        let (is_blocking, by_base) =
            (|symbol: &str, call: &CallSummary| blocks(symbol, call, settings), &self.by_base);
        let may_run =
            |call: &CallSummary, file, callee| dispatch::may_run(&world, by_base, call, file, callee);
        self.blocks = facts::reach(&world, edges, is_blocking, |_| false, true, may_run, &self.declared);
        self.runs_loop = runs_loop(&world, edges, self.nests_loops);
    }

    /// Takes note of the functions that a file, by its number, has beside those that were linked, once its fixes are
    /// applied: the files after it may import them. `is_coming` says that the file itself is left as it is for now.
    pub fn learn(&mut self, file: usize, rewritten: &Summary, is_coming: bool) {
        let number = file as u32;
        let Some(linked) = &mut self.summaries[file] else { return };
        let functions = rewritten.functions.iter().map(|function| &function.qualname);
        for name in functions.filter(|name| !name.is_empty() && !name.contains('.')) {
            if linked.function(name).is_none() && !linked.names.contains_key(name) {
                linked.names.insert(name.clone(), None);
                if is_coming {
                    self.coming.insert(number);
                }
            }
        }
        if !is_coming {
            self.coming.remove(&number);
        }
    }

    /// The path of a file of which more is known than it holds as yet: a fix that relies on it goes with its fixes.
    pub(crate) fn coming(&self, file: u32) -> Option<&String> {
        self.coming.contains(&file).then(|| &self.paths[file as usize])
    }

    /// The files, by their numbers, that conversions change together: all of a group are written, or none.
    #[must_use]
    pub fn groups(&self) -> Vec<Vec<usize>> {
        let groups = self.converting.iter().flat_map(|converting| &converting.plan.groups);
        let converted = groups.map(|group| group.iter().map(|file| *file as usize).collect());
        let files = self.shared.parts.iter();
        let together = files.map(|(file, parts)| {
            (*file, parts.iter().flat_map(|part| part.together_with.iter().map(String::as_str)).collect())
        });
        let shared = joined_groups(together.collect(), &self.paths);
        converted
            .chain(shared.into_iter().map(|group| group.into_iter().map(|file| file as usize).collect()))
            .collect()
    }

    /// What the changes of objects that several files use change in a file whose text is this.
    pub(crate) fn shared_parts(
        &self,
        file: u32,
        text: &str,
        codemod: &str,
    ) -> impl Iterator<Item = &SharedPart> {
        let parts = self.shared.parts.get(&file).map_or(&[][..], Vec::as_slice);
        let hash = if parts.is_empty() { 0 } else { text_hash(text) };
        parts.iter().filter(move |part| part.codemod == codemod && part.fits(hash))
    }

    /// Why an object that this holds, and that other files use, stays as it is.
    pub(crate) fn share_refusal(&self, file: u32, holder: &Holder) -> Option<&str> {
        if self.only_on_loop.is_none()
            && self.shares().iter().any(|share| share.file == file && share.holder() == *holder)
        {
            return Some("only with `--unsafe-fixes` are they asked to change with it");
        }
        let mut refusals = self.shared.refusals.iter();
        let found = refusals.find(|(of, kept, _)| *of == file && kept == holder);
        found.map(|(_, _, why)| why.as_str())
    }

    /// Whether every call of a plain function of the project that calls what codemods watch for is seen, and is made by
    /// a coroutine function or by a plain function of which that is true. `None` where it may be so and nobody asked the
    /// files.
    pub(crate) fn runs_only_on_loop(&self, file: u32, qualname: &str) -> Option<bool> {
        if self.watched.is_empty() {
            return Some(false);
        }
        let index = || self.summaries.get(file as usize)?.as_ref()?.function(qualname);
        let Some(id) = index().map(|index| FunctionId { file, index }) else { return Some(false) };
        match &self.only_on_loop {
            Some(known) => Some(known.contains(&id)),
            None => (!self.watched.contains(&id)).then_some(false),
        }
    }

    /// Where the calls of the functions lead that the event loop or a module runs.
    pub(crate) fn edges(&self) -> Option<&Edges> {
        self.converting.as_ref().map(|converting| &converting.edges)
    }

    /// What conversions change in a file whose text is this.
    pub(crate) fn parts(&self, file: u32, text: &str) -> impl Iterator<Item = &Part> {
        let parts = self.converting.as_ref().and_then(|converting| converting.plan.parts.get(&file));
        parts.into_iter().flatten().filter(move |part| part.fits(text))
    }

    /// The functions of a file that stay as they are though they were considered.
    pub(crate) fn refusals(&self, file: u32) -> &[Refusal] {
        let refusals = self.converting.as_ref().and_then(|converting| converting.plan.refusals.get(&file));
        refusals.map_or(&[], Vec::as_slice)
    }

    /// The functions of a file, by their qualified names, that have been converted.
    pub(crate) fn converted_in(&self, file: u32) -> impl Iterator<Item = &str> {
        let converting = self.converting.as_ref().filter(|converting| converting.is_carried_out);
        let converted = converting.into_iter().flat_map(|converting| &converting.plan.converted);
        converted.filter(move |id| id.file == file).filter_map(|id| {
            let summary = self.summaries.get(id.file as usize)?.as_ref()?;
            Some(summary.functions[id.index as usize].qualname.as_str())
        })
    }

    /// Whether a plain function is known to block, be it only for some arguments.
    pub(crate) fn is_blocking(&self, id: FunctionId) -> bool {
        self.blocks.contains(id)
    }

    /// The known classes that have this one among their bases.
    pub(crate) fn subclasses(&self, world: &World<'_>, class: ClassId) -> Vec<ClassId> {
        let qualname = &world.class(class).qualname;
        let name = qualname.rsplit('.').next().unwrap_or(qualname);
        let candidates = self.by_base.get(name).into_iter().flatten();
        candidates.filter(|candidate| world.lineage(**candidate).0.contains(&class)).copied().collect()
    }
}
