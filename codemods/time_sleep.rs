//! `time.sleep` on the event loop.

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Framework, Runs};
use crate::engine::fix::Fixes;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "time-sleep",
    summary: "await `asyncio.sleep` instead of calling `time.sleep` on the event loop",
    rationale: "\
`time.sleep` stops the thread, and with it every task of the event loop: no request is answered, no timeout
fires and no other coroutine makes progress until it returns. `await asyncio.sleep(…)` waits just as long and
lets the others run. Code that uses trio or anyio gets their own `sleep`.",
    applicability: Applicability::Safe,
    enabled: Enabled::Default,
    // The last is what ruff called it before 0.5.
    aliases: &["ASYNC251", "ASYNC101"],
    leads: &[],
    examples: "
# in a coroutine
+import asyncio
 import time


 async def poll(queue):
     while queue.empty():
-        time.sleep(0.5)
+        await asyncio.sleep(0.5)
     print(time.monotonic())
# the import goes when nothing else needs it
-import time
+import asyncio


 async def pause():
-    time.sleep(1)
+    await asyncio.sleep(1)
# what is called stands in parentheses
-import time
+import asyncio


 async def pause():
-    (time.sleep)(1)
+    await asyncio.sleep(1)
# what other checks were told about the import goes with it
-import time  # pylint: disable=deprecated-module
+import asyncio


 async def pause():
-    time.sleep(1)
+    await asyncio.sleep(1)
# an import that is to stay although nothing uses it stays
+import asyncio
 import time  # pylint: disable=unused-import


 async def pause():
-    time.sleep(1)
+    await asyncio.sleep(1)
# a package keeps what it imports for others, and not what a function imports for itself
@ app/__init__.py
+import asyncio
 import time


 async def pause():
-    time.sleep(1)
+    await asyncio.sleep(1)


 async def rest():
-    import time
-
-    time.sleep(2)
+    await asyncio.sleep(2)
# under any name
-from time import sleep as nap
+import asyncio


 async def pause(seconds):
-    nap(seconds)
+    await asyncio.sleep(seconds)
# asyncio is spelled as the file spells it
 import asyncio as aio
-import time


 async def pause():
-    time.sleep(1)
+    await aio.sleep(1)
# asyncio is imported, but not always
-import time
+import asyncio


 async def pause():
-    time.sleep(1)
+    await asyncio.sleep(1)


 if __name__ == '__main__':
     import asyncio

     asyncio.run(pause())
# a value stays an expression
+import asyncio
 import time


 async def pause(log):
-    log(time.sleep(1), [time.sleep(n) for n in range(3)], time.time())
+    log(await asyncio.sleep(1), [await asyncio.sleep(n) for n in range(3)], time.time())
# a test of what happens when the loop is blocked
@ tests/test_loop.py
 import asyncio
 import time


 async def test_flushes_when_loop_blocked(stream):
     time.sleep(0.2)
     assert stream.flushed


 async def busy():
     # block the event loop
     time.sleep(0.2)
     time.sleep(0.2)  # blocks the loop on purpose, as a busy handler does
# a test that gives the others a turn and then none
@ tests/test_timeout.py
 import asyncio
 import time


 async def handler(app):
     time.sleep(2)
     await asyncio.sleep(0)
     app.done.set()
# a comment that speaks for the lines after it
 import asyncio
 import time


 async def hold(task, started):
     # Let the executor pick it up, then hold the event loop
     # with plain sleeps, so that the callback is still waiting.
     await asyncio.sleep(0)
     assert started.is_set()
     time.sleep(0.1)
     task.cancel()


 async def app(scope):
     time.sleep(0.1)  # Block purposefully
     raise RuntimeError
# a helper of tests that blocks the loop
@ tests/test_monitor.py
 import time


 async def start_then_block_loop(monitor):
     await monitor.start()
     time.sleep(0.2)
# a test of a loop that is busy, in the coroutine that it runs
@ tests/test_observe.py
 import time


 async def test_observe_times_out_with_busy_sleep(observe):
     received = []

     async def watch():
         async for value in observe(timeout=0.2):
             time.sleep(0.15)
             received.append(value)

     await watch()
     assert received == [0, 1]
# what is only told of blocking is no purpose
-import time
+import asyncio


 async def blocks_the_loop(queue):
     # this blocks the whole event loop
-    time.sleep(0.2)
+    await asyncio.sleep(0.2)
-    time.sleep(1)  # blocks the loop
+    await asyncio.sleep(1)  # blocks the loop
# a complaint is no purpose, and a block may be of something else
 import asyncio
-import time


 async def test_block_time(node):
     # bad: this blocks the event loop
-    time.sleep(0.2)
+    await asyncio.sleep(0.2)
     # wait for the next block
-    time.sleep(15)
+    await asyncio.sleep(15)
# in trio code it is trio's sleep
-import time
 import trio


 async def pause():
-    time.sleep(1)
+    await trio.sleep(1)


 trio.run(pause)
# what only a function imports does not say what the others run on
-import time
-
 import anyio


-async def test_pause():
-    time.sleep(0.1)
+async def test_pause():
+    await anyio.sleep(0.1)


 def policy():
     import asyncio

     return asyncio.get_event_loop_policy()
# anyio runs on trio too, and a mark may say that it is what runs a test
+import anyio
 import pytest
-import time


 @pytest.mark.anyio
 async def test_pause():
-    time.sleep(0.1)
+    await anyio.sleep(0.1)
# in a generator expression an await would change what the expression is
! reported generator expression
 import time


 async def pause():
     return any(time.sleep(n) for n in range(3))
# nor can one be in a comprehension inside of another, before Python 3.11
! reported before Python 3.11
! python 3.10
 import time


 async def pause():
     return [[time.sleep(n) for n in range(3)] for _ in range(3)]
# a plain function may block
 import time


 def pause():
     time.sleep(1)
# a function or lambda inside a coroutine runs where it is called
 import asyncio
 import time


 async def pause():
     def work():
         time.sleep(1)

     await asyncio.to_thread(work)
     await asyncio.to_thread(lambda: time.sleep(1))
     await asyncio.to_thread(time.sleep, 1)
# another `time`
 import time


 async def pause(time):
     time.sleep(1)
# modules that import everything of one another have no such name
@ a.py
 from b import *


 async def pause():
     sleep(1)
@ b.py
 from a import *


 async def wait():
     sleep(1)
# another `sleep`
 from time import sleep
 from .clock import sleep


 async def pause():
     sleep(1)
# the loop is to be blocked
 import time


 async def hang(request):
     # Block the event loop for ever: the process is started again by the watchdog.
     while True:
         time.sleep(10)
# in a notebook whose cells await, but not where nothing else can run
@ tasks.ipynb
 # %%
 import asyncio
 import time
 from app import watch
 # %%
 task = asyncio.create_task(watch())
-time.sleep(1)
+await asyncio.sleep(1)
@ plain.ipynb
 # %%
 import asyncio
 import time
 # %%
 time.sleep(1)
",
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for call in cx.loop_calls().filter(|call| call.symbol().as_deref() == Some("time.sleep")) {
        if cx.is_meant_to_block(call.expr) || is_beside_a_turn(cx, &call) {
            continue;
        }
        let message = "`time.sleep` blocks the event loop";
        let runs = cx.runs(call.expr);
        if runs == Runs::InGenerator {
            let reason = "`await` would turn this generator expression into an asynchronous one";
            fixes.at(call, message).because(reason).report();
            continue;
        }
        let sleep = match cx.framework() {
            Framework::Asyncio => "asyncio.sleep",
            Framework::Trio => "trio.sleep",
            Framework::Anyio => "anyio.sleep",
        };
        fixes.at(call, message).safe(format!("await `{sleep}`"), |fix| {
            fix.check_await(call.whole);
            let spelled = fix.import(sleep);
            let (before, after) = cx.await_around(call.whole);
            fix.replace(cx.outer_range(call.func()), format!("{before}{spelled}"));
            if !after.is_empty() {
                fix.insert(call.whole.range().end(), after);
            }
        });
    }
}

/// Whether a test gives the others a turn, by `await asyncio.sleep(0)`, beside this call: it knows the difference.
fn is_beside_a_turn(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let gives_turn = |statement: &Stmt| {
        let Stmt::Expr(statement) = statement else { return false };
        let Expr::Await(wait) = &*statement.value else { return false };
        let Expr::Call(wait) = &*wait.value else { return false };
        matches!(&*wait.arguments.args, [seconds] if cx.text(seconds) == "0")
            && cx.symbol(&wait.func).as_deref() == Some("asyncio.sleep")
    };
    cx.source.is_test() && cx.suite(call.expr).iter().any(gives_turn)
}
