//! What a call gives to the parameters of a function.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged as _, TextSize};

use crate::engine::semantic::{NodeId, ScopeId, ScopeKind, Semantic};

/// How many parameters of a function in this scope a call does not give: `self`.
pub(super) fn unwritten(semantic: &Semantic<'_>, function: &ast::StmtFunctionDef, scope: ScopeId) -> usize {
    let outer = semantic.scope(scope).parent.unwrap_or(0);
    let is_static = function.decorator_list.iter().any(
        |decorator| matches!(&decorator.expression, Expr::Name(name) if name.id.as_str() == "staticmethod"),
    );
    usize::from(!is_static && matches!(semantic.scope(outer).kind, ScopeKind::Class))
}

/// Whether the `**kwargs` of a function holds, at a place in it, nothing that was not given to the function.
pub(super) fn keeps_keywords(
    semantic: &Semantic<'_>,
    function: &ast::StmtFunctionDef,
    scope: ScopeId,
    before: TextSize,
) -> bool {
    let Some(rest) = &function.parameters.kwarg else { return false };
    let name = rest.name.as_str();
    let only_looks = |id: NodeId| match semantic.ancestors(id).next().map(|around| around.ast) {
        Some(AnyNodeRef::Keyword(keyword)) => keyword.arg.is_none(),
        Some(AnyNodeRef::ExprAttribute(method)) => {
            matches!(method.attr.as_str(), "copy" | "get" | "items" | "keys" | "pop" | "values")
        }
        Some(AnyNodeRef::ExprSubscript(item)) => !item.ctx.is_store(),
        Some(AnyNodeRef::ExprCompare(_)) => true,
        _ => false,
    };
    semantic.bindings_of(name, scope).len() == 1
        && semantic
            .reads_of(name, scope)
            .filter(|read| read.name.start() < before)
            .all(|read| only_looks(read.node))
}
