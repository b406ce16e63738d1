//! Where functions end, and which calls they make whenever they are entered.

use ruff_python_ast::{self as ast, AnyNodeRef, Stmt};
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::FxHashMap;

use crate::engine::semantic::{ScopeId, Semantic};

/// Where each function may first leave before its end, in bytes from the start of the file.
#[derive(Debug)]
pub(super) struct Exits(FxHashMap<ScopeId, TextSize>);

impl Exits {
    pub(super) fn new(semantic: &Semantic<'_>) -> Self {
        let mut first: FxHashMap<ScopeId, TextSize> = FxHashMap::default();
        for node in semantic.each(&semantic.results).chain(semantic.each(&semantic.turns)) {
            let start = node.ast.start();
            first
                .entry(semantic.frame(node.scope))
                .and_modify(|known| *known = start.min(*known))
                .or_insert(start);
        }
        Self(first)
    }

    /// Whether a call is made whenever its function is entered: under no condition, in no loop, after nothing that
    /// may leave the function.
    pub(super) fn is_certain(&self, semantic: &Semantic<'_>, call: &ast::ExprCall) -> bool {
        let Some(id) = semantic.id(call) else { return false };
        let mut outermost = call.start();
        for node in semantic.ancestors(id) {
            match node.ast {
                AnyNodeRef::StmtFunctionDef(function) if function.is_async => {
                    let scope = semantic.frame(semantic.scope_of(call));
                    return self.0.get(&scope).is_none_or(|exit| *exit >= outermost);
                }
                AnyNodeRef::StmtExpr(_)
                | AnyNodeRef::StmtAssign(_)
                | AnyNodeRef::StmtAnnAssign(_)
                | AnyNodeRef::StmtReturn(_) => outermost = node.ast.start(),
                AnyNodeRef::ExprAwait(_)
                | AnyNodeRef::ExprAttribute(_)
                | AnyNodeRef::ExprBinOp(_)
                | AnyNodeRef::ExprCall(_)
                | AnyNodeRef::ExprSubscript(_)
                | AnyNodeRef::ExprTuple(_)
                | AnyNodeRef::Arguments(_)
                | AnyNodeRef::Keyword(_) => {}
                _ => return false,
            }
        }
        false
    }
}

/// Whether control never gets to the end of these statements.
pub(super) fn never_falls_through(body: &[Stmt]) -> bool {
    match body.last() {
        Some(Stmt::Return(_) | Stmt::Raise(_)) => true,
        Some(Stmt::If(statement)) => {
            let clauses = &statement.elif_else_clauses;
            clauses.last().is_some_and(|last| last.test.is_none())
                && never_falls_through(&statement.body)
                && clauses.iter().all(|clause| never_falls_through(&clause.body))
        }
        Some(Stmt::Try(statement)) => {
            let handled = |handler: &ast::ExceptHandler| {
                let ast::ExceptHandler::ExceptHandler(handler) = handler;
                never_falls_through(&handler.body)
            };
            never_falls_through(&statement.finalbody)
                || (never_falls_through(&statement.body) || never_falls_through(&statement.orelse))
                    && statement.handlers.iter().all(handled)
        }
        _ => false,
    }
}
