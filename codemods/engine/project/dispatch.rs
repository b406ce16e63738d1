//! Which functions a call of a method may run: overrides, decorated classes, and what tests put in their place.

use ruff_python_ast::{AnyNodeRef, Expr, ExprName, ExprStringLiteral, HasNodeIndex};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::conduct::Conduct;
use super::reduce::{ClassId, Decoration, FunctionId, Meaning, World};
use super::summary::CallSummary;
use crate::engine::context::Context;
use crate::engine::semantic::BindingKind;

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

/// A path at which something is put in the place of what is there, and the test for which that is so, if it is only
/// one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patch<'p> {
    path: &'p str,
    within: Option<TextRange>,
}

impl Patch<'_> {
    /// Whether a call in this test, or in no test in particular, runs something else than the function of this
    /// qualified name.
    pub(crate) fn replaces(&self, function: &str, test: Option<TextRange>) -> bool {
        let last = |path: &'_ str| path.rfind('.').map_or(0, |dot| dot + 1);
        let (own, other) = (last(self.path), last(function));
        if self.path[own..] != function[other..]
            || self.within.is_some() && test.is_some() && self.within != test
        {
            return false;
        }
        // Every class has an `__init__`.
        let is_common = self.path[own..].starts_with("__");
        let class =
            |path: &'_ str, name: usize| path[..name.saturating_sub(1)].rsplit('.').next().map(str::to_owned);
        !is_common || class(self.path, own) == class(function, other)
    }
}

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
fn descendants(world: &World<'_>, by_base: &FxHashMap<String, Vec<ClassId>>, class: ClassId) -> Vec<ClassId> {
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
pub(super) fn may_run(
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

impl Context<'_> {
    /// Whether a call of `func`, which names this function, runs it or one of the same colour whatever the object's
    /// class turns out to be: no known subclass overrides it with one of the other colour, no decorator of the class
    /// can have wrapped it, nothing puts something else in its place, and it is not a declaration whose
    /// implementations are unknown.
    pub(crate) fn is_certainly(&self, func: &Expr, function: FunctionId) -> bool {
        let summary = self.world.function(function);
        let (owner, name) = summary.qualname.rsplit_once('.').unwrap_or(("", &summary.qualname));
        if self.is_replaced(name) {
            return false;
        }
        let receiver = match func {
            Expr::Attribute(attribute) => match self.meaning(&attribute.value) {
                Meaning::Instance(class) | Meaning::Class(class) => Some((class, attribute.attr.as_str())),
                _ => None,
            },
            _ => None,
        };
        // An attribute that holds a function may be given another one.
        if let Some((class, attribute)) = receiver
            && self.world.method(class, attribute) != Some(function)
        {
            return false;
        }
        let receiver = receiver.map(|(class, _)| class);
        let owner = self.world.summary(function.file).and_then(|file| file.class(owner));
        let Some(owner) = owner.map(|index| ClassId { file: function.file, index }) else {
            return true;
        };
        let receiver = receiver.unwrap_or(owner);
        let lineage = &self.world.lineage(receiver).0;
        if lineage.iter().chain([&owner]).any(|class| !self.world.keeps_its_methods(*class, name)) {
            return false;
        }
        let overrides = self.overrides(receiver, name);
        if overrides.iter().any(|found| found.is_none_or(|id| !self.is_like(id, summary.is_async))) {
            return false;
        }
        // Before the files are linked, implementations are not known yet: this is only to mark the file.
        !summary.conduct.contains(&Conduct::Abstract) || !overrides.is_empty() || self.project.is_empty()
    }

    /// Whether a known subclass has something else in place of this method.
    pub(crate) fn is_overridden(&self, method: FunctionId) -> bool {
        !self.overriding(method).is_empty()
    }

    /// What known subclasses have in place of a method: functions, or `None` for anything else.
    pub(crate) fn overriding(&self, method: FunctionId) -> Vec<Option<FunctionId>> {
        let qualname = &self.world.function(method).qualname;
        let Some((owner, name)) = qualname.rsplit_once('.') else { return Vec::new() };
        let owner = self.world.summary(method.file).and_then(|file| file.class(owner));
        owner.map_or_else(Vec::new, |index| self.overrides(ClassId { file: method.file, index }, name))
    }

    fn is_like(&self, id: FunctionId, is_async: bool) -> bool {
        let function = self.world.function(id);
        function.is_async == is_async
            && !function.is_generator
            && !function.ambiguous
            && matches!(self.world.decoration(id), Decoration::Kept | Decoration::Wrapped)
    }

    /// Whether a known subclass of a class has something else in place of the method of this name, or has it where
    /// the class has none.
    pub(super) fn has_override(&self, class: ClassId, method: &str) -> bool {
        !self.overrides(class, method).is_empty()
    }

    /// What known subclasses of a class have in place of its method: functions, or `None` for anything else.
    fn overrides(&self, class: ClassId, method: &str) -> Vec<Option<FunctionId>> {
        let own = self.world.method(class, method);
        let below = descendants(&self.world, &self.project.by_base, class);
        // Another of its bases may come first.
        below
            .into_iter()
            .map(|class| self.world.method(class, method))
            .filter(|found| *found != own)
            .collect()
    }

    /// Whether a call may run this function of the project, for all that is known of the object's class.
    pub(crate) fn may_run(&self, call: &CallSummary, callee: FunctionId) -> bool {
        may_run(&self.world, &self.project.by_base, call, self.file, callee)
    }

    /// What this file puts in the place of functions while some of its own run: `patch("app.fetch")`.
    pub(crate) fn patches(&self) -> Vec<Patch<'_>> {
        let mut patches = Vec::new();
        for (_, call) in &self.semantic.calls {
            let callee = self.text(&*call.func);
            if !callee.split('.').any(|part| matches!(part, "patch" | "setattr")) {
                continue;
            }
            for argument in &call.arguments.args {
                let text = match argument {
                    Expr::StringLiteral(text) => Some(text),
                    Expr::Name(name) => self.constant(name),
                    _ => None,
                };
                if let Some(text) = text {
                    patches.push(Patch { path: text.value.to_str(), within: self.test_around(*call) });
                }
            }
        }
        patches
    }

    /// The outermost test function around a node or that it decorates, in a file of tests.
    pub(crate) fn test_around(&self, node: &impl HasNodeIndex) -> Option<TextRange> {
        if !self.source.is_test() {
            return None;
        }
        let around = self.semantic.id(node).into_iter().flat_map(|id| self.semantic.ancestors(id));
        let tests = around.filter_map(|around| match around.ast {
            AnyNodeRef::StmtFunctionDef(function) if function.name.starts_with("test") => {
                Some(function.range())
            }
            _ => None,
        });
        tests.last()
    }

    /// The text that a name of the module stands for.
    fn constant(&self, name: &ExprName) -> Option<&ExprStringLiteral> {
        let [only] = self.semantic.bindings_of(name.id.as_str(), 0) else { return None };
        match self.semantic.binding(*only).kind {
            BindingKind::Assignment { value, unpacked: None } => value.as_string_literal_expr(),
            _ => None,
        }
    }

    /// Whether this file puts something in the place of a function or method of this name: `patch("app.fetch")`,
    /// `monkeypatch.setattr(app, "fetch", …)`, `client.fetch = AsyncMock()`.
    pub(crate) fn is_replaced(&self, name: &str) -> bool {
        let replaced = self.replaced.get_or_init(|| self.replacements());
        replaced.contains(name)
    }

    fn replacements(&self) -> FxHashSet<String> {
        let mut replaced: FxHashSet<String> =
            self.semantic.attribute_stores.iter().map(|store| store.target.attr.to_string()).collect();
        for (_, call) in &self.semantic.calls {
            let callee = self.text(&*call.func);
            let is_patch = callee.split('.').any(|part| matches!(part, "patch" | "setattr" | "spy" | "stub"));
            if !is_patch {
                continue;
            }
            for argument in &call.arguments.args {
                if let Expr::StringLiteral(text) = argument {
                    let text = text.value.to_str();
                    replaced.insert(text.rsplit('.').next().unwrap_or(text).to_owned());
                }
            }
            if callee.ends_with("multiple") {
                let names = call.arguments.keywords.iter().filter_map(|keyword| keyword.arg.as_ref());
                replaced.extend(names.map(ToString::to_string));
            }
        }
        replaced
    }
}
