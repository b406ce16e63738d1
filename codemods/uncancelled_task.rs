//! Endless tasks whose owner ends without ending them.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use crate::engine::apis;
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context};
use crate::engine::fix::Fixes;
use crate::engine::project::following;
use crate::engine::project::marks::Lead;
use crate::engine::project::reduce::{ClassId, FunctionId, Meaning};
use crate::engine::project::summary::conduct::{Conduct, last_name};
use crate::engine::semantic::{ScopeId, ScopeKind};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "uncancelled-task",
    summary: "cancel an endless task where its owner is closed",
    rationale: "\
A task that runs `while True:` ends only when it is cancelled or fails. If the object that started it is closed and forgets
about it, the task goes on: it keeps the object alive, works on closed connections, and at the end of the program asyncio
says \"Task was destroyed but it is pending\". Whoever starts such a task cancels it and awaits it when it is closed:

```python
async def close(self):
    self._task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await self._task
```

Found are tasks kept on `self` in a class that can be closed (`close`, `stop`, `__aexit__`, …) and tasks of a context manager
or lifespan function, if nothing in the file cancels, awaits or hands them on, and if what they run has no way out of its
loop but an error in it: a pause, a queue, an event. A loop that reads from a connection ends when that is closed, and is left
alone.",
    applicability: Applicability::Suggested,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[Lead::Coroutine],
    examples: r#"
# a class that is closed without its task
! reported `close` does not end it
 import asyncio


 class Poller:
     def start(self):
         self._task = asyncio.create_task(self._poll())

     async def _poll(self):
         while True:
             await asyncio.sleep(1)
             self.refresh()

     async def close(self):
         await self.client.close()
# looking at it is not ending it
! reported `__aexit__` does not end it
 import asyncio


 class Worker:
     def __init__(self):
         self._task = None
         self._queue = asyncio.Queue()

     async def __aenter__(self):
         if self._task is None or self._task.done():
             self._task = asyncio.create_task(self._run(), name="worker")
             self._task.add_done_callback(print)
         return self

     async def __aexit__(self, *error):
         self._task = None

     async def _run(self):
         while True:
             item = await self._queue.get()
             item.work()
# the coroutine may be defined in another file
! reported runs for ever
@ app/__init__.py
@ app/beat.py
 import asyncio


 async def beat(name):
     while True:
         await asyncio.sleep(1)
         print(name)
@ app/service.py
 import asyncio

 from app.beat import beat


 class Service:
     async def start(self):
         self.beat = asyncio.get_running_loop().create_task(beat("service"))

     async def stop(self):
         print("stopped")
# a lifespan function
! reported after its `yield`
 import asyncio
 from contextlib import asynccontextmanager


 async def refresh(app):
     while True:
         await asyncio.sleep(60)
         app.refresh()


 @asynccontextmanager
 async def lifespan(app):
     task = asyncio.create_task(refresh(app))
     yield
     app.close()
# cancelled, awaited, or handed on
 import asyncio
 from contextlib import asynccontextmanager


 class Poller:
     def start(self):
         self._a = asyncio.create_task(self._poll())
         self._b = asyncio.create_task(self._poll())
         self._c = asyncio.create_task(self._poll())
         self._d = asyncio.create_task(self._poll())

     async def _poll(self):
         while True:
             await asyncio.sleep(1)

     async def close(self):
         self._a.cancel()
         await asyncio.gather(self._b, return_exceptions=True)
         for task in (self._c, *self.others):
             task.cancel()
         task = self._d
         if task is not None:
             task.cancel()


 @asynccontextmanager
 async def lifespan(app):
     task = asyncio.create_task(Poller()._poll())
     yield
     task.cancel()
# a loop with a way out
 import asyncio


 class Poller:
     def start(self):
         self._task = asyncio.create_task(self._poll())
         self._until = asyncio.create_task(self._poll_until())
         self._once = asyncio.create_task(self._poll_once())

     async def _poll(self):
         while True:
             await asyncio.sleep(1)
             if self.closed:
                 break

     async def _poll_until(self):
         while not self.closed:
             await asyncio.sleep(1)

     async def _poll_once(self):
         await asyncio.sleep(1)

     async def close(self):
         self.closed = True
# a loop that ends when the connection is closed
 import asyncio


 class Client:
     def start(self):
         self._task = asyncio.create_task(self._read())

     async def _read(self):
         while True:
             self.handle(await self.reader.readline())

     async def close(self):
         self.writer.close()
# a class that nobody closes, and a task for the whole program
 import asyncio


 class Poller:
     def start(self):
         self._task = asyncio.create_task(self._poll())

     async def _poll(self):
         while True:
             await asyncio.sleep(1)


 async def main():
     task = asyncio.create_task(Poller()._poll())
     await asyncio.sleep(10)
     print(task.done())
# what another class does with a task of its own that has the same name
! reported `close` does not end it
 import asyncio


 class Poller:
     def start(self):
         self._task = asyncio.create_task(poll())

     async def close(self):
         await self.client.close()


 class Watcher:
     def start(self):
         self._task = asyncio.create_task(poll())

     async def close(self):
         self._task.cancel()


 async def poll():
     while True:
         await asyncio.sleep(1)
# a class below ends it
 import asyncio


 class Poller:
     def start(self):
         self._task = asyncio.create_task(self._poll())

     async def _poll(self):
         while True:
             await asyncio.sleep(1)

     async def close(self):
         await self.client.close()


 class Watcher(Poller):
     async def close(self):
         self._task.cancel()
# everything that runs is cancelled
 import asyncio


 class Poller:
     def start(self):
         self._task = asyncio.create_task(self._poll())

     async def _poll(self):
         while True:
             await asyncio.sleep(1)

     async def close(self):
         for task in asyncio.all_tasks():
             task.cancel()
"#,
    run,
};

/// The methods with which an object comes to its end.
const CLOSERS: &[&str] = &[
    "__aexit__",
    "__exit__",
    "aclose",
    "astop",
    "cleanup",
    "close",
    "disconnect",
    "shutdown",
    "stop",
    "teardown",
    "terminate",
];

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for call in cx.calls().filter(|call| call.may_be(&["create_task", "ensure_future"])) {
        if !call.symbol().is_some_and(|symbol| apis::starts_task(&symbol)) {
            continue;
        }
        let Some(Expr::Call(started)) = call.expr.arguments.args.first() else { continue };
        let Meaning::Function(coroutine) = cx.meaning(&started.func) else { continue };
        let target = match cx.parent(call.expr) {
            AnyNodeRef::StmtAssign(ast::StmtAssign { targets, .. }) => targets.first(),
            AnyNodeRef::StmtAnnAssign(statement) => Some(&*statement.target),
            _ => None,
        };
        let Some(target) = target else { continue };
        let closer = match target {
            Expr::Attribute(attribute) => closer_of_class(cx, attribute),
            Expr::Name(name) => closer_of_manager(cx, &call, name),
            _ => None,
        };
        let Some(closer) = closer.filter(|_| is_endless(cx, coroutine)) else { continue };
        let name = last_name(&started.func).unwrap_or_default();
        let message = format!("`{}` runs for ever: `{name}` never returns, and {closer} it", cx.text(target));
        let reason = "cancel it there and await it: `task.cancel()`, then `await task` under `suppress(CancelledError)`";
        fixes.at(call, message).because(reason).report();
    }
}

/// The method of the class that closes it without the task of this attribute; `None` if there is none or the task
/// is in other hands.
fn closer_of_class(cx: &Context<'_>, target: &ast::ExprAttribute) -> Option<String> {
    let Expr::Name(receiver) = &*target.value else { return None };
    let Meaning::Instance(class) = cx.meaning(&target.value) else { return None };
    let scope = cx.semantic.scope_of(receiver);
    let own = cx.semantic.enclosing_class(scope)?;
    let qualname = &cx.semantic.scope(own).qualname;
    let summary = cx.world.summary(cx.file)?;
    if class != (ClassId { file: cx.file, index: summary.class(qualname)? }) {
        return None;
    }
    let closer = CLOSERS.iter().find(|name| summary.method(qualname, name).is_some())?;
    let attr = target.attr.as_str();
    let class_name = qualname.rsplit('.').next().unwrap_or(qualname);
    let has_heirs =
        cx.project.by_base.get(class_name).is_some_and(|heirs| heirs.iter().any(|heir| heir.file != cx.file));
    let is_used = cx.nodes().iter().any(|node| match node.ast {
        AnyNodeRef::ExprAttribute(read) if read.attr.as_str() == attr && read.ctx.is_load() => {
            !only_looks(cx, AnyNodeRef::ExprAttribute(read)) && may_be_of(cx, &read.value, class)
        }
        _ => false,
    });
    (!is_used && !has_heirs && !cx.quotes_name(attr) && !cancels_all(cx))
        .then(|| format!("`{closer}` does not end"))
}

/// Whether an object may be of this class, or of one above or below it, for all that is known.
fn may_be_of(cx: &Context<'_>, object: &Expr, class: ClassId) -> bool {
    let Meaning::Instance(other) = cx.meaning(object) else { return true };
    cx.world.lineage(class).0.contains(&other) || cx.world.lineage(other).0.contains(&class)
}

/// What the end of a context manager or lifespan function leaves running, kept in this local.
fn closer_of_manager(cx: &Context<'_>, call: &Call<'_, '_>, target: &ast::ExprName) -> Option<String> {
    let function = cx.enclosing_function(call.expr)?;
    let is_manager = function.name.as_str() == "lifespan"
        || function.decorator_list.iter().any(|decorator| {
            last_name(&decorator.expression).is_some_and(|name| name.ends_with("contextmanager"))
        });
    let yields = cx
        .inside(function)
        .any(|node| matches!(node.ast, AnyNodeRef::ExprYield(_)) && node.ast.start() > call.range().end());
    if !is_manager || !yields || cancels_all(cx) {
        return None;
    }
    let is_used = || {
        let scope: Option<ScopeId> = cx.semantic.lookup(target.id.as_str(), cx.semantic.scope_of(target));
        let is_local =
            scope.is_some_and(|scope| matches!(cx.semantic.scope(scope).kind, ScopeKind::Function(_)));
        let mut reads = scope.into_iter().flat_map(|scope| cx.semantic.reads_of(target.id.as_str(), scope));
        !is_local || reads.any(|read| !only_looks(cx, AnyNodeRef::ExprName(read.name)))
    };
    (!is_used()).then(|| format!("`{}` does not end it after its `yield`: nothing cancels", function.name))
}

/// Whether a read of a task neither ends it nor gives it to anybody.
fn only_looks(cx: &Context<'_>, read: AnyNodeRef<'_>) -> bool {
    match cx.parent(&read) {
        AnyNodeRef::ExprAttribute(method) => matches!(
            method.attr.as_str(),
            "add_done_callback" | "cancelled" | "done" | "exception" | "get_name" | "set_name"
        ),
        AnyNodeRef::ExprCompare(compare) => compare.comparators.iter().any(Expr::is_none_literal_expr),
        AnyNodeRef::ExprUnaryOp(not) => not.op == ast::UnaryOp::Not,
        AnyNodeRef::StmtIf(_) | AnyNodeRef::ElifElseClause(_) => true,
        _ => false,
    }
}

/// Whether the file deals with all tasks there are.
fn cancels_all(cx: &Context<'_>) -> bool {
    cx.calls().any(|call| last_name(call.func()) == Some("all_tasks"))
}

/// Whether a coroutine function goes round for ever, and waits only for what no closing of anything ends.
fn is_endless(cx: &Context<'_>, coroutine: FunctionId) -> bool {
    const ENDLESS: &[&str] =
        &["asyncio.sleep", "asyncio.Event().wait", "asyncio.Queue().get", "asyncio.Condition().wait"];
    let function = cx.world.function(coroutine);
    function.conduct.contains(&Conduct::Endless)
        && following::reaches(&cx.world, coroutine, |symbol| ENDLESS.contains(&symbol))
}
