//! Waiting for threads on the event loop.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::apis::Kind;
use crate::engine::blocked::{Blocked, blocked, display_name, gone_over, says};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Framework, Runs};
use crate::engine::fix::Fixes;
use crate::engine::semantic::BindingKind;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "blocking-thread-wait",
    summary: "wait for threads without holding the event loop",
    rationale: "\
`Event.wait`, `Thread.join`, `Queue.get`, `Lock.acquire` and `Future.result` of the threading world hold the thread
they are called in, and on the event loop that is everybody. When what they wait for needs the loop itself, they wait
for ever: `asyncio.run_coroutine_threadsafe(…, loop).result()` on that loop is a certain deadlock, and a
`threading.Lock` held across an `await` becomes one when a second task wants it.

A future of an executor is awaited through `asyncio.wrap_future`, everything else waits in a thread. That is not safe:
a thread that waits cannot be cancelled. Where only coroutines use an object, `asyncio.Lock`, `asyncio.Event` or
`asyncio.Queue` is the better answer; a person has to see that no thread uses it.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    examples: r#"
# an event that a thread sets
! unsafe
 import asyncio
 import threading

 ready = threading.Event()


 async def main():
-    ready.wait()
+    await asyncio.to_thread(ready.wait)
     print("ready")
# a thread that ends
! unsafe
 import asyncio
 import threading


 async def stop(worker: threading.Thread):
-    worker.join(timeout=5)
+    await asyncio.to_thread(worker.join, timeout=5)
# a queue that threads fill
! unsafe
 import asyncio
 import queue


 class Feed:
     def __init__(self):
         self.items = queue.Queue()

     async def next(self):
-        return self.items.get()
+        return await asyncio.to_thread(self.items.get)
# a lock
! unsafe
 import asyncio
 import threading

 lock = threading.Lock()


 async def enter():
-    lock.acquire()
+    await asyncio.to_thread(lock.acquire)
# a lock that belongs to the thread that takes it is reported
! reported asyncio.Lock
 import threading

 lock = threading.RLock()


 async def enter():
     lock.acquire()
# a future of an executor
! unsafe
+import asyncio
 from concurrent.futures import ThreadPoolExecutor

 pool = ThreadPoolExecutor()


 async def size(path, measure):
-    future = pool.submit(measure, path)
-    return future.result() + pool.submit(measure, "x").result()
+    future = pool.submit(measure, path)
+    return await asyncio.wrap_future(future) + await asyncio.wrap_future(pool.submit(measure, "x"))
# with a limit it waits in a thread
! unsafe
 import asyncio
 from concurrent.futures import Future


 async def value(future: Future):
-    return future.result(timeout=3)
+    return await asyncio.to_thread(future.result, timeout=3)
# a coroutine sent to the loop that waits for it is a deadlock
! unsafe a deadlock
-import asyncio
-
-
 async def main(work):
-    return asyncio.run_coroutine_threadsafe(work(), asyncio.get_running_loop()).result()
+    return await work()
# under a name too
! unsafe a deadlock
 import asyncio


 async def main(work):
     loop = asyncio.get_event_loop()
-    return asyncio.run_coroutine_threadsafe(work(), loop).result(timeout=3)
+    return await asyncio.wait_for(work(), 3)
# another loop's coroutine
! unsafe
 import asyncio


 class Bridge:
     async def ask(self, question):
         future = asyncio.run_coroutine_threadsafe(self.other.ask(question), self.loop)
-        return future.result()
+        return await asyncio.wrap_future(future)
# a lock held across an `await`
! reported held across
 import asyncio
 import threading


 class Account:
     def __init__(self):
         self.lock = threading.Lock()

     async def pay(self, bank):
         with self.lock:
             await bank.pay()
# futures one by one as they end are reported
! reported asyncio.wrap_future
 from concurrent.futures import as_completed


 async def collect(futures):
     return [future.result() for future in as_completed(futures)]
# other processes
! unsafe
 import asyncio
 import multiprocessing


 async def run(work, items):
     with multiprocessing.Pool() as pool:
-        return pool.map(work, items)
+        return await asyncio.to_thread(pool.map, work, items)
# in anyio code it is anyio's thread
! unsafe
 import anyio
 import threading


 async def wait(event: threading.Event):
-    event.wait()
+    await anyio.to_thread.run_sync(event.wait)


 anyio.run(wait, None)
# what does not wait
 import queue
 import threading
 from concurrent.futures import Future


 async def poll(lock: threading.Lock, items: queue.Queue, event: threading.Event, future: Future):
     if lock.acquire(blocking=False):
         lock.release()
     items.put_nowait(1)
     items.get_nowait()
     items.get(block=False)
     items.get(False)
     event.wait(timeout=0)
     event.set()
     return future.result(timeout=0)
# a future that has ended
 from concurrent.futures import Future


 async def poll(future: Future):
     if future.done():
         return future.result()
     return None
# a lock held for a moment, without an `await`
! by default
 import threading

 lock = threading.Lock()


 async def count(numbers):
     with lock:
         numbers.append(1)
# asyncio's own
 import asyncio


 async def wait(event: asyncio.Event, items: asyncio.Queue, task: asyncio.Task):
     await event.wait()
     await items.get()
     async with asyncio.Lock():
         return task.result()
# a thread may wait
 import threading


 def wait(event: threading.Event):
     event.wait()
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let pedantic = fixes.is_pedantic();
    for found in blocked(cx, Kind::ThreadWait, pedantic) {
        let symbol = found.call.symbol().unwrap_or_default();
        match &*symbol {
            "concurrent.futures.Future().result" | "concurrent.futures.Future().exception"
                if has_ended(cx, &found.call) => {}
            "concurrent.futures.Future().result" => result(cx, fixes, &found),
            // Only the thread that takes these may let go of them.
            "threading.RLock().acquire"
            | "threading.Condition().acquire"
            | "threading.Condition().wait"
            | "threading.Condition().wait_for" => {
                let advice = if symbol.contains("RLock") { "`asyncio.Lock`" } else { "`asyncio.Condition`" };
                let reason = format!("it belongs to the thread that takes it; use {advice}");
                found.found(fixes).because(reason).report();
            }
            _ => found.into_thread(fixes),
        }
    }
    for (iter, _, verdict) in gone_over(cx, Kind::ThreadWait, pedantic) {
        let name = cx.symbol(iter).map(|symbol| display_name(&format!("{symbol}.__iter__")));
        let reason = format!("use {}", verdict.advice);
        fixes.at(iter, says(&name.unwrap_or_default(), &verdict)).because(reason).report();
    }
    held_across_await(cx, fixes);
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

/// Whether a future is asked for its result only after `done()`, or was waited for before.
fn has_ended(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Expr::Attribute(method) = call.func() else { return false };
    let done = format!("{}.done()", cx.text(&*method.value));
    let in_condition = cx.ancestors(call.expr).any(|around| match around {
        AnyNodeRef::StmtIf(ast::StmtIf { test, .. })
        | AnyNodeRef::StmtWhile(ast::StmtWhile { test, .. })
        | AnyNodeRef::ExprIf(ast::ExprIf { test, .. }) => cx.text(&**test).contains(&done),
        _ => false,
    });
    let function = cx.enclosing_function(call.expr);
    let waited = cx.calls().any(|other| {
        let in_function = function.is_some_and(|function| function.range().contains_range(other.range()));
        in_function
            && other.range().end() < call.range().start()
            && matches!(other.symbol().as_deref(), Some("concurrent.futures.wait" | "asyncio.wrap_future"))
    });
    in_condition || waited
}

/// `with threading.Lock()` around an `await`.
fn held_across_await(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for node in cx.nodes() {
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
            if !awaits {
                continue;
            }
            let name = symbol.replace("()", "");
            let reason = format!("a second task that wants it stops the loop for ever; use `{twin}`");
            fixes
                .at(&item.context_expr, format!("this `{name}` is held across an `await`"))
                .because(reason)
                .report();
        }
    }
}
