//! Event loops that are run where one is running already.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::apis::{self, Pending};
use crate::engine::blocked::GENERATOR_REASON;
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Runs};
use crate::engine::fix::Fixes;
use crate::engine::project::Project;
use crate::engine::project::marks::Lead;
use crate::engine::project::reduce::Meaning;
use crate::engine::project::summary::conduct::asks_for_loop;
use crate::engine::ways::{Entry, ways};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "nested-event-loop",
    summary: "await instead of running an event loop inside the one that is running",
    rationale: "\
`asyncio.run` and `loop.run_until_complete` fail with a `RuntimeError` in a thread whose event loop is running:
everything in a coroutine, and every plain function that a coroutine calls, is such a place. In the coroutine itself
`await` does what was meant. Further down, in plain functions, the finding shows the way: make them coroutine functions
too, or run them in a thread, where a loop of its own is right.

A function that looks whether a loop is running is taken to know what to do, and a project that uses `nest_asyncio`
runs loops inside one another on purpose.",
    applicability: Applicability::Safe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[Lead::LoopRunner],
    examples: r#"
# in a coroutine
-import asyncio
-
-
 async def fetch(url):
     return url


 async def handler(url):
-    return asyncio.run(fetch(url))
+    return await fetch(url)
# on any loop, and with options
 import asyncio


 async def fetch(url):
     return url


 async def handler(url):
     loop = asyncio.new_event_loop()
-    first = loop.run_until_complete(fetch(url))
+    first = await fetch(url)
-    both = loop.run_until_complete(asyncio.gather(fetch(url), fetch(first)))
+    both = await asyncio.gather(fetch(url), fetch(first))
     with asyncio.Runner() as runner:
-        third = runner.run(fetch(url))
+        third = await fetch(url)
-    return asyncio.run(fetch(first), debug=True), both, third
+    return await fetch(first), both, third
# where it needs parentheses
 import asyncio


 async def fetch(url):
     await asyncio.sleep(1)
     return url


 async def handler(url, other):
-    return asyncio.run(fetch(url)).strip() + asyncio.run(fetch(other))
+    return (await fetch(url)).strip() + await fetch(other)
# over several lines
 import asyncio


 async def fetch(url):
     await asyncio.sleep(1)
     return url


 async def handler(url):
-    return asyncio.run(fetch(
+    return await fetch(
         url,
-    ))
+    )
# an argument that is no single operand
-import asyncio
-
-
 async def fetch(url):
     return url


 async def handler(url, other):
-    return asyncio.run(fetch(url) if url else fetch(other))
+    return await (fetch(url) if url else fetch(other))
# what is run may belong to another loop
! unsafe another event loop
-import asyncio
-
-
 async def handler(job):
-    return asyncio.get_event_loop().run_until_complete(job)
+    return await job
# somebody counts on the failure
! unsafe is caught
-import asyncio
-
-
 async def fetch(url):
     return url


 async def handler(url):
     try:
-        return asyncio.run(fetch(url))
+        return await fetch(url)
     except RuntimeError:
         return None
# a comment is not thrown away
! reported comment
 import asyncio


 async def fetch(url):
     return url


 async def handler(url):
     return asyncio.run(
         # the mirror is down
         fetch(url)
     )
# a loop that never stops
! reported never
 import asyncio


 async def handler():
     asyncio.get_event_loop().run_forever()
# a generator expression is no place for an `await`
! reported generator expression
 import asyncio


 async def fetch(url):
     return url


 async def handler(urls):
     return list(asyncio.run(fetch(url)) for url in urls)
# other libraries take the function and its arguments
! reported trio.run
 import trio


 async def fetch(url):
     return url


 async def handler(url):
     return trio.run(fetch, url)
# through plain functions of other files
! reported `load_sync` runs an event loop inside the running one: it calls `read_sync` → `asyncio.run`
@ app/handlers.py
 from app.service import load_sync


 async def handler(key):
     return load_sync(key)
@ app/__init__.py
@ app/service.py
 from . import store


 def load_sync(key):
     return store.read_sync(key)
@ app/store.py
 import asyncio


 async def read(key):
     return key


 def read_sync(key):
     return asyncio.run(read(key))
# a method, a property and a callback
! reported
 import asyncio


 class Client:
     def __init__(self):
         self.loop = asyncio.new_event_loop()

     async def _fetch(self):
         return 1

     def fetch(self):
         return self.loop.run_until_complete(self._fetch())

     @property
     def size(self):
         return self.fetch()


 async def handler(client: Client):
     client.fetch()
     print(client.size)
     asyncio.get_running_loop().call_soon(client.fetch)
# in a thread it is right
 import asyncio
 import threading
 from concurrent.futures import ThreadPoolExecutor


 async def fetch(url):
     return url


 def fetch_sync(url):
     return asyncio.run(fetch(url))


 async def handler(url):
     def work():
         return asyncio.run(fetch(url))

     await asyncio.to_thread(fetch_sync, url)
     await asyncio.to_thread(work)
     await asyncio.to_thread(lambda: asyncio.run(fetch(url)))
     threading.Thread(target=work).start()
     with ThreadPoolExecutor() as pool:
         pool.submit(asyncio.run, fetch(url))
# only plain code calls it
 import asyncio


 async def main():
     print("at work")


 def start():
     asyncio.run(main())


 if __name__ == "__main__":
     start()
# a function that looks for a running loop knows what to do
 import asyncio
 import threading


 async def fetch(url):
     return url


 def run(coroutine):
     try:
         asyncio.get_running_loop()
     except RuntimeError:
         return asyncio.run(coroutine)
     thread = threading.Thread(target=asyncio.run, args=(coroutine,))
     thread.start()
     thread.join()


 def has_loop():
     try:
         asyncio.get_running_loop()
         return True
     except RuntimeError:
         return False


 def fetch_sync(url):
     if has_loop():
         raise ValueError("use fetch")
     return asyncio.run(fetch(url))


 async def handler(url):
     run(fetch(url))
     fetch_sync(url)
     loop = asyncio.get_event_loop()
     if loop.is_running():
         return await fetch(url)
     return loop.run_until_complete(fetch(url))
# so does one that runs a loop after another failure, or only if there is something to run
 import asyncio
 import inspect


 class Browser:
     async def aclose(self):
         print("closed")

     def stop(self):
         try:
             asyncio.get_event_loop().create_task(self.aclose())
         except RuntimeError:
             asyncio.run(self.aclose())

     def call(self, callback):
         result = callback()
         if inspect.iscoroutine(result):
             result = asyncio.run(result)
         return result


 async def handler(browser: Browser):
     browser.stop()
     browser.call(print)
# so does one that closes what it can, and leaves what it cannot
 import asyncio


 class Tracer:
     def close_client(self):
         try:
             asyncio.run(self.client.close())
         except Exception:
             print("not closed")

     async def start(self):
         self.close_client()
# nest_asyncio lets loops run inside one another
 import asyncio
 import nest_asyncio

 nest_asyncio.apply()


 async def fetch(url):
     return url


 def fetch_sync(url):
     return asyncio.run(fetch(url))


 async def handler(url):
     return fetch_sync(url), asyncio.run(fetch(url))
# another `run`
 import subprocess
 from tools import run


 async def handler(command, runner):
     run(command)
     runner.run(command)
# a subclass may do otherwise
 import abc
 import asyncio


 class Base(abc.ABC):
     @abc.abstractmethod
     def fetch(self): ...

     async def handler(self):
         self.fetch()


 class Client(Base):
     async def _fetch(self):
         return 1

     def fetch(self):
         return asyncio.run(self._fetch())
"#,
    run,
};

const WHAT: &str = "runs an event loop inside the running one";

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let is_allowed =
        |call: Call<'_, '_>| call.may_be(&["apply"]) && call.symbol().is_some_and(|s| apis::nests_loops(&s));
    if cx.project.nests_loops || cx.calls().any(is_allowed) {
        return;
    }
    for call in cx.calls() {
        let may_run =
            call.func().is_call_expr() || call.may_be(&["run", "run_forever", "run_until_complete"]);
        if !may_run || cx.runs(call.expr) == Runs::Elsewhere {
            continue;
        }
        let Some(symbol) = call.symbol().filter(|symbol| apis::runs_event_loop(symbol)) else { continue };
        // In the cells of a notebook that is notebook-asyncio-run's to say.
        if cx.is_cell_code(call.expr) {
            continue;
        }
        if !is_guarded(cx, &call) {
            direct(cx, &call, &symbol, fixes);
        }
    }
    if !cx.project.has_loop_runners() {
        return;
    }
    for way in ways(cx, Project::loop_chain) {
        let is_sure = match way.entry {
            Entry::Call(call) => cx.is_certainly(call.func(), way.callee) && !is_guarded(cx, &call),
            Entry::Callback | Entry::Property | Entry::Manager | Entry::Iteration => true,
        };
        if is_sure {
            let reason = "make the functions in between coroutine functions, or run them in a thread";
            way.found(fixes, WHAT).because(reason).report();
        }
    }
}

/// A call that runs a loop, in a coroutine's own code.
fn direct(cx: &Context<'_>, call: &Call<'_, '_>, symbol: &str, fixes: &mut Fixes<'_>) {
    let shown = symbol.replace("()", "");
    let shown = match symbol {
        "asgiref.sync.async_to_sync()" => "async_to_sync",
        _ => shown.strip_prefix("asyncio.AbstractEventLoop.").unwrap_or(&shown),
    };
    let found = fixes.at(call, format!("`{shown}` fails here: an event loop is running already"));
    if cx.runs(call.expr) == Runs::InGenerator {
        found.because(GENERATOR_REASON).report();
        return;
    }
    let method = symbol.rsplit('.').next().unwrap_or(symbol);
    let name = match symbol {
        "asyncio.run" => "main",
        "asyncio.AbstractEventLoop().run_until_complete" => "future",
        "asyncio.Runner().run" => "coro",
        "uvloop.run" => "main",
        _ if method == "run_forever" => {
            found
                .because("the loop runs anyway; to wait for something that never comes, await a future")
                .report();
            return;
        }
        _ => {
            found.because("await the coroutine function itself").report();
            return;
        }
    };
    let Some(argument) = call.argument(name, 0).filter(|_| !call.has_unpacking()) else {
        found.because("its arguments are not written out").report();
        return;
    };
    let may_be_foreign = method == "run_until_complete" && !is_made_here(cx, argument);
    found.safe("await it", |fix| {
        fix.await_argument(call, argument);
        if catches_failure(cx, call) {
            fix.demote("the failure is caught, so the code around may count on it");
        } else if may_be_foreign {
            fix.demote("what it waits for may belong to another event loop");
        }
    });
}

/// Whether an awaitable certainly belongs to the loop that is running: a coroutine that nobody has started, or a
/// future made in this very expression.
fn is_made_here(cx: &Context<'_>, argument: &Expr) -> bool {
    if let Expr::Call(call) = argument
        && cx.symbol(&call.func).is_some_and(|symbol| apis::pending(&symbol).is_some())
    {
        return true;
    }
    match cx.meaning(argument) {
        Meaning::Coroutine(_) => true,
        Meaning::External(symbol) => {
            let called = symbol.strip_suffix("()");
            called.and_then(apis::pending) == Some(Pending::Coroutine)
        }
        _ => false,
    }
}

/// Whether the call stands where no loop is running, as far as the author looked: under a test of it, or behind one.
fn is_guarded(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Some(function) = cx.enclosing_function(call.expr) else { return false };
    cx.nodes().iter().any(|node| {
        let name = match node.ast {
            AnyNodeRef::ExprAttribute(attribute) => attribute.attr.as_str(),
            AnyNodeRef::ExprName(name) => name.id.as_str(),
            _ => return false,
        };
        // To get the running loop in a coroutine is no question whether there is one, unless its failure is caught.
        let asks = asks_for_loop(name)
            && (!name.ends_with("get_running_loop") || catches(cx, node.ast, function.range()));
        asks && function.range().contains_range(node.ast.range())
    })
}

fn catches_failure(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Some(function) = cx.enclosing_function(call.expr) else { return false };
    catches(cx, AnyNodeRef::from(call.expr), function.range())
}

/// Whether a `try` inside `within` catches a `RuntimeError` of this node.
fn catches(cx: &Context<'_>, node: AnyNodeRef<'_>, within: TextRange) -> bool {
    let in_body = |body: &[ast::Stmt]| body.iter().any(|s| s.range().contains_range(node.range()));
    let catches = |handler: &ast::ExceptHandler| {
        let ast::ExceptHandler::ExceptHandler(handler) = handler;
        let Some(kind) = &handler.type_ else { return true };
        let kind = cx.text(&**kind);
        ["RuntimeError", "Exception"].iter().any(|name| kind.contains(name))
    };
    let mut around = cx.ancestors(&node).take_while(|ancestor| within.contains_range(ancestor.range()));
    around.any(|ancestor| match ancestor {
        AnyNodeRef::StmtTry(statement) => in_body(&statement.body) && statement.handlers.iter().any(catches),
        _ => false,
    })
}
