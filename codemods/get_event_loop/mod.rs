//! `asyncio.get_event_loop`, and what is done with the loop it gives.

mod entry;
mod executor;

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::Ranged;

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Runs};
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::semantic::ScopeKind;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "get-event-loop",
    summary: "ask for the running loop, or let `asyncio.run` make one",
    rationale: "\
`asyncio.get_event_loop` means two things. In a coroutine it is the running loop, and `get_running_loop` says so.
Anywhere else it is a loop that somebody has set, or one that it makes: that was deprecated in Python 3.12 and is a
RuntimeError from 3.14 on. A program is started with `asyncio.run`, which makes a loop, runs one coroutine, cancels
what is left and closes the loop.

Two forms of what is done with the loop are shorter today: `loop.create_task(…)` is `asyncio.create_task(…)`, and
`await loop.run_in_executor(None, f, a)` is `await asyncio.to_thread(f, a)`. The latter uses the same default
executor; it is an unsafe fix because the function then runs in a copy of the caller's context (context variables
are seen in the thread), and because `to_thread` starts it only once it is awaited.

`asyncio.run` in place of `run_until_complete` is safe in a script whose only use of a loop it is, unsafe
elsewhere: it makes a new loop, so what was made for another one before does not work in it, and afterwards there
is no current loop any more.

A plain function that only coroutines call has the running loop too. That is an unsafe fix: every file of the project is
asked who calls the function, but code outside of the project is not.",
    applicability: Applicability::Safe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[],
    examples: concat!(
        r#"
# in a coroutine
 import asyncio


 async def main():
-    loop = asyncio.get_event_loop()
+    loop = asyncio.get_running_loop()
     started = loop.time()
     loop.call_later(1, print, started)
-    future = asyncio.get_event_loop().create_future()
+    future = asyncio.get_running_loop().create_future()
     await future
# under any name
-from asyncio import get_event_loop
+import asyncio


 async def main():
-    return get_event_loop().time()
+    return asyncio.get_running_loop().time()
# as asyncio is spelled in the file
 import asyncio as aio


 async def main():
-    return aio.get_event_loop().time(), [aio.get_event_loop() for _ in range(2)]
+    return aio.get_running_loop().time(), [aio.get_running_loop() for _ in range(2)]
# a task has a shorter form
 import asyncio


 async def main():
-    first = asyncio.get_event_loop().create_task(work(), name="first")
+    first = asyncio.create_task(work(), name="first")
     await first
# in a callback that the loop calls
 import asyncio


 async def main():
     loop = asyncio.get_running_loop()
-    loop.call_later(60, lambda: asyncio.get_event_loop().stop())
+    loop.call_later(60, lambda: asyncio.get_running_loop().stop())
# a call in a thread
! unsafe copies the context
 import asyncio


 async def main(path):
-    return await asyncio.get_running_loop().run_in_executor(None, path.read_text, "utf-8")
+    return await asyncio.to_thread(path.read_text, "utf-8")
# a loop that is there for nothing else goes
! unsafe
 import asyncio


 async def main(paths):
-    loop = asyncio.get_running_loop()
     for path in paths:
-        text = await loop.run_in_executor(None, path.read_text)
+        text = await asyncio.to_thread(path.read_text)
         print(text)
-    await loop.run_in_executor(
-        None,
-        print,
-        "done",
-    )
+    await asyncio.to_thread(
+        print,
+        "done",
+    )
# lines that were broken for their length
! unsafe
 import asyncio
-from functools import partial


 async def main(path):
-    text = await asyncio.get_running_loop().run_in_executor(
-        None, path.read_text, "utf-8"
-    )
+    text = await asyncio.to_thread(path.read_text, "utf-8")
-    return await asyncio.get_running_loop().run_in_executor(
-        None,
-        partial(print, "read", text, "from the file that the caller named", end=""),
-    )
+    return await asyncio.to_thread(
+        print, "read", text, "from the file that the caller named", end="",
+    )
# keyword arguments need no `partial`
! unsafe
-import functools
 import asyncio


 async def main(path):
-    loop = asyncio.get_running_loop()
-    return await loop.run_in_executor(None, functools.partial(path.read_text, encoding="utf-8"))
+    return await asyncio.to_thread(path.read_text, encoding="utf-8")
# in a notebook the next cell may want the loop
! unsafe
@ load.ipynb
 # %%
 import asyncio
 from pathlib import Path

 loop = asyncio.get_running_loop()
 # %%
-text = await loop.run_in_executor(None, Path("a").read_text)
+text = await asyncio.to_thread(Path("a").read_text)
# a loop that does more stays
! unsafe
 import asyncio


 async def main(path):
     loop = asyncio.get_running_loop()
     started = loop.time()
-    text = await loop.run_in_executor(None, path.read_text)
+    text = await asyncio.to_thread(path.read_text)
     print(loop.time() - started)
     return text
# an executor of its own, a future that is not awaited at once, a loop from elsewhere
 import asyncio


 class Reader:
     def __init__(self, loop: asyncio.AbstractEventLoop, pool):
         self.loop = loop
         self.pool = pool

     async def read(self, path):
         loop = asyncio.get_running_loop()
         first = await loop.run_in_executor(self.pool, path.read_text)
         future = loop.run_in_executor(None, path.read_text)
         third = await self.loop.run_in_executor(None, path.read_text)
         return first, await future, third
# what stands in for `to_thread`
 import asyncio
 import contextvars
 import functools


 async def _asyncio_to_thread(function, /, *args, **kwargs):
     loop = asyncio.get_running_loop()
     context = contextvars.copy_context()
     call = functools.partial(context.run, function, *args, **kwargs)
     return await loop.run_in_executor(None, call)
# `to_thread` came with Python 3.9
! python 3.8
 import asyncio


 async def main(path):
-    loop = asyncio.get_event_loop()
+    loop = asyncio.get_running_loop()
     return await loop.run_in_executor(None, path.read_text)
# the only run of a script
 import asyncio


 async def main(name="world"):
     print("hello", name)


 if __name__ == "__main__":
-    asyncio.get_event_loop().run_until_complete(main())
+    asyncio.run(main())
# the only run of a script, in three lines
 import asyncio
 import sys


 async def main(argv):
     return len(argv)


 if __name__ == "__main__":
-    loop = asyncio.get_event_loop()
-    code = loop.run_until_complete(main(sys.argv))
+    code = asyncio.run(main(sys.argv))
-    loop.close()
     sys.exit(code)
# the only run of a script, in five lines
 import asyncio


 async def main():
     print("hello")


 if __name__ == "__main__":
-    loop = asyncio.get_event_loop()
-    try:
-        loop.run_until_complete(main())
-    finally:
-        loop.close()
+    asyncio.run(main())
# a comment in the `try` goes with what it is about
 import asyncio


 async def main():
     await asyncio.sleep(1)


 if __name__ == "__main__":
-    loop = asyncio.get_event_loop()
-    try:
-        # until somebody stops it
-        loop.run_until_complete(main())
-    finally:
-        loop.close()
+    # until somebody stops it
+    asyncio.run(main())
# with the cleaning up that `asyncio.run` does
! unsafe a task that is interrupted
 import asyncio


 async def main():
     print("hello")


 if __name__ == "__main__":
-    loop = asyncio.get_event_loop()
     try:
-        loop.run_until_complete(main())
+        asyncio.run(main())
     except KeyboardInterrupt:
         print("bye")
-    finally:
-        loop.run_until_complete(loop.shutdown_asyncgens())
-        loop.close()
# more in the `finally`
! unsafe
 import asyncio


 async def main():
     print("hello")


 def run(log):
-    loop = asyncio.get_event_loop()
     try:
-        return loop.run_until_complete(main())
+        return asyncio.run(main())
     finally:
-        loop.close()
         log.close()


 run(open("log"))
# at the top level of a module
! unsafe
 import asyncio


 async def main():
     print("hello")


-asyncio.get_event_loop().run_until_complete(main())
+asyncio.run(main())
# something made before the loop runs may belong to the loop
! unsafe is made before the loop runs
 import asyncio

 import discord

 client = discord.Client()


 async def main():
     await client.start("token")


 if __name__ == "__main__":
-    asyncio.get_event_loop().run_until_complete(main())
+    asyncio.run(main())
# another module that takes the loop
! unsafe may take another loop
@ app.py
 import asyncio

 from client import Client


 async def main():
     await Client().start()


 if __name__ == "__main__":
-    asyncio.get_event_loop().run_until_complete(main())
+    asyncio.run(main())
@ client.py
 import asyncio


 def pick(loop):
-    return loop or asyncio.get_event_loop()
+    return loop or asyncio.get_running_loop()


 class Client:
     async def start(self):
         return pick(None)
# in the function a script is entered by
! unsafe
 import asyncio


 async def serve():
     print("hello")


 def main():
-    loop = asyncio.get_event_loop()
-    loop.run_until_complete(serve())
+    asyncio.run(serve())


 if __name__ == "__main__":
     main()
# several runs share the loop
! reported more than one run
 import asyncio


 async def main():
     print("hello")


 loop = asyncio.get_event_loop()
 loop.run_until_complete(main())
 loop.run_until_complete(main())
# the loop serves something else too
! reported used for more than one run
 import asyncio


 async def main():
     print("hello")


 loop = asyncio.get_event_loop()
 loop.set_debug(True)
 loop.run_until_complete(main())
# not a coroutine but several
! reported needs a coroutine around
 import asyncio


 async def main():
     print("hello")


 asyncio.get_event_loop().run_until_complete(asyncio.gather(main(), main()))
# not a coroutine but a task
! reported not known to be a coroutine
 import asyncio


 def run(task: asyncio.Task):
     asyncio.get_event_loop().run_until_complete(task)


 def main(task: asyncio.Task):
     asyncio.get_event_loop().run_until_complete(task)
# an object that was made before the run
! reported may belong to the loop there was
 import asyncio


 class App:
     def __init__(self):
         self.loop = asyncio.get_event_loop()

     async def run(self):
         print("hello")


 if __name__ == "__main__":
     app = App()
     asyncio.get_event_loop().run_until_complete(app.run())
# an object that took the loop before it ran
! reported takes the loop
 import asyncio


 class App:
     def __init__(self):
         self.loop = asyncio.get_event_loop()


 async def main():
     return App()


 if __name__ == "__main__":
     asyncio.get_event_loop().run_until_complete(main())
# a loop that was set
! reported takes the loop
 import asyncio
 import sys
 from asyncio import events


 async def main():
     print("hello")


 def use_proactor():
     events.set_event_loop(asyncio.ProactorEventLoop())


 if __name__ == "__main__":
     if sys.platform == "win32":
         use_proactor()
     asyncio.get_event_loop().run_until_complete(main())
# a function that makes something of the program's
! reported from Python 3.14 on
 import asyncio


 async def connect():
     print("hello")


 def make_app():
     asyncio.get_event_loop().run_until_complete(connect())
     return object()


 if __name__ == "__main__":
     app = make_app()
# in library code
! reported from Python 3.14 on
 import asyncio


 class Client:
     def __init__(self, loop=None):
         self._loop = loop or asyncio.get_event_loop()

     def fetch_sync(self, url):
         return asyncio.get_event_loop().run_until_complete(self.fetch(url))

     async def fetch(self, url):
         return url


 def deadline(seconds):
     return asyncio.get_event_loop().time() + seconds
# a plain function that is only called on the loop
! unsafe only called from coroutines
 import asyncio


 def _deadline(seconds):
-    return asyncio.get_event_loop().time() + seconds
+    return asyncio.get_running_loop().time() + seconds


 class Timer:
     def _later(self):
-        return asyncio.get_event_loop().time() + _deadline(1)
+        return asyncio.get_running_loop().time() + _deadline(1)

     async def wait(self):
         def now():
-            return asyncio.get_event_loop().time()
+            return asyncio.get_running_loop().time()

         await asyncio.sleep(_deadline(5) - self._later() - now())
# a plain function that is handed on
! reported from Python 3.14 on
 import asyncio


 def _now():
     return asyncio.get_event_loop().time()


 async def main(clock):
     clock.source = _now
     print(_now())
# a thread's own loop
 import asyncio


 def work():
     loop = asyncio.new_event_loop()
     asyncio.set_event_loop(loop)
     try:
         asyncio.get_event_loop().run_until_complete(main())
     finally:
         loop.close()
# a guard against there being no loop
 import asyncio


 def loop_for_tests():
     try:
         return asyncio.get_event_loop()
     except RuntimeError:
         loop = asyncio.new_event_loop()
         asyncio.set_event_loop(loop)
         return loop


 def run(coro):
     try:
         loop = asyncio.get_event_loop()
         if loop.is_closed():
             raise RuntimeError("closed")
     except Exception:
         loop = asyncio.new_event_loop()
     return loop.run_until_complete(coro)
# the function itself, and other functions of that name
 import asyncio

 from .loops import get_event_loop


 async def main(factory=asyncio.get_event_loop):
     return get_event_loop(), factory
"#,
        include_str!("examples/across_files.txt"),
    ),
    run,
};

/// Why a loop taken outside of coroutines is a mistake.
const NO_LOOP: &str = "it is a RuntimeError from Python 3.14 on when no loop is set, and before that may make \
                       one that never runs";

/// What there may be to do about it, where nobody wants it done.
const UNASKED: &str = "with `--unsafe-fixes` every file is asked whether only coroutines call the function";

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for call in cx.calls_to("asyncio.get_event_loop") {
        match cx.runs(call.expr) {
            Runs::OnLoop => in_coroutine(cx, fixes, &call),
            Runs::InGenerator => {}
            Runs::Elsewhere if is_callback(cx, &call) => in_coroutine(cx, fixes, &call),
            Runs::Elsewhere if is_guarded(cx, &call) || follows_set_event_loop(cx, &call) => {}
            Runs::Elsewhere => elsewhere(cx, fixes, &call),
        }
    }
    executor::run(cx, fixes);
}

/// The call is made while a loop runs, for certain.
fn in_coroutine(cx: &Context<'_>, fixes: &mut Fixes<'_>, call: &Call<'_, '_>) {
    let found =
        fixes.at(*call, "`asyncio.get_event_loop` where a loop runs: `asyncio.get_running_loop` says so");
    let method = match cx.parent(call.expr) {
        AnyNodeRef::ExprAttribute(method) => Some(method),
        _ => None,
    };
    if let Some(method) = method.filter(|method| makes_plain_task(cx, method)) {
        found.safe("use `asyncio.create_task`", |fix| {
            let spelled = spell(fix, call.func(), "create_task");
            fix.replace(method, spelled);
        });
        return;
    }
    found.safe("use `asyncio.get_running_loop`", |fix| {
        let spelled = spell(fix, call.func(), "get_running_loop");
        fix.replace(call.func(), spelled);
    });
}

/// Whether `….create_task` is called with what `asyncio.create_task` takes too.
fn makes_plain_task(cx: &Context<'_>, method: &ast::ExprAttribute) -> bool {
    let AnyNodeRef::ExprCall(call) = cx.parent(method) else { return false };
    let has_plain_arguments = call.arguments.args.len() == 1
        && call.arguments.keywords.iter().all(|keyword| {
            keyword.arg.as_ref().is_some_and(|name| matches!(name.as_str(), "name" | "context"))
        });
    method.attr.as_str() == "create_task"
        && call.func.range() == method.range()
        && has_plain_arguments
        && !cx.source.has_comment(method.range())
}

/// How a function of asyncio's is written where `func`, another one, is called.
fn spell(fix: &mut FixBuilder<'_>, func: &Expr, name: &str) -> String {
    if let Expr::Attribute(attribute) = func
        && fix.cx.symbol(&attribute.value).as_deref() == Some("asyncio")
    {
        return format!("{}.{name}", fix.cx.text(&*attribute.value));
    }
    fix.import(&format!("asyncio.{name}"))
}

/// Whether the call is in a lambda that the loop itself calls.
fn is_callback(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let scope = cx.semantic.scope(cx.semantic.frame(cx.semantic.scope_of(call.expr)));
    matches!(scope.kind, ScopeKind::Lambda(lambda) if cx.taker_of_callback(lambda).is_some())
}

/// Whether the call is made because there may be no loop: its error is caught, and another loop is made then.
fn is_guarded(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    for node in cx.ancestors(call.expr) {
        match node {
            AnyNodeRef::StmtTry(statement) => {
                let in_body = statement.body.iter().any(|inner| inner.range().contains_range(call.range()));
                if in_body && statement.handlers.iter().any(|handler| makes_up_for_it(cx, handler)) {
                    return true;
                }
            }
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_) => return false,
            _ => {}
        }
    }
    false
}

fn makes_up_for_it(cx: &Context<'_>, handler: &ast::ExceptHandler) -> bool {
    let ast::ExceptHandler::ExceptHandler(handler) = handler;
    let catches = |kind: &Expr| {
        cx.symbol(kind).as_deref().is_some_and(|kind| {
            matches!(kind, "builtins.RuntimeError" | "builtins.Exception" | "builtins.BaseException")
        })
    };
    let is_caught = match handler.type_.as_deref() {
        None => true,
        Some(Expr::Tuple(kinds)) => kinds.elts.iter().any(catches),
        Some(kind) => catches(kind),
    };
    let names_it = handler.type_.as_deref().is_some_and(|kind| cx.text(kind).contains("RuntimeError"));
    let makes_one = cx.calls().any(|call| {
        handler.range().contains_range(call.range())
            && matches!(call.symbol().as_deref(), Some("asyncio.new_event_loop" | "asyncio.run"))
    });
    is_caught && (names_it || makes_one)
}

/// Whether the same function sets a loop before.
fn follows_set_event_loop(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let frame = cx.semantic.frame(cx.semantic.scope_of(call.expr));
    cx.calls_to("asyncio.set_event_loop").any(|set| {
        set.range().end() <= call.range().start()
            && cx.semantic.frame(cx.semantic.scope_of(set.expr)) == frame
    })
}

/// The call is made where no coroutine's code is.
fn elsewhere(cx: &Context<'_>, fixes: &mut Fixes<'_>, call: &Call<'_, '_>) {
    if entry::run(cx, fixes, call) {
        return;
    }
    let found = fixes.at(*call, "`asyncio.get_event_loop` outside of coroutines");
    let function = cx.enclosing_function(call.expr);
    let in_project = || {
        let name = function?.name.as_str();
        let qualname = &cx.semantic.scope(cx.semantic.frame(cx.semantic.scope_of(call.expr))).qualname;
        (!cx.quotes_name(name)).then(|| cx.project.runs_only_on_loop(cx.file, qualname))
    };
    let reason = if function.is_some_and(|function| is_called_on_the_loop(cx, function, 0)) {
        Some("the function is only called from coroutines in this file")
    } else {
        match in_project() {
            Some(Some(true)) => Some("the function is only called from coroutines in the project"),
            Some(None) => return found.because(format!("{NO_LOOP}; {UNASKED}")).report(),
            _ => None,
        }
    };
    if let Some(reason) = reason {
        found.because(reason).unsafe_fix("use `asyncio.get_running_loop`", |fix| {
            let spelled = spell(fix, call.func(), "get_running_loop");
            fix.replace(call.func(), spelled);
        });
        return;
    }
    found.because(NO_LOOP).report();
}

/// Whether every call of a plain function is seen, and is made on the loop. That can only be said of functions
/// that are private to the file.
fn is_called_on_the_loop(cx: &Context<'_>, function: &ast::StmtFunctionDef, depth: u32) -> bool {
    let name = function.name.as_str();
    let is_private = name.starts_with('_') && !name.starts_with("__");
    let is_plain = function.decorator_list.iter().all(
        |decorator| matches!(&decorator.expression, Expr::Name(name) if name.id.as_str() == "staticmethod"),
    );
    if depth > 3 || function.is_async || !is_plain || cx.quotes_name(name) {
        return false;
    }
    let scope = cx.semantic.scope_of(function);
    let uses: Vec<&Expr> = match cx.semantic.scope(cx.semantic.frame(scope)).kind {
        ScopeKind::Class if is_private => attributes_called(cx, name),
        ScopeKind::Module if !is_private || cx.is_imported_elsewhere(name) => return false,
        ScopeKind::Module | ScopeKind::Function(_) => {
            let reads: Vec<_> = cx.semantic.reads_of(name, scope).map(|read| read.name.range()).collect();
            let called: Vec<&Expr> =
                cx.calls().map(|call| call.func()).filter(|func| reads.contains(&func.range())).collect();
            let handed = cx.calls().filter_map(|call| cx.callback_in(call.expr));
            let uses: Vec<&Expr> = called
                .into_iter()
                .chain(handed.filter(|callback| reads.contains(&callback.range())))
                .collect();
            if uses.len() != reads.len() {
                return false;
            }
            uses
        }
        _ => return false,
    };
    !uses.is_empty()
        && uses.iter().all(|used| {
            if cx.runs(*used) == Runs::OnLoop {
                return true;
            }
            let caller = cx.enclosing_function(*used);
            caller.is_some_and(|caller| is_called_on_the_loop(cx, caller, depth + 1))
        })
}

/// The uses of a private method; empty when one of them is not a call.
fn attributes_called<'a>(cx: &Context<'a>, name: &str) -> Vec<&'a Expr> {
    let uses = cx.nodes().iter().filter(
        |node| matches!(node.ast, AnyNodeRef::ExprAttribute(attribute) if attribute.attr.as_str() == name),
    );
    let called: Vec<&Expr> = cx
        .calls()
        .flat_map(|call| [Some(call.func()), cx.callback_in(call.expr)])
        .flatten()
        .filter(|expr| expr.as_attribute_expr().is_some_and(|attribute| attribute.attr.as_str() == name))
        .collect();
    if uses.count() == called.len() { called } else { Vec::new() }
}

/// The innermost statement around an expression.
fn statement_of<'a>(cx: &Context<'a>, expr: &Expr) -> Option<&'a Stmt> {
    cx.suite(expr).iter().find(|statement| statement.range().contains_range(expr.range()))
}
