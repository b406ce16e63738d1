//! `asyncio.gather` for its effects alone, where a `TaskGroup` looks after its tasks.

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Framework, Use};
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::project::reduce::Meaning;
use crate::engine::project::summary::conduct::last_name;
use crate::engine::settings::PythonVersion;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "gather-to-taskgroup",
    summary: "run coroutines whose results nobody uses in a `TaskGroup` instead of `gather`",
    rationale: "\
When one coroutine of `asyncio.gather` fails, the error comes out at once and the others go on running with nobody
left to wait for them. `asyncio.TaskGroup` (Python 3.11) cancels them, waits until they are done, and raises all the
errors there were.

That is a change: what comes out is an `ExceptionGroup`, which `except ValueError` does not catch, and a coroutine
that would have run to its end is cancelled. So the fix is not a safe one, and nothing is said where results are used,
where `return_exceptions=True` asks for best effort, or where something is gathered that is not known to be a
coroutine.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Pedantic,
    aliases: &[],
    leads: &[],
    examples: r#"
# coroutines whose results are not used
! unsafe an `ExceptionGroup` comes out
! python 3.11
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     print("starting")
-    await asyncio.gather(load("users"), load("rooms"))  # both
+    async with asyncio.TaskGroup() as tg:
+        tg.create_task(load("users"))
+        tg.create_task(load("rooms"))  # both
     print("started")
# as the file spells it
! unsafe an `ExceptionGroup` comes out
! python 3.12
-from asyncio import gather, sleep
+import asyncio
+from asyncio import sleep


 async def load(name):
     await sleep(1)


 async def start(tg, names):
     if names:
-        await gather(
-            load(
-                name="users",
-            ),
-            sleep(1),
-        )
+        async with asyncio.TaskGroup() as tg_2:
+            tg_2.create_task(load(
+                name="users",
+            ))
+            tg_2.create_task(sleep(1))
# a handler that would not catch the group
! reported except
! python 3.11
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except ValueError:
         print("bad name")
         raise
# a test that expects the error itself
! reported `raises`
! python 3.11
 import asyncio
 import pytest


 async def load(name):
     await asyncio.sleep(1)


 async def test_start():
     with pytest.raises(ValueError):
         await asyncio.gather(load("users"), load("rooms"))
# a handler that catches it too
! unsafe an `ExceptionGroup` comes out
! python 3.11
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     try:
-        await asyncio.gather(load("users"), load("rooms"))
+        async with asyncio.TaskGroup() as tg:
+            tg.create_task(load("users"))
+            tg.create_task(load("rooms"))
     except Exception:
         print("not started")
         raise
# comments between the arguments
! reported comment
! python 3.11
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     await asyncio.gather(
         load("users"),  # first
         load("rooms"),
     )
# results that are used, and their order
! python 3.11
 import asyncio


 async def load(name):
     return name


 async def start():
     users, rooms = await asyncio.gather(load("users"), load("rooms"))
     in_order = await asyncio.gather(load("first"), load("second"))
     print(list(zip(["first", "second"], in_order)))
     return await asyncio.gather(load(users), load(rooms))
# best effort, one coroutine, many, or something else
! python 3.11
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(names, task, other):
     await asyncio.gather(load("users"), load("rooms"), return_exceptions=True)
     await asyncio.gather(load("users"))
     await asyncio.gather(*[load(name) for name in names])
     await asyncio.gather(task, load("rooms"))
     await asyncio.gather(other(), load("rooms"))
# an older Python has no task groups
! python 3.10
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     await asyncio.gather(load("users"), load("rooms"))
"#,
    run,
};

/// Why the fix is not safe.
pub(crate) const DIFFERENCE: &str =
    "when one fails the others are cancelled, and an `ExceptionGroup` comes out";

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for call in cx.calls_to("asyncio.gather") {
        if !can_be_group(cx, &call) || !call.expr.arguments.keywords.is_empty() {
            continue;
        }
        let found = fixes.at(call, "`asyncio.gather` leaves the others running when one fails");
        if let Some(reason) = handler_that_misses(cx, &call) {
            found.because(reason).report();
            continue;
        }
        found.because(DIFFERENCE).unsafe_fix("run them in a `TaskGroup`", |fix| into_group(fix, &call));
    }
}

/// Whether a gather is a statement of coroutines that a task group can run: at least two, written out, each known
/// to be a coroutine, and nobody asks for their results.
pub(crate) fn can_be_group(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Use::Awaited(awaited) = call.use_of() else { return false };
    let arguments = &call.expr.arguments.args;
    cx.settings.target >= PythonVersion::py3(11)
        && cx.framework() == Framework::Asyncio
        && matches!(cx.use_of(awaited), Use::Dropped)
        && arguments.len() > 1
        && arguments.iter().all(|argument| is_coroutine(cx, argument))
}

fn is_coroutine(cx: &Context<'_>, expr: &Expr) -> bool {
    const LIBRARY: &[&str] = &["asyncio.sleep()", "asyncio.to_thread()", "asyncio.wait_for()"];
    match cx.meaning(expr) {
        Meaning::Coroutine(_) => true,
        Meaning::External(symbol) => LIBRARY.contains(&symbol.as_str()),
        _ => false,
    }
}

/// Why an `ExceptionGroup` would slip past the handlers around a call.
pub(crate) fn handler_that_misses(cx: &Context<'_>, call: &Call<'_, '_>) -> Option<String> {
    let around =
        cx.ancestors(call.expr).take_while(|around| !matches!(around, AnyNodeRef::StmtFunctionDef(_)));
    for node in around {
        if let AnyNodeRef::StmtWith(with) = node {
            let expects =
                |name: &&str| matches!(*name, "assertRaises" | "assertRaisesRegex" | "raises" | "suppress");
            let mut names = with.items.iter().filter_map(|item| last_name(&item.context_expr));
            if let Some(name) = names.find(expects) {
                return Some(format!("`{name}` would not see the error inside the `ExceptionGroup`"));
            }
        }
        let AnyNodeRef::StmtTry(statement) = node else { continue };
        let in_body = statement.body.last().is_some_and(|last| call.start() < last.end());
        if !in_body || statement.is_star {
            continue;
        }
        for handler in &statement.handlers {
            let ExceptHandler::ExceptHandler(handler) = handler;
            let Some(kind) = handler.type_.as_deref() else { continue };
            let catches_all = matches!(
                last_name(kind),
                Some(
                    "Exception" | "BaseException" | "CancelledError" | "KeyboardInterrupt" | "ExceptionGroup"
                )
            );
            if !catches_all {
                let kind = cx.text(kind);
                return Some(format!("`except {kind}` would not catch the `ExceptionGroup` of a task group"));
            }
        }
    }
    None
}

/// Replaces the statement `await gather(a(), b())` with a task group.
pub(crate) fn into_group(fix: &mut FixBuilder<'_>, call: &Call<'_, '_>) {
    let cx = fix.cx;
    let Some(statement) = cx.statement(call.expr) else { return };
    let range = statement.range();
    let source = cx.source;
    if source.comments().iter().any(|comment| range.contains_range(*comment)) {
        fix.withhold("a comment stands between the arguments");
        return;
    }
    let line_start = source.line_start(range.start());
    let rest = cx.text(TextRange::new(range.end(), source.line_end(range.end())));
    if !source.starts_line(range.start()) || rest.trim_start().starts_with(';') {
        fix.withhold("the statement shares its line with another");
        return;
    }
    let group = fix.import("asyncio.TaskGroup");
    let name = fix.fresh_name("tg");
    let indent = cx.text(TextRange::new(line_start, range.start()));
    let style = source.style();
    let mut text = format!("async with {group}() as {name}:");
    for argument in &call.expr.arguments.args {
        let coroutine = cx.text(argument.range());
        text.push_str(&format!("{}{indent}{}{name}.create_task({coroutine})", style.newline, style.indent));
    }
    fix.replace(range, text);
}
