//! Whether two expressions can be one variable.

use ruff_python_ast::Expr;

use super::context::Context;
use super::semantic::{BindingKind, ScopeId, ScopeKind};

impl Context<'_> {
    /// Whether two expressions that are written alike can be one object: not where each begins with a name that
    /// another function binds for itself. What a function takes as a parameter can come from anywhere.
    pub(crate) fn may_be_one_variable(&self, one: &Expr, other: &Expr) -> bool {
        if self.text(one) != self.text(other) {
            return false;
        }
        match (self.own_variable(one), self.own_variable(other)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }

    /// The function that makes the variable an expression begins with: `None` for parameters, for names of the
    /// module and for what does not begin with a name.
    pub(crate) fn own_variable(&self, expr: &Expr) -> Option<ScopeId> {
        let mut root = expr;
        loop {
            root = match root {
                Expr::Attribute(attribute) => &attribute.value,
                Expr::Subscript(subscript) => &subscript.value,
                Expr::Call(call) => &call.func,
                _ => break,
            };
        }
        let name = root.as_name_expr()?;
        let read_in = self.semantic.node(self.semantic.id(name)?).scope;
        let scope = self.semantic.lookup(name.id.as_str(), read_in)?;
        let is_parameter =
            |binding: &u32| matches!(self.semantic.binding(*binding).kind, BindingKind::Parameter { .. });
        let is_function =
            matches!(self.semantic.scope(scope).kind, ScopeKind::Function(_) | ScopeKind::Lambda(_));
        (is_function && !self.semantic.bindings_of(name.id.as_str(), scope).iter().any(is_parameter))
            .then_some(scope)
    }
}
