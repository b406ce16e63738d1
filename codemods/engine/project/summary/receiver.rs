//! The object whose method a call calls.

use ruff_python_ast::Expr;
use serde::{Deserialize, Serialize};

use super::parameters::unwritten;
use crate::engine::semantic::{BindingId, BindingKind, ScopeId, ScopeKind, Semantic};

/// The object whose method is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Receiver {
    /// Any object, or none.
    Any,
    /// The one whose method makes the call.
    Own,
    /// The one that is being made, by its `__init__`.
    New,
    /// What that one holds.
    Part,
    /// One that the whole program shares: a module holds it, or what hands it out always hands out the same.
    Shared,
}

impl Receiver {
    pub(super) fn of(object: &Expr, semantic: &Semantic<'_>, scope: ScopeId) -> Self {
        let ScopeKind::Function(function) = semantic.scope(semantic.frame(scope)).kind else {
            return Self::Any;
        };
        let is_new = function.name.as_str() == "__init__";
        let mut held = object;
        while let Expr::Attribute(attribute) = held {
            held = &attribute.value;
        }
        match object {
            _ if Self::is_own(object, semantic, scope) => {
                if is_new {
                    Self::New
                } else {
                    Self::Own
                }
            }
            Expr::Attribute(_) if !is_new && Self::is_own(held, semantic, scope) => Self::Part,
            Expr::Name(_) | Expr::Attribute(_) if is_of_module(held, semantic, scope) => Self::Shared,
            _ => Self::Any,
        }
    }

    /// Whether this is `self`, or `super()`, in a method.
    pub(super) fn is_own(object: &Expr, semantic: &Semantic<'_>, scope: ScopeId) -> bool {
        let frame = semantic.frame(scope);
        let ScopeKind::Function(function) = semantic.scope(frame).kind else { return false };
        let parameters = &function.parameters;
        let first = parameters.posonlyargs.first().or_else(|| parameters.args.first());
        let is_own = match object {
            Expr::Name(name) => first.is_some_and(|first| first.parameter.name.as_str() == name.id.as_str()),
            Expr::Call(call) => matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "super"),
            _ => false,
        };
        is_own && unwritten(semantic, function, frame) == 1
    }
}

/// Whether this is a name of the module, or of another: one that is not bound to other things as functions run.
pub(super) fn is_of_module(object: &Expr, semantic: &Semantic<'_>, scope: ScopeId) -> bool {
    let mut object = object;
    while let Expr::Attribute(attribute) = object {
        object = &attribute.value;
    }
    let Expr::Name(name) = object else { return false };
    let Some(home) = semantic.lookup(name.id.as_str(), scope) else { return false };
    let is_import = |id: &BindingId| {
        matches!(semantic.binding(*id).kind, BindingKind::Import { .. } | BindingKind::ImportFrom { .. })
    };
    home == 0 || semantic.bindings_of(name.id.as_str(), home).iter().all(is_import)
}
