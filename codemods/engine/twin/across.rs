//! Objects with a twin that a module keeps under a name, or that the objects of a class keep in an attribute, and that
//! other files use: all files change, or none does.
//!
//! What the summaries tell names the objects worth asking about: a coroutine of another file uses them, and no plain
//! function is seen to wait on them. Then every file that has the name is looked at (`look`): the file that makes the
//! object as if it were alone, the others from where they read the name. If nothing stands in the way in any of them,
//! the changes of all files are one.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::plan::{Plan, maker};
use super::slots::{Filled, Seen, Slot};
use crate::engine::apply;
use crate::engine::codemod::Codemod;
use crate::engine::context::{Context, Framework};
use crate::engine::finding::Edit;
use crate::engine::fix::Fixes;
use crate::engine::project::Project;
use crate::engine::project::plans::{SharedPart, SharedPlan, text_hash};
use crate::engine::project::reduce::{ClassId, FunctionId, Meaning, World};
use crate::engine::project::shares::{Holder, MAX_STEPS, Share, head};
use crate::engine::semantic::{BindingKind, NodeId, Reaching};

/// What one file says of a share.
#[derive(Debug, Default)]
pub(crate) struct Look {
    /// Why the object stays as it is, with the row.
    refusal: Option<(u32, String)>,
    edits: Vec<Edit>,
    /// What the codemod finds in the file that the change mends.
    found: Vec<(TextRange, String)>,
    /// Where the object is first named.
    first: Option<TextRange>,
    /// Why the change may not be right, besides what is doubtful about any of the kind.
    doubts: Option<String>,
    /// Names under which the file's module passes it on.
    renamed: Vec<String>,
    /// The functions that the file hands it to, and as which argument, with the names to look for them by.
    handed: Vec<((FunctionId, Slot), String)>,
    /// Parameters of the file's functions that get it.
    filled: Vec<Filled>,
    /// The file's calls of functions that it is handed to.
    seen: Vec<Seen>,
    /// Files of which it is not known whether the name they give is the object.
    uncertain: Vec<u32>,
    /// The event loops that the file runs.
    runs: usize,
    text_hash: u64,
}

/// Where one file has an object that several files use.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'p> {
    /// The file makes it, and this holds it there.
    Made(&'p Holder),
    /// These expressions of the file are the object.
    Read(&'p [NodeId]),
}

/// What changes in one file when an object becomes its twin in all of them.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) edits: Vec<Edit>,
    /// What the codemod finds in the file that the change mends.
    pub(crate) found: Vec<(TextRange, String)>,
    /// Where the object is first named.
    pub(crate) first: TextRange,
    /// Why the change may not be right, besides what is doubtful about any of the kind.
    pub(crate) doubts: Option<String>,
}

/// What a codemod plans for one file, or why the object stays as it is, with the row; `None` where nothing changes.
type PlanFile = fn(&Context<'_>, Place<'_>) -> Result<Option<Change>, (u32, String)>;

/// A codemod that plans by itself what becomes of an object's uses: more than a table of its class says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnPlan {
    /// Its name.
    pub(crate) codemod: &'static str,
    pub(crate) plan: PlanFile,
}

impl OwnPlan {
    /// What a file says of a share; `seeds` are the expressions that are the object, in a file that does not make it.
    fn look(&self, cx: &Context<'_>, share: &Share, seeds: Option<&[NodeId]>, look: &mut Look) {
        let holder = share.holder();
        let place = match seeds {
            Some([]) => return,
            Some(seeds) => Place::Read(seeds),
            None => Place::Made(&holder),
        };
        look.runs = cx.calls_to("asyncio.run").count();
        if look.refusal.is_none() && cx.framework() != Framework::Asyncio {
            look.refusal = Some((1, "its coroutines are not asyncio's".to_owned()));
        }
        match (self.plan)(cx, place) {
            Ok(Some(change)) => {
                look.first = Some(change.first);
                (look.edits, look.found, look.doubts) = (change.edits, change.found, change.doubts);
            }
            Ok(None) => {}
            Err(refusal) => drop(look.refusal.get_or_insert(refusal)),
        }
    }
}

impl SharedPart {
    /// Reports what it mends.
    pub(crate) fn report(&self, fixes: &mut Fixes<'_>) {
        let doubts = match &self.doubts {
            Some(more) => format!("{DOUBT}; {more}"),
            None => DOUBT.to_owned(),
        };
        for (range, message) in &self.found {
            fixes.at(*range, message.clone()).because(doubts.clone()).unsafe_fix(
                format!("use `{}` in all files at once", self.twin),
                |fix| {
                    self.edits.iter().cloned().for_each(|edit| fix.push(edit));
                    fix.together_with(&self.together_with);
                },
            );
        }
    }
}

const DOUBT: &str =
    "it belongs to the event loop that uses it first, and other tasks run while it is awaited";

/// The codemod that knows the library of an object.
fn codemod_of(share: &Share) -> &'static Codemod {
    crate::codemod(share.codemod).expect("what is shared is known to a codemod")
}

/// What a name or dotted path of a file stands for, as far as imports say.
enum Origin {
    /// A name of a module.
    Name(u32, String),
    /// Perhaps one, of a file that is not summarised.
    Unknown(u32),
    Other,
}

/// Follows a raw symbol through the modules that pass it on.
fn origin(world: &World<'_>, raw: &str, file: u32, share: &Share) -> Origin {
    let (mut raw, mut file) = (raw.to_owned(), file);
    for _ in 0..MAX_STEPS {
        let Some((module, name)) = raw.rsplit_once('.').filter(|_| !raw.contains(['(', '['])) else {
            return Origin::Other;
        };
        let Some(holder) = world.modules.resolve(module, Some(file)) else { return Origin::Other };
        if holder == share.file {
            return Origin::Name(holder, name.to_owned());
        }
        let Some(summary) = world.summary(holder) else { return Origin::Unknown(holder) };
        match summary.names.get(name) {
            Some(Some(next)) => (raw, file) = (next.clone(), holder),
            // A star import may give it.
            None if !summary.stars.is_empty() => return Origin::Unknown(holder),
            _ => return Origin::Other,
        }
    }
    Origin::Other
}

/// Looks at a file for one of the objects.
pub(crate) fn look(
    cx: &Context<'_>,
    share: &Share,
    words: &FxHashSet<String>,
    handed: &FxHashSet<(FunctionId, Slot)>,
) -> Look {
    let mut look = Look { text_hash: text_hash(cx.source.text), ..Look::default() };
    let codemod = codemod_of(share);
    if let Some(at) = named_in_string(cx, share, words) {
        look.refusal =
            Some((cx.source.row(cx.semantic.node(at).ast.start()), "a string names it".to_owned()));
    }
    let seeds = match share.owner {
        _ if cx.file == share.file => None,
        Some(owner) => Some(read(cx, share, owner, &mut look)),
        None => Some(used(cx, share, words, &mut look)),
    };
    if let Some(own) = crate::OWN_PLANS.iter().find(|own| own.codemod == codemod.name) {
        own.look(cx, share, seeds.as_deref(), &mut look);
        return look;
    }
    let plan = match &seeds {
        None => made(cx, share, handed, &mut look),
        Some(seeds) => Some(seeded(cx, share, seeds, handed, &mut look)),
    };
    let Some(mut plan) = plan else { return look };
    let (seen, refusal) = plan.calls_of_takers(handed);
    look.seen = seen;
    if let Some(refusal) = refusal {
        look.refusal.get_or_insert(refusal);
    }
    if plan.spots.is_empty() {
        return look;
    }
    look.filled = std::mem::take(&mut plan.filled);
    look.handed = plan.handed.drain(..).map(|to| (to.clone(), cx.taker_name(to.0))).collect();
    look.renamed.extend(look.handed.iter().map(|(_, name)| name.clone()));
    if look.refusal.is_none() && cx.framework() != Framework::Asyncio {
        look.refusal = Some((1, "its coroutines are not asyncio's".to_owned()));
    }
    let others = plan.holders.iter().any(|holder| {
        matches!(holder, Holder::Name(0, _)) && (cx.file != share.file || *holder != share.holder())
    });
    if others {
        look.refusal.get_or_insert((1, "it is kept under another name too".to_owned()));
    }
    if let Some((row, why)) = plan.refused_at() {
        look.refusal.get_or_insert((row, why.to_owned()));
    }
    look.runs = cx.calls_to("asyncio.run").count();
    let Some(first) = look.first else { return look };
    if cx.is_silenced(first, codemod.name, codemod.aliases) {
        look.refusal.get_or_insert((cx.source.row(first.start()), "a comment says to leave it".to_owned()));
    }
    if look.refusal.is_some() {
        return look;
    }
    let mut all = Fixes::new(cx, codemod.name);
    (codemod.run)(cx, &mut all);
    for finding in all.into_findings() {
        let range = TextRange::new(finding.start.into(), finding.end.into());
        if plan.covers_range(range) {
            look.found.push((range, finding.message));
        }
    }
    let mut one = Fixes::new(cx, codemod.name);
    one.at(first, "").unsafe_fix("", |fix| plan.write(fix));
    match one.into_findings().pop().and_then(|finding| finding.fix) {
        Some(fix) => look.edits = fix.edits,
        None => look.refusal = Some((cx.source.row(first.start()), "its changes would overlap".to_owned())),
    }
    look
}

/// The plan for the file that makes the object.
fn made<'c, 'a>(
    cx: &'c Context<'a>,
    share: &Share,
    handed: &FxHashSet<(FunctionId, Slot)>,
    look: &mut Look,
) -> Option<Plan<'c, 'a>> {
    let codemod = codemod_of(share);
    let holder = share.holder();
    let plan = cx.calls().filter(|call| maker(share.library, call).is_some()).find_map(|call| {
        let plan = Plan::shared(
            cx,
            share.library,
            (codemod.name, codemod.aliases),
            &call,
            &holder,
            share.class,
            handed,
        )?;
        plan.holders.contains(&holder).then_some((plan, call.range()))
    });
    let Some((plan, range)) = plan else {
        look.refusal = Some((1, "where it is made is not seen".to_owned()));
        return None;
    };
    look.first = Some(range);
    Some(plan)
}

/// Where a file reads the object's name.
fn used(cx: &Context<'_>, share: &Share, words: &FxHashSet<String>, look: &mut Look) -> Vec<NodeId> {
    let mut seeds: Vec<NodeId> = Vec::new();
    let mut refuse = |at: TextRange, why: &str| {
        look.refusal.get_or_insert((cx.source.row(at.start()), why.to_owned()));
    };
    let mut uncertain = Vec::new();
    let mut is_share = |raw: &str| match origin(&cx.world, raw, cx.file, share) {
        Origin::Name(file, name) => file == share.file && name == share.name,
        Origin::Unknown(file) => {
            uncertain.push(file);
            false
        }
        Origin::Other => false,
    };
    let mut is_imported = false;
    for (binding_id, binding) in (0..).zip(&cx.semantic.bindings) {
        let BindingKind::ImportFrom { alias, .. } = binding.kind else { continue };
        if !words.contains(alias.name.as_str())
            || !cx.semantic.binding_symbol(binding_id).is_some_and(|raw| is_share(&raw))
        {
            continue;
        }
        is_imported = true;
        if binding.scope == 0 && binding.name != alias.name.as_str() {
            look.renamed.push(binding.name.to_owned());
        }
        for read in cx.semantic.reads_of(binding.name, binding.scope) {
            match cx.semantic.reaching(binding.name, Some(read.node), read.scope) {
                Reaching::One(found) if found == binding_id => seeds.push(read.node),
                Reaching::Many(all) if all.contains(&binding_id) => {
                    refuse(read.name.range(), "what else the name may be is not seen");
                }
                _ => {}
            }
        }
    }
    for (id, node) in (0..).zip(cx.nodes()) {
        match node.ast {
            AnyNodeRef::ExprAttribute(attribute) if words.contains(attribute.attr.as_str()) => {
                let raw = cx.semantic.symbol(&Expr::Attribute(attribute.clone()), node.scope);
                let is_it = raw.is_some_and(|raw| is_share(&raw));
                if is_it && attribute.ctx.is_load() {
                    seeds.push(id);
                } else if is_it {
                    refuse(attribute.range(), "something else is put in its place");
                }
            }
            AnyNodeRef::ExprName(name)
                if words.contains(name.id.as_str())
                    && !cx.semantic.star_imports.is_empty()
                    && matches!(
                        cx.semantic.reaching(name.id.as_str(), Some(id), node.scope),
                        Reaching::Unbound
                    ) =>
            {
                refuse(name.range(), "a star import may give it");
            }
            _ => {}
        }
    }
    look.uncertain = uncertain;
    // A module that passes it on gives it its name.
    if is_imported && look.renamed.is_empty() {
        look.renamed.push(share.name.clone());
    }
    seeds
}

/// Where a file reads the attribute in which the objects of a class of another file keep it.
fn read(cx: &Context<'_>, share: &Share, owner: ClassId, look: &mut Look) -> Vec<NodeId> {
    let world = &cx.world;
    let mut refuse = |row: u32, why: &str| {
        look.refusal.get_or_insert((row, why.to_owned()));
    };
    for (index, class) in (0..).zip(world.summary(cx.file).iter().flat_map(|summary| &summary.classes)) {
        let id = ClassId { file: cx.file, index };
        if class.attributes.contains_key(&share.name) && world.lineage(id).0.contains(&owner) {
            refuse(class.row, "a subclass sets it too");
        }
    }
    let mut seeds: Vec<NodeId> = Vec::new();
    for (id, node) in (0..).zip(cx.nodes()) {
        let AnyNodeRef::ExprAttribute(attribute) = node.ast else { continue };
        if attribute.attr.as_str() != share.name {
            continue;
        }
        let is_load = attribute.ctx.is_load();
        let is_its = match cx.meaning(&attribute.value) {
            Meaning::Instance(class) | Meaning::Class(class) => {
                // Of an object of a class above it, it may be the attribute of one below.
                match world.lineage(class).0.contains(&owner) {
                    true => Some(true),
                    false if world.lineage(owner).0.contains(&class) => None,
                    false => Some(false),
                }
            }
            Meaning::Function(_) | Meaning::Module(_) | Meaning::External(_) => Some(false),
            _ => None,
        };
        match is_its {
            Some(true) if is_load => seeds.push(id),
            Some(true) => refuse(cx.row(id), "something else is put in its place"),
            Some(false) => {}
            None => {
                let is_other = match cx.parent(attribute) {
                    AnyNodeRef::ExprAttribute(outer) => {
                        matches!(share.class.member(outer.attr.as_str()), Ok(None))
                    }
                    _ => false,
                };
                if !is_other {
                    refuse(cx.row(id), &format!("`{}` may be it too", cx.text(attribute)));
                }
            }
        }
    }
    seeds
}

/// The plan for what is read here, and for what the file's functions are handed.
fn seeded<'c, 'a>(
    cx: &'c Context<'a>,
    share: &Share,
    seeds: &[NodeId],
    handed: &FxHashSet<(FunctionId, Slot)>,
    look: &mut Look,
) -> Plan<'c, 'a> {
    let codemod = codemod_of(share);
    let plan = Plan::seeded(cx, share.library, (codemod.name, codemod.aliases), share.class, seeds, handed);
    look.first = plan.first_spot();
    plan
}

/// A string by which a call may get at the object: `patch("app.clients.cache")`, `patch.object(clients, "cache")`.
fn named_in_string(cx: &Context<'_>, share: &Share, words: &FxHashSet<String>) -> Option<NodeId> {
    let module = cx.world.modules.name(share.file);
    let imports_it = || {
        (0..).zip(&cx.semantic.bindings).any(|(id, binding)| {
            matches!(binding.kind, BindingKind::Import { .. } | BindingKind::ImportFrom { .. })
                && cx.semantic.binding_symbol(id).is_some_and(|raw| &*raw == module)
        })
    };
    let strings = (0..).zip(cx.nodes()).find(|(id, node)| {
        let AnyNodeRef::ExprStringLiteral(literal) = node.ast else { return false };
        let text = literal.value.to_str();
        let last = text.rsplit(['.', ':']).next().unwrap_or(text);
        if !words.contains(last) || !cx.names_something(*id, text) {
            return false;
        }
        if share.owner.is_some() {
            return last.len() == text.len() || head(text) == head(module);
        }
        if last.len() < text.len() { head(text) == head(module) } else { imports_it() }
    });
    strings.map(|(id, _)| id)
}

/// The shares of a program, and what the files say of them.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    all: Vec<Asked>,
}

/// One share, with what is known of it.
#[derive(Debug)]
struct Asked {
    share: Share,
    /// The names under which files may read it.
    words: FxHashSet<String>,
    /// The functions that it is handed to, and as which argument.
    handed: FxHashSet<(FunctionId, Slot)>,
    looks: FxHashMap<u32, Look>,
    /// Every file that has one of the names has been looked at.
    is_done: bool,
    is_given_up: bool,
}

impl Shared {
    pub(crate) fn new(shares: &[Share]) -> Self {
        let ask = |share: &Share| Asked {
            words: share.words.clone(),
            share: share.clone(),
            handed: FxHashSet::default(),
            looks: FxHashMap::default(),
            is_done: false,
            is_given_up: false,
        };
        Self { all: shares.iter().map(ask).collect() }
    }

    /// The names that files are to be searched for.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        let open = self.all.iter().filter(|asked| !asked.is_done && !asked.is_given_up);
        open.flat_map(|asked| asked.words.iter().map(String::as_str))
    }

    /// What a file says of those that are asked for.
    pub(crate) fn find(&self, cx: &Context<'_>) -> Vec<(usize, Look)> {
        let open = self.all.iter().enumerate().filter(|(_, asked)| !asked.is_done && !asked.is_given_up);
        open.map(|(at, asked)| (at, look(cx, &asked.share, &asked.words, &asked.handed))).collect()
    }

    pub(crate) fn take(&mut self, file: u32, found: Vec<(usize, Look)>) {
        for (at, look) in found {
            self.all[at].looks.insert(file, look);
        }
    }

    /// This name stands in too many files.
    pub(crate) fn give_up(&mut self, word: &str) {
        for asked in self.all.iter_mut().filter(|asked| !asked.is_done && asked.words.contains(word)) {
            asked.is_given_up = true;
        }
    }

    /// All files have been asked: other names may have come up, to be asked for.
    pub(crate) fn end_round(&mut self) {
        for asked in &mut self.all {
            let before = (asked.words.len(), asked.handed.len());
            let renamed = asked.looks.values().flat_map(|look| &look.renamed).cloned();
            asked.words.extend(renamed.collect::<Vec<_>>());
            let handed = asked.looks.values().flat_map(|look| &look.handed).map(|(to, _)| to.clone());
            asked.handed.extend(handed.collect::<Vec<_>>());
            asked.is_done = (asked.words.len(), asked.handed.len()) == before;
        }
    }

    /// Settles what is changed. `may_change` says of a file whether the codemod of this name may rewrite it.
    pub(crate) fn settle(
        self,
        project: &Project,
        may_change: &dyn Fn(u32, &'static str) -> bool,
    ) -> SharedPlan {
        let mut plan = SharedPlan::default();
        for asked in self.all {
            let share = asked.share.clone();
            match asked.parts(project, may_change, &plan.parts) {
                Ok(own) => {
                    for (file, part) in own {
                        plan.parts.entry(file).or_default().push(part);
                    }
                    plan.changed.push(share);
                }
                Err(why) => plan.refusals.push((share.file, share.holder(), why)),
            }
        }
        plan
    }
}

impl Asked {
    /// What changes in each file, or why nothing does.
    fn parts(
        mut self,
        project: &Project,
        may_change: &dyn Fn(u32, &'static str) -> bool,
        before: &FxHashMap<u32, Vec<SharedPart>>,
    ) -> Result<Vec<(u32, SharedPart)>, String> {
        if self.is_given_up {
            return Err("its name is too common to look at every file that has it".to_owned());
        }
        let path = |file: u32| &project.paths[file as usize];
        let mut files: Vec<u32> = self.looks.keys().copied().collect();
        files.sort_unstable();
        for file in &files {
            let look = &self.looks[file];
            if let Some((row, why)) = &look.refusal {
                return Err(format!("{why} ({}:{row})", path(*file)));
            }
            let passes_on = |other: &u32| self.looks.get(other).is_some_and(|look| !look.renamed.is_empty());
            if look.uncertain.iter().any(passes_on) {
                return Err(format!("what {} imports is not certain", path(*file)));
            }
        }
        let filled: Vec<&Filled> = self.looks.values().flat_map(|look| &look.filled).collect();
        for (file, seen) in
            files.iter().flat_map(|file| self.looks[file].seen.iter().map(move |seen| (file, seen)))
        {
            if !filled.iter().all(|filled| seen.fills(filled)) {
                return Err(format!("a function gets something else for it ({}:{})", path(*file), seen.row));
            }
        }
        if self.handed.iter().any(|(function, _)| !filled.iter().any(|filled| filled.is_of(*function))) {
            return Err("what a function does with it is not seen".to_owned());
        }
        if self.looks.values().map(|look| look.runs).sum::<usize>() > 1 {
            return Err(
                "several event loops run in the files that use it, and it would belong to one".to_owned()
            );
        }
        files.retain(|file| !self.looks[file].edits.is_empty());
        if files.len() == 1 && self.share.is_only_handed {
            return Err("only its own file uses it".to_owned());
        }
        if !files.contains(&self.share.file) {
            return Err("where it is made is not seen".to_owned());
        }
        let codemod = self.share.codemod;
        if let Some(file) = files.iter().find(|file| !may_change(**file, codemod)) {
            return Err(format!("{} would change too, and is not among the files given", path(*file)));
        }
        let mut parts = Vec::new();
        for file in &files {
            let Some(mut look) = self.looks.remove(file) else { continue };
            let known = before.get(file).into_iter().flatten().map(|part| part.edits.as_slice());
            let edits = known.chain([look.edits.as_slice()]);
            if apply::merge(edits).accepted.contains(&false) {
                return Err(format!("another change of {} comes first", path(*file)));
            }
            if look.found.is_empty() {
                let first = look.first.unwrap_or_default();
                let message = format!("`{}` is waited for on the event loop in other files", self.share.name);
                look.found.push((first, message));
            }
            let others = files.iter().filter(|other| *other != file);
            let part = SharedPart {
                codemod,
                found: look.found,
                edits: look.edits,
                doubts: look.doubts,
                twin: self.share.class.twin,
                together_with: others.map(|other| path(*other).clone()).collect(),
                text_hash: look.text_hash,
            };
            parts.push((*file, part));
        }
        Ok(parts)
    }
}
