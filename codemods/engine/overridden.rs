//! Whether the function that a call names is the one it runs.

use ruff_python_ast::Expr;

use super::context::Context;
use super::project::dispatch::{descendants, may_run};
use super::project::reduce::{ClassId, Decoration, FunctionId, Meaning};
use super::project::summary::CallSummary;
use super::project::summary::conduct::Conduct;

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
    pub(crate) fn has_override(&self, class: ClassId, method: &str) -> bool {
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
}
