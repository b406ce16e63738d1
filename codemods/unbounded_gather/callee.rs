//! What is known of the coroutine that runs once for each item.

use ruff_python_ast::Expr;

use super::collection::{Callee, Element};
use crate::engine::context::Context;
use crate::engine::project::following::{conduct, conduct_and_declared, reaches};
use crate::engine::project::reduce::{FunctionId, Meaning};
use crate::engine::project::summary::conduct::{
    Conduct, external_conduct, is_limiter_object, is_limiting, last_name, takes_limiter,
};

/// Whether its calls may be held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is a coroutine of this project, and nothing in it speaks against it.
    Free,
    /// It may be: why that is not certain.
    Doubtful(String),
    /// It is bounded already, or must not be.
    Settled,
}

impl Verdict {
    /// What holds when both are run.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Settled, _) | (_, Self::Settled) => Self::Settled,
            (doubt @ Self::Doubtful(_), _) | (_, doubt @ Self::Doubtful(_)) => doubt,
            _ => Self::Free,
        }
    }
}

/// What an element's coroutine allows.
pub(super) fn verdict(cx: &Context<'_>, element: &Element<'_>) -> Verdict {
    let function = match element.callee {
        Callee::Mapped(function) => function,
        Callee::Called(Expr::Call(call)) => {
            if takes_limiter(call) || about_call(cx, &call.func) == Some(Verdict::Settled) {
                return Verdict::Settled;
            }
            // A bound on the time one takes says nothing of how many there are.
            if let Some("asyncio.wait_for" | "asyncio.shield") = cx.symbol(&call.func).as_deref() {
                return match call.arguments.args.first() {
                    Some(inner @ Expr::Call(_)) => {
                        let inner = Element { callee: Callee::Called(inner), wrapper: None };
                        let reason = "its timeout would count from a later start";
                        verdict(cx, &inner).and(Verdict::Doubtful(reason.to_owned()))
                    }
                    _ => Verdict::Settled,
                };
            }
            match cx.meaning(element_expr(element)) {
                Meaning::Coroutine(id) => return of_function(cx, id),
                // Its result is no coroutine: a task somebody made, a future, something for a thread to do.
                Meaning::External(symbol) if is_running(&symbol) => return Verdict::Settled,
                _ => {}
            }
            &call.func
        }
        Callee::Called(_) => return Verdict::Settled,
    };
    if let Some(settled) = about_call(cx, function) {
        return settled;
    }
    match cx.meaning(function) {
        Meaning::Function(id) => {
            let summary = cx.world.function(id);
            if summary.decorators.iter().any(|decorator| is_limiting(decorator)) {
                return Verdict::Settled;
            }
            // A plain function that makes a future gives no coroutine: a batch is collected, say, and sent at once.
            if !summary.is_async && reaches(&cx.world, id, |symbol| symbol.ends_with("create_future")) {
                return Verdict::Settled;
            }
            match element.callee {
                Callee::Mapped(_) if summary.is_async && !summary.is_generator => of_function(cx, id),
                _ => doubtful(function, "does more than its own code shows"),
            }
        }
        _ => doubtful(function, "is not a coroutine function of this project"),
    }
}

fn element_expr<'a>(element: &Element<'a>) -> &'a Expr {
    match element.callee {
        Callee::Called(expr) | Callee::Mapped(expr) => expr,
    }
}

fn of_function(cx: &Context<'_>, id: FunctionId) -> Verdict {
    let name = cx.world.function(id).qualname.rsplit('.').next().unwrap_or_default();
    let (found, declared) = conduct_and_declared(&cx.world, id);
    if found.contains(&Conduct::Limited) || found.contains(&Conduct::Endless) {
        return Verdict::Settled;
    }
    // Where a method is only declared, what implements it may wait for the limiter, as most must if any is to help.
    let is_limited = |method: &Option<FunctionId>| {
        method.is_some_and(|method| conduct(&cx.world, method).contains(&Conduct::Limited))
    };
    for method in declared {
        let implementations = cx.overriding(method);
        if implementations.iter().filter(|method| is_limited(method)).count() * 2 > implementations.len() {
            return Verdict::Settled;
        }
    }
    let doubts = [
        (Conduct::Synchronises, "waits for what other tasks do: those not started yet could be among them"),
        (Conduct::Lingers, "runs until it is told to stop, and would keep the rest from starting"),
        (Conduct::Abstract, "has no code of its own here"),
    ];
    match doubts.iter().find(|(doubt, _)| found.contains(doubt)) {
        Some((_, reason)) => Verdict::Doubtful(format!("`{name}` {reason}")),
        None => Verdict::Free,
    }
}

fn doubtful(function: &Expr, reason: &str) -> Verdict {
    match last_name(function) {
        Some(name) => Verdict::Doubtful(format!("`{name}` {reason}")),
        None => Verdict::Doubtful(format!("the callee {reason}")),
    }
}

/// What the callee's name or symbol alone settles.
fn about_call(cx: &Context<'_>, function: &Expr) -> Option<Verdict> {
    let symbol = cx.symbol(function);
    if let Some(symbol) = symbol.as_deref() {
        // Threads and processes are handed out by a pool.
        let has_pool = symbol.ends_with(".to_thread")
            || symbol.ends_with(".run_in_executor")
            || symbol.ends_with("to_thread.run_sync")
            || symbol.ends_with(".run_in_threadpool")
            || symbol.ends_with(".sync_to_async()");
        if has_pool || external_conduct(symbol).is_some() {
            return Some(Verdict::Settled);
        }
    }
    let name = last_name(function)?;
    let receiver = match function {
        Expr::Attribute(method) => last_name(&method.value),
        _ => None,
    };
    let limits = is_limiter_object(name) || receiver.is_some_and(is_limiter_object);
    let ends = receiver.is_some() && ENDINGS.contains(&name);
    let closes = means_closing(name) || cancels(name);
    (limits || ends || closes || starts_task(name)).then_some(Verdict::Settled)
}

/// Methods that wait for something that is there already, or end it: each holds what it holds.
const ENDINGS: &[&str] = &[
    "cancel",
    "communicate",
    "join",
    "kill",
    "release",
    "run_forever",
    "serve_forever",
    "wait",
    "wait_closed",
    "wait_until_ready",
];

/// Words in the names of functions that close what is open already.
const CLOSINGS: &[&str] = &[
    "aclose",
    "cleanup",
    "close",
    "closed",
    "deinit",
    "disconnect",
    "dispose",
    "shutdown",
    "stop",
    "teardown",
    "terminate",
    "unload",
    "unsubscribe",
];

/// Whether a function is there to close what is open, by its name.
pub(super) fn means_closing(name: &str) -> bool {
    name == "__aexit__" || name.contains("de_init") || name.split('_').any(|word| CLOSINGS.contains(&word))
}

/// Whether a function's name says that it cancels tasks. What cancels orders or bookings asks somebody else to.
fn cancels(name: &str) -> bool {
    const WITH: &[&str] =
        &["", "all", "and", "future", "futures", "it", "safe", "safely", "task", "tasks", "then", "wait"];
    let mut words = name.split('_');
    words.clone().any(|word| word == "cancel") && words.all(|word| word == "cancel" || WITH.contains(&word))
}

/// Whether a function, by its name, gives something that runs already: a task, a future, a job of a pool.
fn starts_task(name: &str) -> bool {
    let makes = ["add", "create", "ensure", "make", "schedule", "start", "wrap"]
        .iter()
        .any(|verb| name.split('_').any(|word| word == *verb));
    let given = ["executor", "future", "task", "thread"].iter().any(|noun| name.contains(noun));
    makes && given || matches!(name, "remote" | "spawn" | "submit" | "run_in_executor" | "to_thread")
}

/// Whether a call's result is running already.
fn is_running(symbol: &str) -> bool {
    matches!(symbol, "asyncio.Task()" | "asyncio.Future()" | "concurrent.futures.Future()")
}
