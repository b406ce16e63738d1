//! What the handler of an error does with it.

use ruff_python_ast::{self as ast, AnyNodeRef, HasNodeIndex};
use ruff_text_size::Ranged;

use super::context::Context;

impl Context<'_> {
    /// Whether a node stands in a handler of `GeneratorExit`, where an `await` is an error: the coroutine or generator
    /// is being thrown away.
    pub(crate) fn is_being_closed(&self, node: &impl HasNodeIndex) -> bool {
        self.ancestors(node).take_while(|around| !around.is_stmt_function_def()).any(|around| match around {
            AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                handler.type_.as_deref().is_some_and(|kind| self.text(kind).contains("GeneratorExit"))
            }
            _ => false,
        })
    }
}

/// Whether the handler gives the error it caught to somebody else, other than a log.
pub(crate) fn hands_on(cx: &Context<'_>, handler: &ast::ExceptHandlerExceptHandler) -> bool {
    if keeps_exc_info(cx, handler) {
        return true;
    }
    let Some(name) = &handler.name else { return false };
    let Some(scope) = cx.semantic.lookup(name.as_str(), cx.semantic.scope_of(handler)) else { return false };
    let reads = cx.semantic.reads_of(name.as_str(), scope);
    reads.filter(|read| handler.range().contains_range(read.name.range())).any(|read| {
        match cx.parent(read.name) {
            AnyNodeRef::Arguments(arguments) => match cx.parent(arguments) {
                AnyNodeRef::ExprCall(call) => !is_told(cx.text(&*call.func)),
                _ => false,
            },
            AnyNodeRef::Keyword(keyword) => keyword.arg.as_ref().is_none_or(|arg| arg.as_str() != "exc_info"),
            AnyNodeRef::StmtAssign(_)
            | AnyNodeRef::StmtReturn(_)
            | AnyNodeRef::ExprTuple(_)
            | AnyNodeRef::ExprYield(_) => true,
            _ => false,
        }
    })
}

/// Whether a function of this name only tells people of an error.
fn is_told(receiver: &str) -> bool {
    const WORDS: &[&str] = &[
        "capture",
        "log",
        "print",
        "str",
        "repr",
        "type",
        "format",
        "traceback",
        "warn",
        "isinstance",
        "console",
        "debug",
    ];
    WORDS.iter().any(|word| receiver.to_lowercase().contains(word))
}

/// Whether the handler keeps what `sys.exc_info()` gives, or hands it over: `state.set_exception(sys.exc_info())`.
fn keeps_exc_info(cx: &Context<'_>, handler: &ast::ExceptHandlerExceptHandler) -> bool {
    let mut calls = cx.calls_to("sys.exc_info").filter(|call| handler.range().contains_range(call.range()));
    calls.any(|call| match cx.parent(call.expr) {
        AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtReturn(_) => true,
        // `result.error = sys.exc_info()[1]`
        AnyNodeRef::ExprSubscript(part) => matches!(cx.parent(part), AnyNodeRef::StmtAssign(_)),
        AnyNodeRef::Arguments(arguments) => match cx.parent(arguments) {
            AnyNodeRef::ExprCall(taker) => !is_told(cx.text(&*taker.func)),
            _ => false,
        },
        _ => false,
    })
}
