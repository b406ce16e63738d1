//! Which functions a call of a method may run: overrides and decorated classes.

use rustc_hash::{FxHashMap, FxHashSet};

use super::reduce::{ClassId, FunctionId, Meaning, World};
use super::summary::CallSummary;
use super::summary::conduct::Conduct;

/// Decorators that leave a class's methods as they are; a call's parentheses are not part of the name.
const KEEPING_CLASS_DECORATORS: &[&str] = &[
    "attr.attrs",
    "attr.define",
    "attr.frozen",
    "attr.mutable",
    "attr.s",
    "attrs.define",
    "attrs.frozen",
    "attrs.mutable",
    "builtins.final",
    "dataclasses.dataclass",
    "enum.unique",
    "functools.total_ordering",
    "pydantic.dataclasses.dataclass",
    "typing.final",
    "typing.runtime_checkable",
    "typing_extensions.deprecated",
    "typing_extensions.final",
    "typing_extensions.runtime_checkable",
    "warnings.deprecated",
];

impl World<'_> {
    /// Whether a class has the methods that its body defines: nothing is known to put another in the place of the one
    /// of this name.
    pub(crate) fn keeps_its_methods(&self, class: ClassId, method: &str) -> bool {
        let class = self.class(class);
        let keeps = |decorator: &String| {
            let name = decorator.strip_suffix("()").unwrap_or(decorator);
            KEEPING_CLASS_DECORATORS.contains(&name) || name.starts_with("pytest.mark.")
        };
        class.decorators.iter().all(keeps) && !class.attributes.contains_key(method)
    }
}

/// The known classes below a class, those that come from several ways once; `by_base` has the classes by the last
/// names of their bases.
pub(crate) fn descendants(
    world: &World<'_>,
    by_base: &FxHashMap<String, Vec<ClassId>>,
    class: ClassId,
) -> Vec<ClassId> {
    let mut found = Vec::new();
    let mut seen = FxHashSet::from_iter([class]);
    let mut queue = vec![class];
    while let Some(base) = queue.pop() {
        let qualname = &world.class(base).qualname;
        let name = qualname.rsplit('.').next().unwrap_or(qualname);
        for candidate in by_base.get(name).into_iter().flatten() {
            let Some(summary) = world.summary(candidate.file) else { continue };
            let exists = (candidate.index as usize) < summary.classes.len();
            if !exists || seen.contains(candidate) || !world.lineage(*candidate).0.contains(&base) {
                continue;
            }
            seen.insert(*candidate);
            queue.push(*candidate);
            found.push(*candidate);
        }
    }
    found
}

/// Methods that are only declared, and what implements them.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    /// How many implementations each declaration has.
    counts: FxHashMap<FunctionId, usize>,
    /// The declarations of what a function implements.
    of: FxHashMap<FunctionId, Vec<FunctionId>>,
}

impl Declared {
    /// The implementations, by the known classes, of the plain methods among these that are only declared. Those that
    /// tests make for themselves say nothing of the program.
    pub(super) fn new(
        world: &World<'_>,
        by_base: &FxHashMap<String, Vec<ClassId>>,
        mut called: Vec<FunctionId>,
        is_test: impl Fn(u32) -> bool,
    ) -> Self {
        let is_declaration = |id: &FunctionId| {
            let function = world.function(*id);
            !function.is_async && function.conduct.contains(&Conduct::Declared)
        };
        called.retain(is_declaration);
        called.sort_unstable();
        called.dedup();
        let mut found = Self::default();
        for id in called {
            let Some((owner, name)) = world.function(id).qualname.rsplit_once('.') else { continue };
            let Some(owner) = world.summary(id.file).and_then(|file| file.class(owner)) else { continue };
            let below = descendants(world, by_base, ClassId { file: id.file, index: owner });
            let below = below.into_iter().filter(|class| !is_test(class.file));
            // What stands for the method in a class may be no function at all.
            let Some(mut methods) = below.map(|class| world.method(class, name)).collect::<Option<Vec<_>>>()
            else {
                continue;
            };
            methods.retain(|method| !is_declaration(method));
            methods.sort_unstable();
            methods.dedup();
            if !methods.is_empty() {
                found.counts.insert(id, methods.len());
            }
            for method in methods {
                found.of.entry(method).or_default().push(id);
            }
        }
        found
    }

    /// The functions to follow because a declaration of them is called, in no order.
    pub(super) fn implementations(&self) -> impl Iterator<Item = FunctionId> {
        self.of.keys().copied()
    }

    /// How many implementations each declaration has.
    pub(super) fn counts(&self) -> FxHashMap<FunctionId, usize> {
        self.counts.clone()
    }

    /// The declarations of what a function implements.
    pub(super) fn of(&self, implementation: FunctionId) -> impl Iterator<Item = &FunctionId> {
        self.of.get(&implementation).into_iter().flatten()
    }
}

/// Whether a call of a method may run this function: not if the object's class is abstract, and every known class
/// below it that is not has another.
pub(crate) fn may_run(
    world: &World<'_>,
    by_base: &FxHashMap<String, Vec<ClassId>>,
    call: &CallSummary,
    file: u32,
    callee: FunctionId,
) -> bool {
    let Some((receiver, name)) = call.symbol.rsplit_once('.') else { return true };
    if !world.function(callee).qualname.contains('.') || receiver.ends_with("<super>") {
        return true;
    }
    let Meaning::Instance(class) = world.meaning(receiver, file) else { return true };
    if !world.is_abstract(class) || world.method(class, name) != Some(callee) {
        return true;
    }
    // What leads on from a declaration is what all of its implementations do.
    if world.function(callee).conduct.contains(&Conduct::Declared) {
        return true;
    }
    let mut concrete =
        descendants(world, by_base, class).into_iter().filter(|class| !world.is_abstract(*class)).peekable();
    concrete.peek().is_none() || concrete.any(|class| world.method(class, name) == Some(callee))
}

impl World<'_> {
    /// Whether a class has a method that `abstractmethod` decorates, and so cannot be called.
    fn is_abstract(&self, class: ClassId) -> bool {
        let lineage = self.lineage(class);
        lineage.0.iter().enumerate().any(|(at, owner)| {
            let nearer = &lineage.0[..at];
            let defines = |class: &ClassId, name: &str| {
                let summary = self.summary(class.file);
                summary.is_some_and(|summary| summary.method(&self.class(*class).qualname, name).is_some())
            };
            let mut abstracts = self.class(*owner).abstracts.iter();
            abstracts.any(|name| !nearer.iter().any(|class| defines(class, name)))
        })
    }
}
