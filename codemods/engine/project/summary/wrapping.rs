//! Decorators of the project that still run what they decorate.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::Summary;
use super::parameters::unwritten;
use crate::engine::semantic::{NodeId, ScopeId, ScopeKind, Semantic};

/// Which functions a function gives back such that calling them still runs their code: as a decorator, and as what
/// makes one, `@retry(3)`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wraps {
    pub(crate) itself: Kept,
    pub(crate) made: Kept,
}

/// Plain functions are called at once when the wrapper is; of coroutine functions the call still gives a coroutine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) plain: bool,
    pub(crate) coroutines: bool,
}

impl Summary {
    /// Notes the functions that can be decorators. Must come after what each function returns and yields is known.
    pub(super) fn gather_wrapping(&mut self, semantic: &Semantic<'_>, by_scope: &FxHashMap<u32, usize>) {
        // What a function makes is known before it: inner functions come later in the list.
        for (function, scope) in semantic.functions.iter().rev() {
            if function.is_async || !gives_name(&function.body) {
                continue;
            }
            let mut given = Vec::new();
            names_given(&function.body, &mut given);
            let mut wraps = Wraps::default();
            let parameter = decorated(semantic, function, *scope);
            let mut wrappers = Vec::new();
            for name in given {
                if parameter == Some(name) {
                    wraps.itself = Kept { plain: true, coroutines: true };
                    continue;
                }
                let inner = semantic.functions.iter().find(|(inner, inner_scope)| {
                    semantic.scope(*inner_scope).parent == Some(*scope) && inner.name.as_str() == name
                });
                let Some((_, inner_scope)) = inner else { continue };
                let Some(entry) = by_scope.get(inner_scope).map(|at| &self.functions[*at]) else { continue };
                let made = entry.wraps.itself;
                wraps.made.plain |= made.plain;
                wraps.made.coroutines |= made.coroutines;
                if let Some(parameter) = parameter
                    && !entry.is_generator
                    && entry.decorators.iter().all(|decorator| decorator == "functools.wraps()")
                {
                    wrappers.push((
                        entry.is_async,
                        wrapped(semantic, parameter, *scope, *inner_scope, entry.is_async),
                    ));
                }
            }
            // Which of two wrappers a function gets depends on its colour where the decorator asks for that.
            let both = wrappers.iter().any(|(is_async, _)| *is_async)
                && wrappers.iter().any(|(is_async, _)| !*is_async);
            if !both || asks_for_colour(semantic, *scope) {
                for (is_async, kept) in wrappers {
                    wraps.itself.plain |= kept.plain;
                    wraps.itself.coroutines |= kept.coroutines && (is_async || !both);
                }
            }
            if wraps != Wraps::default()
                && let Some(at) = by_scope.get(scope)
            {
                self.functions[*at].wraps = wraps;
            }
        }
    }
}

/// The name of the parameter that a decorator gets the function as: its first.
fn decorated<'a>(
    semantic: &Semantic<'a>,
    function: &'a ast::StmtFunctionDef,
    scope: ScopeId,
) -> Option<&'a str> {
    let mut parameters = function.parameters.posonlyargs.iter().chain(&function.parameters.args);
    let name = parameters.nth(unwritten(semantic, function, scope))?.parameter.name.as_str();
    (semantic.bindings_of(name, scope).len() == 1).then_some(name)
}

/// Whether a suite ends in `return name`, under whatever conditions.
fn gives_name(body: &[Stmt]) -> bool {
    match body.last() {
        Some(Stmt::Return(statement)) => {
            statement.value.as_deref().is_some_and(|value| given_name(value).is_some())
        }
        Some(Stmt::If(branch)) => {
            gives_name(&branch.body) || branch.elif_else_clauses.iter().any(|clause| gives_name(&clause.body))
        }
        _ => false,
    }
}

/// The names that a function's own code returns, as far as `if` leads to them.
fn names_given<'a>(body: &'a [Stmt], found: &mut Vec<&'a str>) {
    for statement in body {
        match statement {
            Stmt::Return(statement) => found.extend(statement.value.as_deref().and_then(given_name)),
            Stmt::If(branch) => {
                names_given(&branch.body, found);
                for clause in &branch.elif_else_clauses {
                    names_given(&clause.body, found);
                }
            }
            _ => {}
        }
    }
}

/// `inner`, `cast(F, inner)`, `update_wrapper(inner, f)`, `wraps(f)(inner)`.
fn given_name(value: &Expr) -> Option<&str> {
    match value {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Call(call) => {
            let called = match &*call.func {
                Expr::Name(name) => name.id.as_str(),
                Expr::Attribute(attribute) => attribute.attr.as_str(),
                Expr::Call(made) => match &*made.func {
                    Expr::Name(name) if name.id.as_str() == "wraps" => "wraps",
                    Expr::Attribute(attribute) if attribute.attr.as_str() == "wraps" => "wraps",
                    _ => return None,
                },
                _ => return None,
            };
            let argument = match called {
                "cast" => call.arguments.args.get(1),
                "update_wrapper" | "wraps" => call.arguments.args.first(),
                _ => None,
            };
            argument?.as_name_expr().map(|name| name.id.as_str())
        }
        _ => None,
    }
}

/// What a wrapper makes of the function it calls: in its own code, and not in a thread or another function's.
fn wrapped(
    semantic: &Semantic<'_>,
    function: &str,
    outer: ScopeId,
    wrapper: ScopeId,
    is_async: bool,
) -> Kept {
    let mut kept = Kept::default();
    let mut keeps_result = false;
    for read in semantic.reads_of(function, outer) {
        if semantic.frame(read.scope) != wrapper {
            continue;
        }
        let parent = semantic.node(semantic.node(read.node).parent);
        let AnyNodeRef::ExprCall(call) = parent.ast else { continue };
        if call.func.range() != read.name.range() {
            continue;
        }
        match (is_async, semantic.node(parent.parent).ast) {
            (true, AnyNodeRef::ExprAwait(_) | AnyNodeRef::ExprYieldFrom(_)) => kept.coroutines = true,
            (false, AnyNodeRef::StmtReturn(_)) => kept = Kept { plain: true, coroutines: true },
            (true, _) => {}
            // A coroutine need not come out of it: `return asyncio.run(function())`.
            (false, _) => {
                kept.plain = true;
                keeps_result = true;
            }
        }
    }
    // Where one call of it is returned and another one run, nobody knows which a call of the wrapper gives.
    kept.coroutines &= !keeps_result;
    kept
}

/// Whether a decorator asks if it decorates a coroutine function.
fn asks_for_colour(semantic: &Semantic<'_>, scope: ScopeId) -> bool {
    let ScopeKind::Function(function) = semantic.scope(scope).kind else { return false };
    let Some(id) = semantic.id(function) else { return false };
    semantic.inside(id).any(|node| match node.ast {
        AnyNodeRef::ExprName(name) => name.id.as_str() == "iscoroutinefunction",
        AnyNodeRef::ExprAttribute(attribute) => attribute.attr.as_str() == "iscoroutinefunction",
        _ => false,
    })
}

/// Whether a node runs only if something holds, in the function it is part of.
pub(super) fn is_conditional(semantic: &Semantic<'_>, at: NodeId) -> bool {
    semantic.ancestors(at).map(|node| node.ast).take_while(|around| !around.is_stmt_function_def()).any(
        |around| {
            matches!(
                around,
                AnyNodeRef::StmtIf(_)
                    | AnyNodeRef::ElifElseClause(_)
                    | AnyNodeRef::ExprIf(_)
                    | AnyNodeRef::ExprBoolOp(_)
                    | AnyNodeRef::MatchCase(_)
                    | AnyNodeRef::ExceptHandlerExceptHandler(_)
                    | AnyNodeRef::StmtWhile(_)
                    | AnyNodeRef::StmtFor(_)
            )
        },
    )
}
