//! What proves that a call gives a coroutine, and what speaks against it.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use super::fate::Fate;
use crate::engine::apis::{self, Pending};
use crate::engine::context::{Call, Context};
use crate::engine::project::following::conduct;
use crate::engine::project::reduce::{FunctionId, Meaning};
use crate::engine::project::summary::conduct::Conduct;
use crate::engine::semantic::BindingKind;

/// What a call gives that should be awaited.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made {
    pub(super) pending: Pending,
    /// The callee is a plain function that returns somebody else's coroutine.
    pub(super) handed_on: bool,
    /// The project's coroutine function that it is of.
    function: Option<FunctionId>,
}

impl Made {
    /// Whether awaiting it would never end.
    pub(super) fn is_endless(&self, cx: &Context<'_>) -> bool {
        self.function.is_some_and(|function| conduct(&cx.world, function).contains(&Conduct::Endless))
    }
}

/// Whether the call surely gives a coroutine or the like.
pub(super) fn made(cx: &Context<'_>, call: &Call<'_, '_>) -> Option<Made> {
    let raw = call.raw_symbol()?;
    let library = |pending| Made { pending, handed_on: false, function: None };
    if cx.world.is_foreign(&raw) {
        return apis::pending(&raw).map(library);
    }
    let callee = match cx.world.meaning(&raw, cx.file) {
        Meaning::External(symbol) => return apis::pending(&symbol).map(library),
        Meaning::Function(callee) => Some(callee),
        Meaning::Instance(_) => None,
        _ => return None,
    };
    let Meaning::Coroutine(function) = cx.meaning(call.whole) else { return None };
    let handed_on = callee.is_some_and(|callee| callee != function);
    let called = callee.unwrap_or(function);
    if handed_on && (cx.world.function(called).is_async || !cx.world.function(called).always_returns) {
        return None;
    }
    // A plain function that hands a coroutine on is asked for like one; its result is doubted anyway.
    if callee.is_some_and(|callee| !cx.is_certainly(call.func(), callee)) {
        return None;
    }
    if is_put_otherwise(cx, call) {
        return None;
    }
    Some(Made { pending: Pending::Coroutine, handed_on, function: Some(function) })
}

/// Whether the object whose method is called comes out of a collection, `self.envs[key]`, into which the file also puts
/// something of which it is not known that this method of it is a coroutine function, whatever an annotation says.
fn is_put_otherwise(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Expr::Attribute(method) = call.func() else { return false };
    let Some(collection) = taken_from(cx, &method.value) else { return false };
    cx.nodes().iter().any(|node| {
        let AnyNodeRef::StmtAssign(assign) = node.ast else { return false };
        let is_put = assign.targets.iter().any(|target| match target {
            Expr::Subscript(item) => {
                matches!(&*item.value, Expr::Attribute(into) if into.attr.as_str() == collection)
            }
            _ => false,
        });
        is_put
            && match cx.meaning(&assign.value) {
                Meaning::Instance(class) => {
                    let found = cx.world.method(class, method.attr.as_str());
                    found.is_none_or(|found| !cx.world.function(found).is_async)
                }
                _ => true,
            }
    })
}

/// The attribute whose items an object is one of: `env = self.envs.get(key)`, `self.envs[key]`.
fn taken_from<'a>(cx: &Context<'a>, object: &'a Expr) -> Option<&'a str> {
    let made = match object {
        Expr::Name(name) => match cx.binding_read(name)?.kind {
            BindingKind::Assignment { value, unpacked: None } => value,
            _ => return None,
        },
        object => object,
    };
    let collection = match made {
        Expr::Subscript(item) => &*item.value,
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) if matches!(method.attr.as_str(), "get" | "pop" | "setdefault") => {
                &*method.value
            }
            _ => return None,
        },
        _ => return None,
    };
    collection.as_attribute_expr().map(|attribute| attribute.attr.as_str())
}

/// Whether the author says that the coroutine is to be thrown away: for a test, or to a type checker.
pub(super) fn is_on_purpose(cx: &Context<'_>, call: &Call<'_, '_>, fate: &Fate) -> bool {
    let line = cx.source.line(call.whole.end());
    if line.contains("unused-coroutine") || line.contains("reportUnusedCoroutine") {
        return true;
    }
    matches!(fate, Fate::Dropped | Fate::Unread(_)) && cx.expects_failure(call.expr)
        || cx.ancestors(call.expr).any(|node| asks_for_colour(cx, node) || is_dead(node, call))
}

/// Whether a call stands where a branch never leads: in the `else` of `if True:`, or under `if False:`. What generates
/// one kind of code from another leaves that behind.
fn is_dead(node: AnyNodeRef<'_>, call: &Call<'_, '_>) -> bool {
    let AnyNodeRef::StmtIf(branch) = node else { return false };
    let Expr::BooleanLiteral(known) = &*branch.test else { return false };
    let in_body = branch.body.iter().any(|statement| statement.range().contains_range(call.range()));
    known.value != in_body
}

/// Whether a branch is chosen by whether code is asynchronous: `if IS_SYNC:`, `if iscoroutinefunction(f):`. What is in
/// its branches is for one of the two.
fn asks_for_colour(cx: &Context<'_>, node: AnyNodeRef<'_>) -> bool {
    const QUESTIONS: &[&str] =
        &["asyncmode", "isasync", "isawaitable", "iscoroutine", "issync", "runasync", "syncmode", "useasync"];
    let asks = |test: &Expr| {
        let words: String = cx.text(test).to_ascii_lowercase().split('_').collect();
        QUESTIONS.iter().any(|question| words.contains(question))
    };
    match node {
        AnyNodeRef::StmtIf(statement) => {
            asks(&statement.test)
                || statement.elif_else_clauses.iter().filter_map(|clause| clause.test.as_ref()).any(asks)
        }
        AnyNodeRef::ExprIf(choice) => asks(&choice.test),
        _ => false,
    }
}
