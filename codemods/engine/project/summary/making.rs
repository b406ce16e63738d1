//! Objects whose making is in sight of their use, and attributes that keep what their class was given.

use ruff_python_ast::comparable::ComparableExpr;
use ruff_python_ast::{self as ast, Expr};
use rustc_hash::FxHashMap;

use super::kinds::names_class_call;
use super::parameters::unwritten;
use super::receiver::Receiver;
use crate::engine::semantic::{AttributeStore, BindingKind, Reaching, ScopeId, ScopeKind, Semantic};

/// How many other places that make the same object are looked at.
const MAX_SAME: usize = 4;

impl<'a> Semantic<'a> {
    /// The call that makes an object, with the name of the class: of `x` after `x = Class(…)`, and of `self.x` where
    /// all of the file's `self.x = Class(…)` are the same.
    pub(super) fn making(&self, object: &Expr, scope: ScopeId) -> Option<(&'a str, &'a ast::ExprCall)> {
        let made = match object {
            Expr::Name(name) => {
                let text = name.id.as_str();
                let Reaching::One(binding) = self.reaching(text, self.id(name), scope) else { return None };
                match self.binding(binding).kind {
                    BindingKind::Assignment { value, unpacked: None } => value,
                    BindingKind::Annotated { value, .. } => value?,
                    BindingKind::With { context, plain: true, .. } => context,
                    _ => return None,
                }
            }
            Expr::Attribute(attribute) if attribute.value.is_name_expr() => {
                let mut stores = self.stores_of(attribute.attr.as_str());
                let made = stores.next()?.value?;
                let is_same = |other: &AttributeStore<'_>| {
                    other.value.map(ComparableExpr::from) == Some(ComparableExpr::from(made))
                };
                let is_always_same =
                    stores.take(MAX_SAME + 1).enumerate().all(|(at, other)| at < MAX_SAME && is_same(other));
                Some(made).filter(|_| is_always_same)?
            }
            _ => return None,
        };
        let Expr::Call(call) = made else { return None };
        let class = match &call.func.as_ref() {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return None,
        };
        names_class_call(made).then_some((class, call))
    }
}

/// The attributes of a file's classes that keep a parameter of the constructor as it is.
#[derive(Debug, Default)]
pub(super) struct Kept<'a>(FxHashMap<ScopeId, Vec<(&'a str, Attribute<'a>)>>);

/// An attribute that gets its value only from a parameter of its class's constructor.
#[derive(Debug)]
pub(super) struct Attribute<'a> {
    class: ScopeId,
    pub(super) parameter: &'a ast::ParameterWithDefault,
    /// From 0, as a call gives it; `None` when only a keyword can.
    pub(super) position: Option<u8>,
}

impl<'a> Kept<'a> {
    pub(super) fn new(semantic: &Semantic<'a>) -> Self {
        let only = semantic.attribute_stores.iter().filter(|store| {
            let class = semantic.enclosing_class(store.scope);
            let is_other = |other: &AttributeStore<'_>| {
                let is_of_own_class = other.target.value.is_name_expr()
                    && semantic.enclosing_class(other.scope).is_some_and(|other| Some(other) != class)
                    && Receiver::is_own(&other.target.value, semantic, other.scope);
                !is_of_own_class
            };
            // Itself, and no other but of classes of their own.
            semantic.stores_of(store.target.attr.as_str()).filter(|other| is_other(other)).nth(1).is_none()
        });
        let kept = only.filter_map(|store| {
            let frame = semantic.frame(store.scope);
            let ScopeKind::Function(function) = semantic.scope(frame).kind else { return None };
            let (Expr::Name(value), "__init__") = (store.value?, function.name.as_str()) else { return None };
            let name = value.id.as_str();
            let skipped = unwritten(semantic, function, frame);
            let parameters = &function.parameters;
            let by_position = parameters.posonlyargs.len() + parameters.args.len();
            let mut all = parameters.iter_non_variadic_params().enumerate().skip(skipped);
            let (index, parameter) = all.find(|(_, each)| each.parameter.name.as_str() == name)?;
            let class = semantic.frame(semantic.scope(frame).parent?);
            let is_own = skipped == 1
                && semantic.bindings_of(name, frame).len() == 1
                && matches!(semantic.scope(class).kind, ScopeKind::Class);
            let position = (index < by_position).then(|| index - skipped);
            let position = position.and_then(|position| u8::try_from(position).ok());
            is_own.then_some((class, (store.target.attr.as_str(), Attribute { class, parameter, position })))
        });
        let mut by_class: FxHashMap<ScopeId, Vec<_>> = FxHashMap::default();
        kept.for_each(|(class, kept)| by_class.entry(class).or_default().push(kept));
        Self(by_class)
    }

    /// What is kept in an attribute of `self` that is read in a method.
    pub(super) fn of(
        &self,
        attribute: &ast::ExprAttribute,
        semantic: &Semantic<'_>,
        method: ScopeId,
    ) -> Option<&Attribute<'a>> {
        let class = semantic.frame(semantic.scope(method).parent?);
        let mut of_class = self.0.get(&class)?.iter();
        let (_, kept) = of_class.find(|(name, _)| *name == attribute.attr.as_str())?;
        let ScopeKind::Function(function) = semantic.scope(method).kind else { return None };
        let is_self = function.name.as_str() != "__init__" && attribute.value.is_name_expr();
        (is_self && Receiver::is_own(&attribute.value, semantic, method)).then_some(kept)
    }

    /// The name of the class of an attribute.
    pub(super) fn class_name<'s>(attribute: &Attribute<'_>, semantic: &'s Semantic<'_>) -> &'s str {
        let qualname = &semantic.scope(attribute.class).qualname;
        qualname.rsplit('.').next().unwrap_or(qualname)
    }
}
