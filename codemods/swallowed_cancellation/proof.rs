//! Whether a task that was cancelled is seen to wait again all the same.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::closes;
use crate::engine::context::Context;
use crate::engine::flow::{Flow, PointId, Step, Way};

/// Whether a way leads from a handler to something else that its task waits for: in the same function, or behind the
/// `await` of that function elsewhere in the file. What only closes something does not count, nor does the handler.
pub(super) fn is_seen_to_go_on(
    cx: &Context<'_>,
    statement: &ast::StmtTry,
    handler: &ast::ExceptHandlerExceptHandler,
) -> bool {
    let Some(function) = cx.enclosing_function(statement) else { return false };
    let Some(flow) = Flow::new(cx.semantic, function) else { return false };
    let Some(start) = flow.find(cx.semantic, handler, Step::Statement) else { return false };
    match goes_on(cx, &flow, start, handler.range()) {
        GoesOn::Waits => true,
        GoesOn::Returns => is_awaited_by_one_that_goes_on(cx, function),
        GoesOn::Ends => false,
    }
}

/// What becomes of control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GoesOn {
    Waits,
    Returns,
    Ends,
}

/// What control comes to from a point, exceptions apart. Waiting in `own` is not counted.
fn goes_on<'a>(cx: &Context<'a>, flow: &Flow<'a>, start: PointId, own: TextRange) -> GoesOn {
    let mut found = GoesOn::Ends;
    flow.explore(start, 0, |to, state, way| {
        if matches!(way, Way::Raises | Way::Cancels) || to == Flow::RAISED || found == GoesOn::Waits {
            return None;
        }
        if to == Flow::END {
            found = GoesOn::Returns;
            return None;
        }
        let point = flow.point(to);
        if point.pauses() && point.step != Step::Exit && !own.contains_range(point.node.range()) {
            let only_closes = match point.node {
                AnyNodeRef::ExprAwait(awaited) => closes(&awaited.value),
                _ => false,
            };
            if !only_closes && !is_in_finally(cx, point.node, own) {
                found = GoesOn::Waits;
                return None;
            }
        }
        Some(state)
    });
    found
}

/// Whether a node stands in the `finally` of a `try` around `own`.
fn is_in_finally(cx: &Context<'_>, node: AnyNodeRef<'_>, own: TextRange) -> bool {
    cx.ancestors(&node).any(|around| {
        let AnyNodeRef::StmtTry(outer) = around else { return false };
        outer.range().contains_range(own)
            && outer.finalbody.iter().any(|part| part.range().contains_range(node.range()))
    })
}

/// Whether the file awaits a function, going by its name, in another one that then waits for something else.
fn is_awaited_by_one_that_goes_on(cx: &Context<'_>, function: &ast::StmtFunctionDef) -> bool {
    let is_method = matches!(cx.parent(function), AnyNodeRef::StmtClassDef(_));
    cx.semantic.each(&cx.semantic.awaits).any(|node| {
        let AnyNodeRef::ExprAwait(awaited) = node.ast else { return false };
        let Expr::Call(call) = &*awaited.value else { return false };
        let is_it = match &*call.func {
            Expr::Name(name) => !is_method && name.id == function.name.id,
            Expr::Attribute(method) => {
                let of_self = matches!(&*method.value, Expr::Name(own) if own.id.as_str() == "self");
                is_method && of_self && method.attr.id == function.name.id
            }
            _ => false,
        };
        let caller = || cx.enclosing_function(awaited).filter(|caller| caller.range() != function.range());
        is_it
            && caller().is_some_and(|caller| {
                let Some(flow) = Flow::new(cx.semantic, caller) else { return false };
                let at = flow.find(cx.semantic, awaited, Step::Evaluate);
                let own = awaited.range();
                // In a loop it may well come back to itself.
                at.is_some_and(|at| goes_on(cx, &flow, at, own) == GoesOn::Waits || is_repeated(cx, awaited))
            })
    })
}

/// Whether a loop of the same function is around an `await`.
fn is_repeated(cx: &Context<'_>, awaited: &ast::ExprAwait) -> bool {
    cx.ancestors(awaited)
        .take_while(|around| !matches!(around, AnyNodeRef::StmtFunctionDef(_)))
        .any(|around| matches!(around, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)))
}
