//! Which functions a call of a method may run: overrides, decorated classes, and what tests put in their place.

use ruff_python_ast::Expr;
use rustc_hash::FxHashSet;

use super::conduct::Conduct;
use super::reduce::{ClassId, FunctionId, Meaning, World};
use crate::engine::context::Context;

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
        let qualname = &self.world.function(method).qualname;
        let Some((owner, name)) = qualname.rsplit_once('.') else { return false };
        let owner = self.world.summary(method.file).and_then(|file| file.class(owner));
        owner.is_some_and(|index| !self.overrides(ClassId { file: method.file, index }, name).is_empty())
    }

    fn is_like(&self, id: FunctionId, is_async: bool) -> bool {
        let function = self.world.function(id);
        function.is_async == is_async
            && !function.is_generator
            && !function.ambiguous
            && self.world.decoration(id) == super::reduce::Decoration::Kept
    }

    /// Whether a known subclass of a class has something else in place of the method of this name, or has it where
    /// the class has none.
    pub(super) fn has_override(&self, class: ClassId, method: &str) -> bool {
        !self.overrides(class, method).is_empty()
    }

    /// What known subclasses of a class have in place of its method: functions, or `None` for anything else.
    fn overrides(&self, class: ClassId, method: &str) -> Vec<Option<FunctionId>> {
        let own = self.world.method(class, method);
        let mut found = Vec::new();
        let mut seen = FxHashSet::from_iter([class]);
        let mut queue = vec![class];
        while let Some(base) = queue.pop() {
            let qualname = &self.world.class(base).qualname;
            let name = qualname.rsplit('.').next().unwrap_or(qualname);
            for candidate in self.project.by_base.get(name).into_iter().flatten() {
                let Some(summary) = self.world.summary(candidate.file) else { continue };
                let exists = (candidate.index as usize) < summary.classes.len();
                if !exists || seen.contains(candidate) || !self.world.lineage(*candidate).0.contains(&base) {
                    continue;
                }
                seen.insert(*candidate);
                queue.push(*candidate);
                // Another of its bases may come first.
                let resolved = self.world.method(*candidate, method);
                if resolved != own {
                    found.push(resolved);
                }
            }
        }
        found
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
