//! Calls on the event loop that block somewhere further down.

use ruff_python_ast::{AnyNodeRef, Expr, ExprContext, HasNodeIndex};
use ruff_text_size::Ranged;

use crate::engine::apis;
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Runs};
use crate::engine::finding::ChainStep;
use crate::engine::fix::Fixes;
use crate::engine::project::facts::{self, Target};
use crate::engine::project::reduce::{FunctionId, Meaning};
use crate::engine::project::summary::{CallSummary, Usage, loop_callback};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "transitive-blocking",
    summary: "move a call that blocks further down, in helpers of any file, off the event loop",
    rationale: "\
A coroutine that calls a plain function holds the event loop for as long as that function and everything it calls
take. The blocking call is often several functions and files away, where nothing looks asynchronous. The finding
stands at the call on the loop and shows the way from there, once for each call site: the functions in between are
not wrong by themselves.

`await asyncio.to_thread(…)` at the boundary keeps the helpers as they are. It is not offered as safe: the work
can no longer be interrupted by cancelling the coroutine, and other tasks run while it goes on, so the helper must
not rely on having the loop's thread to itself.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    examples: r#"
# one helper away
! unsafe
+import asyncio
 import time


 def settle():
     time.sleep(2)


 async def handler():
-    settle()
+    await asyncio.to_thread(settle)
# several functions and files away, arguments kept
! unsafe
@ app/handlers.py
+import asyncio
+
 from app.service import Service


 async def handler(request):
     service = Service()
-    order = service.load(request.id, retries=3)
+    order = await asyncio.to_thread(service.load, request.id, retries=3)
     return order.total
@ app/__init__.py
@ app/service.py
 from . import store


 class Base:
     def load(self, key, retries=1):
         return self.fetch(key)

     def fetch(self, key):
         return store.read(key)


 class Service(Base):
     pass
@ app/store/__init__.py
 from .disk import read
@ app/store/disk.py
 import time


 def read(key):
     time.sleep(0.1)
     return key
# before Python 3.9, with the executor
! unsafe
! python 3.8
+import asyncio
+import functools
 import time


 def settle(seconds=2):
     time.sleep(seconds)


 async def handler():
-    settle()
-    settle(seconds=3)
+    await asyncio.get_running_loop().run_in_executor(None, settle)
+    await asyncio.get_running_loop().run_in_executor(None, functools.partial(settle, seconds=3))
# a generator argument gets its parentheses
! unsafe
+import asyncio
 import time


 def wait_all(delays):
     for delay in delays:
         time.sleep(delay)
     return delays


 async def handler(jobs):
-    return wait_all(job.delay for job in jobs).count(3)
+    return (await asyncio.to_thread(wait_all, (job.delay for job in jobs))).count(3)
# a constructor that blocks
! unsafe
+import asyncio
 import time


 class Robot:
     def __init__(self, port):
         self.port = port
         time.sleep(2)


 async def connect(port):
-    return Robot(port)
+    return await asyncio.to_thread(Robot, port)
# a property that blocks is reported: reading it is not a call that could move
! reported property
 import time


 class Sensor:
     @property
     def value(self):
         time.sleep(1)
         return 3


 async def read(sensor: Sensor):
     return sensor.value
# a context manager that blocks on entering is reported
! reported context manager
 import time


 class Lock:
     def __enter__(self):
         time.sleep(1)

     def __exit__(self, *exc):
         pass


 async def work():
     with Lock():
         print("in")
# a callback that the loop runs
! reported callback
 import asyncio
 import time


 def tick():
     time.sleep(1)


 async def main():
     asyncio.get_running_loop().call_soon(tick)
     await asyncio.sleep(5)
# handed to a thread it blocks nobody
 import asyncio
 import time


 def settle():
     time.sleep(2)


 async def handler():
     await asyncio.to_thread(settle)
     await asyncio.get_running_loop().run_in_executor(None, lambda: settle())
# only plain code calls it
 import time


 def settle():
     time.sleep(2)


 def main():
     settle()
# a coroutine in between is the place to look at
 import time


 async def inner():
     time.sleep(1)


 async def outer():
     await inner()
# a recursion that blocks nowhere
 def walk(tree):
     for child in tree:
         walk(child)


 async def main(tree):
     walk(tree)
# an unknown decorator may have moved it to a thread
 import time
 from tools import in_thread


 @in_thread
 def settle():
     time.sleep(2)


 async def handler():
     settle()
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    if !cx.project.has_blocking_functions() {
        // In pass 1 nothing is linked yet.
        return;
    }
    for call in cx.calls() {
        callback(cx, &call, fixes);
        let runs = cx.runs(call.expr);
        if runs == Runs::Elsewhere {
            continue;
        }
        let Some(chain) = plain_callee(cx, call.func()).and_then(|callee| chain(cx, callee)) else {
            continue;
        };
        let message = message(&chain, "blocks the event loop");
        let found = fixes.at(call, message).chain(from_here(cx, call.expr, chain));
        if runs == Runs::InGenerator {
            let reason = "`await` would turn this generator expression into an asynchronous one";
            found.because(reason).report();
            continue;
        }
        let reason = "a thread cannot be cancelled, and other tasks run while it works";
        found.because(reason).unsafe_fix("run it in a thread", |fix| fix.call_in_thread(&call));
    }
    properties_and_managers(cx, fixes);
}

/// The project's plain function that calling this expression runs: a function, a constructor, `__call__`.
fn plain_callee(cx: &Context<'_>, func: &Expr) -> Option<FunctionId> {
    let raw = cx.semantic.symbol(func, cx.semantic.scope_of(func))?;
    if raw.starts_with("builtins.") || apis::is_quiet(&raw) {
        return None;
    }
    callee_of(cx, raw.to_string(), Usage::Other)
}

fn callee_of(cx: &Context<'_>, symbol: String, usage: Usage) -> Option<FunctionId> {
    let call = CallSummary { symbol: symbol.into(), row: 0, usage, constants: Box::default() };
    match facts::target(&cx.world, &call, cx.file) {
        Ok(Some(Target::Function(function))) if !cx.world.function(function).is_async => Some(function),
        _ => None,
    }
}

fn chain(cx: &Context<'_>, callee: FunctionId) -> Option<Vec<ChainStep>> {
    cx.project.blocking_chain(callee.file, &cx.world.function(callee).qualname)
}

/// "`load` blocks the event loop: `store.read`, `requests.get`".
fn message(chain: &[ChainStep], what: &str) -> String {
    let name = |step: &ChainStep| step.function.clone();
    let short = |step: &ChainStep| step.function.rsplit('.').next().unwrap_or_default().to_owned();
    let Some((last, between)) = chain.split_last() else { return String::new() };
    let first = between.first().map(short).unwrap_or_default();
    let mut way: Vec<String> = between.iter().skip(1).map(|step| format!("`{}`", short(step))).collect();
    way.push(format!("`{}`", name(last)));
    format!("`{first}` {what}: it calls {}", way.join(" → "))
}

/// The chain with the caller in front.
fn from_here(cx: &Context<'_>, at: &(impl Ranged + HasNodeIndex), chain: Vec<ChainStep>) -> Vec<ChainStep> {
    let scope = cx.semantic.frame(cx.semantic.scope_of(at));
    let qualname = &cx.semantic.scope(scope).qualname;
    let first = ChainStep {
        function: if qualname.is_empty() {
            cx.source.module.to_owned()
        } else {
            format!("{}.{qualname}", cx.source.module)
        },
        filename: cx.source.path.to_owned(),
        row: cx.source.row(at.start()),
    };
    std::iter::once(first).chain(chain).collect()
}

/// `loop.call_soon(f)`: the loop runs `f`, from wherever it is registered.
fn callback(cx: &Context<'_>, call: &Call<'_, '_>, fixes: &mut Fixes<'_>) {
    let Expr::Attribute(method) = call.func() else { return };
    let Some(position) = loop_callback(method.attr.as_str()) else { return };
    let is_loop = call.symbol().is_some_and(|symbol| {
        ["asyncio.AbstractEventLoop().", "asyncio.Task().", "asyncio.Future()."]
            .iter()
            .any(|receiver| symbol.starts_with(receiver))
    });
    let Some(function) = call.expr.arguments.args.get(position).filter(|_| is_loop) else { return };
    let Some(chain) = plain_callee(cx, function).and_then(|callee| chain(cx, callee)) else { return };
    let reason = "the event loop runs this callback itself; make it start a task, or a thread";
    fixes
        .at(function, message(&chain, "blocks the event loop"))
        .chain(from_here(cx, call.expr, chain))
        .because(reason)
        .report();
}

fn properties_and_managers(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for node in cx.nodes() {
        match node.ast {
            AnyNodeRef::ExprAttribute(attribute)
                if attribute.ctx == ExprContext::Load && cx.runs(attribute) == Runs::OnLoop =>
            {
                let Some(receiver) = cx.semantic.symbol(&attribute.value, node.scope) else { continue };
                let symbol = format!("{receiver}.{}", attribute.attr.as_str());
                let Some(callee) = callee_of(cx, symbol, Usage::Read) else { continue };
                let Some(chain) = chain(cx, callee) else { continue };
                fixes
                    .at(attribute, message(&chain, "blocks the event loop"))
                    .chain(from_here(cx, attribute, chain))
                    .because("it is a property: make it a method that can be awaited or run in a thread")
                    .report();
            }
            AnyNodeRef::StmtWith(statement) if !statement.is_async && cx.runs(statement) == Runs::OnLoop => {
                for item in &statement.items {
                    let Some(entered) = manager(cx, &item.context_expr, node.scope) else { continue };
                    let Some(chain) = chain(cx, entered) else { continue };
                    fixes
                        .at(&item.context_expr, message(&chain, "blocks the event loop"))
                        .chain(from_here(cx, statement, chain))
                        .because("it is a context manager: entering it cannot be moved to a thread by itself")
                        .report();
                }
            }
            _ => {}
        }
    }
}

/// The plain function that entering (or leaving) a context manager runs, when it blocks.
fn manager(cx: &Context<'_>, context: &Expr, scope: u32) -> Option<FunctionId> {
    let symbol = cx.semantic.symbol(context, scope)?;
    let blocks = |function: &FunctionId| chain(cx, *function).is_some();
    if let Some(called) = symbol.strip_suffix("()")
        && let Some(function) = callee_of(cx, called.to_owned(), Usage::Entered).filter(blocks)
    {
        return Some(function);
    }
    ["__enter__", "__exit__"].iter().find_map(|method| {
        let raw = format!("{symbol}.{method}");
        match cx.world.meaning(&raw, cx.file) {
            Meaning::Function(_) => callee_of(cx, raw, Usage::Other).filter(blocks),
            _ => None,
        }
    })
}
