//! Code that is meant to fail: what stands in `pytest.raises` and its like, or before a handler for just that error.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex};
use ruff_text_size::Ranged;

use super::context::Context;
use super::project::summary::conduct::last_name;

impl Context<'_> {
    /// Whether a node stands in a `with` that expects an error or a warning: `pytest.raises`, `assertWarns`, ….
    pub(crate) fn expects_failure(&self, node: &impl HasNodeIndex) -> bool {
        self.ancestors(node).any(|around| {
            let AnyNodeRef::StmtWith(with) = around else { return false };
            with.items.iter().any(|item| {
                let Expr::Call(manager) = &item.context_expr else { return false };
                let name = self.text(&*manager.func).rsplit('.').next().unwrap_or_default();
                let name = name.to_ascii_lowercase().replace('_', "");
                ["raises", "warns", "assertraises", "assertwarns", "catchwarnings", "deprecatedcall"]
                    .iter()
                    .any(|known| name.starts_with(known))
            })
        })
    }

    /// Whether an error of one of these classes at a node is caught in its own function.
    pub(crate) fn is_caught_around(&self, node: &(impl HasNodeIndex + Ranged), classes: &[&str]) -> bool {
        let start = node.start();
        self.ancestors(node)
            .take_while(|around| {
                !matches!(around, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_))
            })
            .any(|around| {
                let AnyNodeRef::StmtTry(statement) = around else { return false };
                let in_body = statement.body.last().is_some_and(|last| start < last.end());
                in_body && statement.handlers.iter().any(|handler| names_one_of(handler, classes))
            })
    }
}

fn names_one_of(handler: &ast::ExceptHandler, classes: &[&str]) -> bool {
    let ast::ExceptHandler::ExceptHandler(handler) = handler;
    let is_one = |kind: &Expr| last_name(kind).is_some_and(|name| classes.contains(&name));
    match handler.type_.as_deref() {
        Some(Expr::Tuple(tuple)) => tuple.elts.iter().any(is_one),
        Some(kind) => is_one(kind),
        None => false,
    }
}
