//! Objects that are attributes of other objects.

use ruff_python_ast::{AnyNodeRef, ExprContext};

use super::plan::Plan;
use crate::engine::apis::twins::Class;
use crate::engine::project::reduce::{ClassId, FunctionId, Meaning};
use crate::engine::project::shares::Holder;
use crate::engine::semantic::{BindingKind, NodeId, ScopeId};

impl<'a> Plan<'_, 'a> {
    /// The class that a scope is the body of.
    pub(super) fn class_of(&self, scope: ScopeId) -> Option<ClassId> {
        let qualname = &self.cx.semantic.scope(scope).qualname;
        let index = self.cx.world.summary(self.cx.file)?.class(qualname)?;
        Some(ClassId { file: self.cx.file, index })
    }

    /// An attribute holds the object: everything that sets and reads it.
    pub(super) fn hold(&mut self, holder: Holder, class: &'static Class) {
        let Holder::Attribute(owner, name) = holder.clone() else { return };
        if !self.holders.insert(holder.clone()) {
            return;
        }
        self.is_kept = true;
        let cx = self.cx;
        for store in &cx.semantic.attribute_stores {
            let Some(at) = cx.semantic.id(store.target) else { continue };
            if store.target.attr.as_str() != name || cx.holder_of(at).as_ref() != Some(&holder) {
                continue;
            }
            if store.entered.is_some() {
                self.refuse(at, "what else it may be is not seen");
            }
            if let Some(value) = store.value {
                self.make(value);
                self.values.push((value, class));
            }
            if let Some(annotation) = store.annotation {
                self.annotated(annotation);
            }
        }
        self.body(owner, &name, class);
        for (index, node) in cx.nodes().iter().enumerate() {
            let AnyNodeRef::ExprAttribute(attribute) = node.ast else { continue };
            if attribute.attr.as_str() != name || attribute.ctx != ExprContext::Load {
                continue;
            }
            let at = index as NodeId;
            match cx.holder_of(at) {
                Some(found) if found == holder => self.spot(at, class, at),
                Some(_) => {}
                // Of an object that nobody knows, an attribute of the same name may be it.
                None => {
                    let is_member = |path: &str| !matches!(class.member(path), Ok(None));
                    let is_unknown = cx.symbol(&attribute.value).is_none();
                    if let AnyNodeRef::ExprAttribute(outer) = cx.parent(attribute)
                        && is_unknown
                        && is_member(outer.attr.as_str())
                    {
                        self.refuse(at, format_args!("`{}` may be it too", cx.text(attribute)));
                    }
                }
            }
        }
        let instance = format!("{}()", class.name);
        let is_used = |symbol: &str| !class.name.is_empty() && symbol.starts_with(&instance);
        let is_shared = self.shared.as_ref() == Some(&holder);
        if !is_shared && cx.is_attribute_used_elsewhere(owner, &name, is_used) {
            match cx.project.share_refusal(cx.file, &holder) {
                Some(why) => self.refuse(0, format_args!("other files use it too, and {why}")),
                None => self.refuse(0, "other files use it too"),
            }
        }
    }

    /// What the body of the class sets the attribute to.
    fn body(&mut self, owner: ClassId, name: &str, class: &'static Class) {
        let cx = self.cx;
        let qualname = &cx.world.class(owner).qualname;
        let scopes = cx.semantic.classes.iter().map(|(_, scope)| *scope);
        for scope in scopes.filter(|scope| cx.semantic.scope(*scope).qualname == *qualname) {
            for id in cx.semantic.bindings_of(name, scope) {
                let binding = cx.semantic.binding(*id);
                match binding.kind {
                    BindingKind::Assignment { value, unpacked: None } => {
                        self.make(value);
                        self.values.push((value, class));
                    }
                    BindingKind::Annotated { annotation, value } => {
                        self.annotated(annotation);
                        match value {
                            Some(value) => {
                                self.make(value);
                                self.values.push((value, class));
                            }
                            // A field that a generated `__init__` fills.
                            None if self.may_be_generated(owner) => {
                                self.refuse(binding.node, "what fills the field is not seen");
                            }
                            None => {}
                        }
                    }
                    _ => self.refuse(binding.node, "what else it may be is not seen"),
                }
            }
        }
    }

    /// Whether a decorator or a base may make an `__init__` of the class's annotations: `dataclass`, `BaseModel`.
    fn may_be_generated(&self, owner: ClassId) -> bool {
        let world = &self.cx.world;
        let is_plain = |base: &String, file: u32| match world.meaning(base, file) {
            Meaning::Class(_) => true,
            Meaning::External(name) => {
                let name = name.trim_end_matches("[]");
                matches!(name, "builtins.object" | "abc.ABC" | "typing.Generic" | "typing.Protocol")
            }
            _ => false,
        };
        let says_only = |decorator: &String| {
            let name = decorator.trim_end_matches("()").rsplit('.').next().unwrap_or(decorator);
            matches!(name, "deprecated" | "final" | "runtime_checkable" | "total_ordering")
        };
        world.lineage(owner).0.iter().any(|id| {
            let class = world.class(*id);
            !class.decorators.iter().all(says_only) || !class.bases.iter().all(|base| is_plain(base, id.file))
        })
    }

    /// The object is what a property gives.
    pub(super) fn read_as_property(&mut self, property: FunctionId, class: &'static Class) {
        let cx = self.cx;
        let qualname = &cx.world.function(property).qualname;
        let name = qualname.rsplit('.').next().unwrap_or(qualname);
        self.is_kept = true;
        for (index, node) in cx.nodes().iter().enumerate() {
            let AnyNodeRef::ExprAttribute(attribute) = node.ast else { continue };
            if attribute.attr.as_str() != name || attribute.ctx != ExprContext::Load {
                continue;
            }
            let at = index as NodeId;
            match cx.meaning(&attribute.value) {
                Meaning::Instance(owner) if cx.world.method(owner, name) == Some(property) => {
                    self.spot(at, class, at);
                }
                Meaning::Unknown => {
                    if let AnyNodeRef::ExprAttribute(outer) = cx.parent(attribute)
                        && !matches!(class.member(outer.attr.as_str()), Ok(None))
                    {
                        self.refuse(at, format_args!("`{}` may be it too", cx.text(attribute)));
                    }
                }
                _ => {}
            }
        }
        self.seen_elsewhere(0, name, class);
    }
}
