//! Names and attributes that stand for what a function, or the making of an object, was given.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use super::kinds::{is_something, names_class_call};
use super::proviso::{Asks, Proviso, Regions};
use super::questions::is_empty;
use super::receiver::Receiver;
use crate::engine::semantic::{BindingKind, ScopeKind, Semantic};

impl<'a> Regions<'_, 'a> {
    /// What is asked of parameters where a name, or an attribute of the object, that was made of them is asked to be
    /// something, or to be missing; with `as_none` it is compared with `None`.
    fn derived(&self, value: &Expr, holds: bool, as_none: bool) -> Option<Proviso> {
        match value {
            Expr::Name(name) => {
                let [only] = self.semantic.bindings_of(name.id.as_str(), self.scope) else { return None };
                let BindingKind::Assignment { value, unpacked: None } = self.semantic.binding(*only).kind
                else {
                    return None;
                };
                let is_before = value.end() <= name.start();
                (is_before && !self.is_changed(name)).then(|| self.of_value(value, holds, as_none))?
            }
            Expr::Attribute(attribute) => {
                let (made, init) = self.made_by(attribute)?;
                // What is put into a collection later is not seen.
                if !as_none && holds_items(made) {
                    return None;
                }
                if init.scope == self.scope {
                    let is_before = made.end() <= attribute.start();
                    return is_before.then(|| self.of_value(made, holds, as_none))?;
                }
                self.of_object_given(init.of_value(made, holds, as_none)?)
            }
            _ => None,
        }
    }

    /// The same for what is asked of it.
    pub(super) fn derived_from(&self, value: &Expr, as_none: bool, asks: &Asks) -> Option<Proviso> {
        match asks {
            Asks::Given => self.derived(value, true, as_none),
            Asks::Missing => self.derived(value, false, as_none),
            _ => None,
        }
    }

    /// `self.x.has_things()`, where `self.x = Class(things=parameter)`.
    pub(super) fn has_given(&self, call: &ast::ExprCall) -> Option<Proviso> {
        let Expr::Attribute(method) = &*call.func else { return None };
        let things = method.attr.as_str().strip_prefix("has_").filter(|_| call.arguments.is_empty())?;
        let Expr::Attribute(attribute) = &*method.value else { return None };
        let (Expr::Call(made), init) = self.made_by(attribute)? else { return None };
        let given = made.arguments.keywords.iter().find(|keyword| keyword.arg.as_deref() == Some(things))?;
        let asked = init.optional(&given.value, false, Asks::Given)?;
        if init.scope == self.scope { Some(asked) } else { self.of_object_given(asked) }
    }

    /// What is asked of the parameters of the making, as it is asked of the object.
    fn of_object_given(&self, asked: Proviso) -> Option<Proviso> {
        let class = self.semantic.enclosing_class(self.scope)?;
        let class = self.semantic.scope(class).qualname.rsplit('.').next()?;
        let is_plain = |one: &Proviso| !one.name.is_empty() && !one.name.contains('.');
        if !asked.alternatives().all(is_plain) {
            return None;
        }
        let named =
            |one: &Proviso| Proviso { name: format!("{class}.{}", one.name).into(), or: None, ..one.clone() };
        Proviso::any(asked.alternatives().map(named).collect())
    }

    /// The only value that an attribute of the object ever gets, and the `__init__` that gives it.
    fn made_by(&self, attribute: &ast::ExprAttribute) -> Option<(&'a Expr, Self)> {
        let semantic = self.semantic;
        if !Receiver::is_own(&attribute.value, semantic, self.scope) {
            return None;
        }
        let mut stores = semantic.stores_of(attribute.attr.as_str());
        let only = stores.next().filter(|_| stores.next().is_none())?;
        let frame = semantic.frame(only.scope);
        let ScopeKind::Function(function) = semantic.scope(frame).kind else { return None };
        let is_init = function.name.as_str() == "__init__"
            && semantic.enclosing_class(frame) == semantic.enclosing_class(self.scope);
        is_init.then(|| Some((only.value?, Regions::new(semantic, self.attributes, function, frame))))?
    }

    fn of_value(&self, value: &Expr, holds: bool, as_none: bool) -> Option<Proviso> {
        let first = |found: Vec<Proviso>| found.into_iter().next();
        let is_nothing = |value: &Expr| if as_none { value.is_none_literal_expr() } else { is_empty(value) };
        let is_certain = |value: &Expr| is_something(value) || names_class_call(value);
        match value {
            Expr::If(choice) if is_nothing(&choice.orelse) && (holds || is_certain(&choice.body)) => {
                first(self.implied(&choice.test, holds))
            }
            Expr::If(choice) if is_nothing(&choice.body) && (holds || is_certain(&choice.orelse)) => {
                first(self.implied(&choice.test, !holds))
            }
            Expr::BoolOp(parts) if parts.op == ast::BoolOp::Or && !as_none => match &*parts.values {
                [value, last] if is_nothing(last) => first(self.implied(value, holds)),
                _ => first(self.implied(value, holds)),
            },
            Expr::BoolOp(_) | Expr::Compare(_) | Expr::UnaryOp(_) if !as_none => {
                first(self.implied(value, holds))
            }
            Expr::Call(call) if !as_none => {
                let [value] = &*call.arguments.args else { return None };
                let keeps = matches!(&*call.func, Expr::Name(name) if matches!(
                    name.id.as_str(),
                    "bool" | "dict" | "list" | "set" | "str" | "tuple"
                ));
                if keeps { first(self.implied(value, holds)) } else { None }
            }
            _ => None,
        }
    }

    /// Whether a collection is filled or emptied after it was made.
    fn is_changed(&self, name: &ast::ExprName) -> bool {
        let changes =
            |semantic: &Semantic<'_>, node| match semantic.ancestors(node).next().map(|around| around.ast) {
                Some(AnyNodeRef::ExprAttribute(method)) => matches!(
                    method.attr.as_str(),
                    "add" | "append" | "clear" | "extend" | "insert" | "pop" | "remove" | "update"
                ),
                Some(AnyNodeRef::ExprSubscript(item)) => item.ctx.is_store(),
                _ => false,
            };
        let mut reads = self.semantic.reads_of(name.id.as_str(), self.scope);
        reads.any(|read| changes(self.semantic, read.node))
    }
}

/// Whether a value may be a collection.
fn holds_items(value: &Expr) -> bool {
    match value {
        Expr::Compare(_) | Expr::UnaryOp(_) => false,
        Expr::BoolOp(parts) => parts.values.iter().any(holds_items),
        Expr::Call(call) => !matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "bool"),
        Expr::Name(_) | Expr::Attribute(_) => false,
        _ => true,
    }
}
