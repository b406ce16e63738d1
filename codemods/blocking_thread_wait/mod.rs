//! Waiting for threads on the event loop.

mod guards;
mod twins;

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::apis::Kind;
use crate::engine::apis::twins::describe;
use crate::engine::blocked::{Blocked, blocked, display_name, gone_over, says};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Framework, Runs};
use crate::engine::fix::Fixes;
use crate::engine::semantic::BindingKind;
use crate::engine::twin::{Plan, plans};
use guards::{has_a_loop_of_its_own, has_ended, has_reported, has_something, is_just_made};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "blocking-thread-wait",
    summary: "wait for threads without holding the event loop",
    rationale: "\
`Event.wait`, `Thread.join`, `Queue.get`, `Lock.acquire` and `Future.result` of the threading world hold the thread
they are called in, and on the event loop that is everybody. When what they wait for needs the loop itself, they wait
for ever: `asyncio.run_coroutine_threadsafe(…, loop).result()` on that loop is a certain deadlock, and a
`threading.Lock` held across an `await` becomes one when a second task wants it.

A `threading.Lock`, `Semaphore`, `Event` or `Condition` and a queue of `queue` that only coroutines of one file use become
asyncio's own. A future of an executor is awaited through `asyncio.wrap_future`, everything else waits in a thread. That
is not safe: other tasks run meanwhile, and a thread that waits cannot be cancelled.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[],
    examples: concat!(include_str!("examples/waits.txt"), include_str!("examples/twins.txt")),
    run,
};

/// The objects with a twin as text.
pub(crate) fn table() -> String {
    describe(&[&twins::THREADING])
}

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let pedantic = fixes.is_pedantic();
    let mut calls = blocked(cx, Kind::ThreadWait, pedantic);
    calls.retain(|found| !holds_nobody(cx, found));
    let held = held_across_await(cx);
    let plans = if fixes.is_probe() || calls.is_empty() && held.is_empty() {
        Vec::new()
    } else {
        plans(cx, &[&twins::THREADING], (CODEMOD.name, CODEMOD.aliases))
    };
    for found in calls {
        let plan = plans.iter().find(|plan| plan.covers(found.call.whole));
        if let Some(plan) = plan.filter(|plan| plan.refusal().is_none()) {
            found.found(fixes).because(plan.doubt()).unsafe_fix(says_twin(plan), |fix| plan.write(fix));
            continue;
        }
        let symbol = found.call.symbol().unwrap_or_default();
        match &*symbol {
            "concurrent.futures.Future().result" => result(cx, fixes, &found),
            // Only the thread that takes these may let go of them.
            "threading.RLock().acquire"
            | "multiprocessing.RLock().acquire"
            | "threading.Condition().acquire"
            | "threading.Condition().wait"
            | "threading.Condition().wait_for" => {
                let advice = if symbol.contains("RLock") { "`asyncio.Lock`" } else { "`asyncio.Condition`" };
                let reason = format!("it belongs to the thread that takes it; use {advice}");
                found.found(fixes).because(reason).report();
            }
            // What follows counts on having it, and a task that is cancelled again would not.
            _ if symbol.ends_with("().acquire") && is_in_finally(cx, &found.call) => {
                let reason = "a task that is cancelled here would go on without it; use `asyncio.Lock`";
                found.found(fixes).because(reason).report();
            }
            _ => found.into_thread_since(fixes, plan.and_then(Plan::refusal)),
        }
    }
    for (iter, _, verdict) in gone_over(cx, Kind::ThreadWait, pedantic) {
        let name = cx.symbol(iter).map(|symbol| display_name(&format!("{symbol}.__iter__")));
        let reason = format!("use {}", verdict.advice);
        fixes.at(iter, says(&name.unwrap_or_default(), &verdict)).because(reason).report();
    }
    for Held { lock, name, twin } in held {
        let found = fixes.at(lock, format!("this `{name}` is held across an `await`"));
        let plan = plans.iter().find(|plan| plan.covers(lock));
        if let Some(plan) = plan.filter(|plan| plan.refusal().is_none()) {
            found.because(plan.doubt()).unsafe_fix(says_twin(plan), |fix| plan.write(fix));
            continue;
        }
        let mut reason = if name.contains("RLock") {
            format!("its own thread is never kept out, so that no task waits for another; use `{twin}`")
        } else {
            format!("a second task that wants it stops the loop for ever; use `{twin}`")
        };
        if let Some(why) = plan.and_then(Plan::refusal) {
            reason.push_str(&format!(", for which something is in the way: {why}"));
        }
        found.because(reason).report();
    }
}

/// Whether a call is made on the way out of a `try`, however that came about.
fn is_in_finally(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let mut around = cx.ancestors(call.expr).take_while(|node| !node.is_stmt_function_def());
    around.any(|node| match node {
        AnyNodeRef::StmtTry(attempt) => {
            attempt.finalbody.iter().any(|statement| statement.range().contains_range(call.range()))
        }
        _ => false,
    })
}

/// Whether what the call waits for is there already, or nobody else is on the loop.
fn holds_nobody(cx: &Context<'_>, found: &Blocked<'_, '_>) -> bool {
    let call = &found.call;
    let only_looks = || match call.symbol().as_deref() {
        Some("concurrent.futures.Future().result" | "concurrent.futures.Future().exception") => {
            has_ended(cx, call)
        }
        // Without a limit it only looks.
        Some("multiprocessing.connection.Connection().poll") => call.expr.arguments.is_empty(),
        _ => has_something(cx, call) || is_just_made(cx, call) || has_reported(cx, call),
    };
    only_looks() || has_a_loop_of_its_own(cx, call) || cx.is_taken_back(call.expr)
}

fn says_twin(plan: &Plan<'_, '_>) -> String {
    format!("use `{}`", plan.twin())
}

/// `future.result()`.
fn result(cx: &Context<'_>, fixes: &mut Fixes<'_>, found: &Blocked<'_, '_>) {
    let call = found.call;
    let Expr::Attribute(method) = call.func() else { return };
    if found.runs != Runs::OnLoop || cx.framework() != Framework::Asyncio {
        found.into_thread(fixes);
        return;
    }
    let limit = call.argument("timeout", 0);
    if let Some(coroutine) = sent_to_own_loop(cx, &method.value) {
        let message = "waiting here for a coroutine of this event loop is a deadlock";
        let reason = "it runs in this task then, and not in one of its own";
        fixes.at(call, message).because(reason).unsafe_fix("await it", |fix| {
            let coroutine = cx.text(coroutine).to_owned();
            match limit {
                Some(limit) => {
                    let wait_for = fix.import("asyncio.wait_for");
                    let limit = cx.text(limit);
                    fix.replace_with_await(call.whole, &format!("{wait_for}({coroutine}, {limit})"));
                }
                None => fix.replace_with_await(call.whole, &coroutine),
            }
        });
        return;
    }
    if limit.is_some() {
        found.into_thread(fixes);
        return;
    }
    let reason = "other tasks run while it is awaited, and cancelling the task cancels the future";
    found.found(fixes).because(reason).unsafe_fix("await it with `asyncio.wrap_future`", |fix| {
        let wrap = fix.import("asyncio.wrap_future");
        fix.check_await(call.whole);
        let (before, after) = cx.await_around(call.whole);
        fix.insert(call.whole.start(), format!("{before}{wrap}("));
        fix.replace(
            TextRange::new(cx.outer_range(&method.value).end(), call.whole.end()),
            format!("){after}"),
        );
    });
}

/// The coroutine of `asyncio.run_coroutine_threadsafe(coroutine, loop)`, directly in place or under a name that is
/// bound to it just there, if the loop is certainly the one this runs on.
fn sent_to_own_loop<'a>(cx: &Context<'a>, future: &'a Expr) -> Option<&'a Expr> {
    let call = cx.call(future)?;
    if call.symbol().as_deref() != Some("asyncio.run_coroutine_threadsafe") {
        return None;
    }
    let own = call.argument("loop", 1)?;
    let is_own = |expr: &Expr| {
        expr.as_call_expr()
            .and_then(|call| cx.symbol(&call.func))
            .is_some_and(|symbol| matches!(&*symbol, "asyncio.get_running_loop" | "asyncio.get_event_loop"))
    };
    let bound = || {
        let binding = cx.binding_read(own.as_name_expr()?)?;
        let BindingKind::Assignment { value, unpacked: None } = binding.kind else { return None };
        let same = cx.semantic.frame(binding.scope) == cx.semantic.frame(cx.semantic.scope_of(own));
        same.then(|| is_own(value))
    };
    (is_own(own) || bound().unwrap_or(false)).then(|| call.argument("coro", 0)).flatten()
}

/// A lock of `threading` that is held across an `await`.
struct Held<'a> {
    lock: &'a Expr,
    name: String,
    /// The lock of asyncio to use instead.
    twin: &'static str,
}

/// `with threading.Lock()` around an `await`.
fn held_across_await<'a>(cx: &Context<'a>) -> Vec<Held<'a>> {
    let mut held = Vec::new();
    for node in cx.semantic.each(&cx.semantic.withs) {
        let AnyNodeRef::StmtWith(block) = node.ast else { continue };
        if block.is_async || cx.runs(block) != Runs::OnLoop {
            continue;
        }
        for item in &block.items {
            let Some(symbol) = cx.symbol(&item.context_expr) else { continue };
            let twin = match &*symbol {
                "threading.Lock()" | "threading.RLock()" => "asyncio.Lock",
                "threading.Semaphore()" => "asyncio.Semaphore",
                "threading.Condition()" => "asyncio.Condition",
                _ => continue,
            };
            let frame = cx.semantic.frame(node.scope);
            let awaits = cx.inside(block).any(|inner| {
                let suspends = match inner.ast {
                    AnyNodeRef::ExprAwait(_) => true,
                    AnyNodeRef::StmtFor(inner) => inner.is_async,
                    AnyNodeRef::StmtWith(inner) => inner.is_async,
                    _ => false,
                };
                suspends
                    && block.range().contains_range(inner.ast.range())
                    && cx.semantic.frame(inner.scope) == frame
            });
            if awaits && !cx.is_let_go_in(block, &item.context_expr) {
                held.push(Held { lock: &item.context_expr, name: symbol.replace("()", ""), twin });
            }
        }
    }
    held
}
