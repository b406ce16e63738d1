//! Failures that `asyncio.gather` hides.

use ruff_python_ast::{self as ast, AnyNodeRef, ExceptHandler, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Use};
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::project::conduct::{Conduct, conduct, last_name, raises, reaches};
use crate::engine::project::reduce::{FunctionId, Meaning};
use crate::gather_to_taskgroup::{DIFFERENCE, can_be_group, handler_that_misses, into_group};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "gather-exceptions",
    summary: "look at every failure of what `asyncio.gather` runs, not only at the first",
    rationale: "\
`asyncio.gather` raises the first error at once. The other coroutines go on running: nobody waits for them, their
results are lost, and so are their errors. Where a handler swallows that first error, the program goes on as if all
of them were done.

There are two remedies. `return_exceptions=True` lets all of them end and gives every result and every error, and the
code looks at each. `asyncio.TaskGroup` (Python 3.11) cancels the others and raises all errors together. Which of the
two is right only the program's author knows, so this codemod suggests; only where no result is used, and the handler
catches an `ExceptionGroup` too, it offers the task group as a fix to be read.

`return_exceptions=True` whose result nobody looks at hides failures as well. After `task.cancel()`, or when closing
things, that is what one wants, and nothing is said.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    examples: r#"
# an error that is swallowed while the others go on
! suggested return_exceptions=True
 import asyncio


 async def load(name):
     await asyncio.sleep(1)
     return name


 async def start():
     try:
-        users, rooms = await asyncio.gather(load("users"), load("rooms"))
+        users, rooms = await asyncio.gather(load("users"), load("rooms"), return_exceptions=True)
     except Exception as error:
         print("not loaded", error)
         return None
     return users, rooms
# one for each item
! suggested go on unseen
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(names):
     try:
         await asyncio.gather(
-            *[load(name) for name in names],
+            *[load(name) for name in names], return_exceptions=True,
         )
     except ValueError:
         print("not loaded")
# results nobody uses: a task group
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
         print("not loaded")
# errors that are returned and never looked at
! reported nobody looks at
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(names):
     await asyncio.gather(*[load(name) for name in names], return_exceptions=True)
     results = await asyncio.gather(load("users"), load("rooms"), return_exceptions=True)
     print("done")
# before Python 3.11 there is no task group
! suggested or use a `TaskGroup`
! python 3.10
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     try:
-        await asyncio.gather(load("users"), load("rooms"), return_exceptions=False)
+        await asyncio.gather(load("users"), load("rooms"), return_exceptions=True)
     except:
         print("not loaded")
# without a `try`, for those who ask
! reported go on unseen
 import asyncio


 async def load(name):
     await asyncio.sleep(1)
     return name


 async def start(names):
     users, rooms = await asyncio.gather(load("users"), load("rooms"))
     return users, rooms, await asyncio.gather(*[load(name) for name in names])
# without a `try`, for all others
! by default
 import asyncio


 async def load(name):
     await asyncio.sleep(1)
     return name


 async def start(names):
     users, rooms = await asyncio.gather(load("users"), load("rooms"))
     return users, rooms, await asyncio.gather(*[load(name) for name in names])
# `gather` raises no group
! reported never raises an `ExceptionGroup`
! python 3.11
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except ExceptionGroup as group:
         print(group.exceptions)
         raise
# a handler that raises
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except Exception as error:
         raise RuntimeError("not loaded") from error
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except asyncio.CancelledError:
         print("stopped")
     except asyncio.TimeoutError:
         print("too late")
# a handler, or what comes after it, that sees to the others
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(names):
     tasks = [asyncio.create_task(load(name)) for name in names]
     try:
         await asyncio.gather(*tasks)
     except Exception:
         for task in tasks:
             task.cancel()
     try:
         await asyncio.gather(*tasks)
     except Exception:
         print("not loaded")
     finally:
         await asyncio.gather(*tasks, return_exceptions=True)
# one alone has no others
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     try:
         await asyncio.gather(load("users"))
     except Exception:
         print("not loaded")
# coroutines that catch what fails themselves
 import asyncio


 async def load(name):
     try:
         await asyncio.sleep(1)
     except Exception as error:
         print(name, error)


 async def start(names):
     try:
         await asyncio.gather(load("users"), load("rooms"))
         await asyncio.gather(*[load(name) for name in names])
     except Exception:
         print("not loaded")
     await asyncio.gather(*[load(name) for name in names], return_exceptions=True)
# results that are looked at
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     results = await asyncio.gather(load("users"), load("rooms"), return_exceptions=True)
     for result in results:
         if isinstance(result, Exception):
             print(result)
     return await asyncio.gather(load("users"), load("rooms"), return_exceptions=True)
# what is cancelled or closed
 import asyncio


 class Server:
     def __init__(self):
         self.tasks = set()

     async def stop(self, connections):
         for task in self.tasks:
             task.cancel()
         await asyncio.gather(*self.tasks, return_exceptions=True)
         await asyncio.gather(*[connection.close() for connection in connections], return_exceptions=True)

     async def close(self, names):
         await asyncio.gather(*[self.leave(name) for name in names], return_exceptions=True)

     async def leave(self, name):
         await asyncio.sleep(1)
# a handler for groups around a task group, or around coroutines that have one
! python 3.11
 import asyncio


 async def load(name):
     async with asyncio.TaskGroup() as group:
         group.create_task(asyncio.sleep(1))


 async def start(other):
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except ExceptionGroup:
         raise
     try:
         await asyncio.gather(other(), load("rooms"))
     except ExceptionGroup:
         raise
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for call in cx.calls_to("asyncio.gather") {
        let Use::Awaited(awaited) = call.use_of() else { continue };
        if !has_several(&call) || catches_itself(cx, &call) {
            continue;
        }
        match call.keyword("return_exceptions") {
            Some(Expr::BooleanLiteral(literal)) if literal.value => unseen_errors(cx, &call, awaited, fixes),
            Some(Expr::BooleanLiteral(_)) | None => first_error_only(cx, &call, fixes),
            // Whoever chooses at run time knows of both.
            Some(_) => {}
        }
    }
}

/// Whether more than one awaitable is gathered.
fn has_several(call: &Call<'_, '_>) -> bool {
    let arguments = &call.expr.arguments.args;
    arguments.len() > 1 || arguments.iter().any(Expr::is_starred_expr)
}

/// The coroutines that are gathered, as the project's functions; `None` when one of them is something else.
fn coroutines(cx: &Context<'_>, call: &Call<'_, '_>) -> Option<Vec<FunctionId>> {
    let functions = call.expr.arguments.args.iter().map(|argument| {
        let made = match argument {
            Expr::Starred(starred) => match &*starred.value {
                Expr::ListComp(ast::ExprListComp { elt, .. })
                | Expr::Generator(ast::ExprGenerator { elt, .. }) => elt,
                _ => return None,
            },
            argument => argument,
        };
        match cx.meaning(made) {
            Meaning::Coroutine(id) => Some(id),
            _ => None,
        }
    });
    functions.collect()
}

/// Whether none of the coroutines lets an error out.
fn catches_itself(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let catches = |id: &FunctionId| conduct(&cx.world, *id).contains(&Conduct::Catches);
    coroutines(cx, call).is_some_and(|all| all.iter().all(catches))
}

/// `return_exceptions=True`, and nobody looks.
fn unseen_errors(cx: &Context<'_>, call: &Call<'_, '_>, awaited: &ast::ExprAwait, fixes: &mut Fixes<'_>) {
    let unseen = match cx.use_of(awaited) {
        Use::Dropped => true,
        Use::Named(name) => cx.reads_of(name).is_empty() && !name.id.starts_with('_'),
        _ => false,
    };
    if !unseen || coroutines(cx, call).is_none() || is_clean_up(cx, call) {
        return;
    }
    fixes
        .at(call, "the errors that `return_exceptions=True` returns are nobody's: nobody looks at the result")
        .because("look at each result and log the exceptions among them, or use a `TaskGroup`")
        .report();
}

/// Whether the code closes things down, where errors do not matter any more.
fn is_clean_up(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    const WORDS: &[&str] = &[
        "abort",
        "aclose",
        "aexit",
        "cancel",
        "cleanup",
        "close",
        "disconnect",
        "shutdown",
        "stop",
        "teardown",
    ];
    let says = |name: &str| name.to_ascii_lowercase().split('_').any(|word| WORDS.contains(&word));
    let ends = call.expr.arguments.args.iter().any(|argument| match argument {
        Expr::Starred(starred) => match &*starred.value {
            Expr::ListComp(ast::ExprListComp { elt, .. })
            | Expr::Generator(ast::ExprGenerator { elt, .. }) => last_name(elt).is_some_and(says),
            _ => false,
        },
        argument => last_name(argument).is_some_and(says),
    });
    let in_finally = cx.ancestors(call.expr).any(|around| match around {
        AnyNodeRef::StmtTry(statement) => {
            statement.finalbody.first().is_some_and(|first| first.start() <= call.start())
        }
        _ => false,
    });
    ends || in_finally
        || cx.enclosing_function(call.expr).is_some_and(|function| says(function.name.as_str()))
}

/// No `return_exceptions`, and a handler that goes on after the first error.
fn first_error_only<'a>(cx: &Context<'a>, call: &Call<'_, 'a>, fixes: &mut Fixes<'_>) {
    let around = cx.ancestors(call.expr);
    let around =
        around.take_while(|node| !matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_)));
    let mut in_try = false;
    for node in around {
        let AnyNodeRef::StmtTry(statement) = node else { continue };
        if statement.body.last().is_none_or(|last| call.start() >= last.end()) {
            continue;
        }
        in_try = true;
        if sees_to_the_others(cx, statement) {
            return;
        }
        for ExceptHandler::ExceptHandler(handler) in &statement.handlers {
            match kind_of(handler, statement.is_star) {
                Kind::Group if only_known_without_groups(cx, call) => {
                    fixes
                        .at(
                            handler,
                            "`asyncio.gather` never raises an `ExceptionGroup`: this handler is never run",
                        )
                        .because("it raises the first error itself; a `TaskGroup` raises the group")
                        .report();
                }
                Kind::Errors if !raises(&handler.body) => return swallowed(cx, call, fixes),
                _ => {}
            }
        }
    }
    if !in_try && fixes.is_pedantic() {
        fixes
            .at(call, "when one fails the others go on unseen")
            .because("pass `return_exceptions=True` and look at each result, or use a `TaskGroup`")
            .report();
    }
}

fn swallowed<'a>(cx: &Context<'a>, call: &Call<'_, 'a>, fixes: &mut Fixes<'_>) {
    let found = fixes.at(call, "the first error is swallowed here while the others go on unseen");
    if can_be_group(cx, call)
        && call.expr.arguments.keywords.is_empty()
        && handler_that_misses(cx, call).is_none()
    {
        found.because(DIFFERENCE).unsafe_fix("run them in a `TaskGroup`", |fix| into_group(fix, call));
        return;
    }
    let remedy = "pass `return_exceptions=True` and look at each result, or use a `TaskGroup`";
    found.because(remedy).suggest(remedy, |fix| return_exceptions(fix, call));
}

/// `gather(a(), b())` becomes `gather(a(), b(), return_exceptions=True)`.
fn return_exceptions(fix: &mut FixBuilder<'_>, call: &Call<'_, '_>) {
    let arguments = &call.expr.arguments;
    if let Some(keyword) = arguments.find_keyword("return_exceptions") {
        fix.replace(&keyword.value, "True");
        return;
    }
    let Some(last) = arguments.iter_source_order().last() else { return };
    let end = fix.cx.outer_range(last.value()).end();
    fix.insert(end, ", return_exceptions=True");
}

/// What a handler is for.
enum Kind {
    /// Errors of what runs.
    Errors,
    /// Groups of errors.
    Group,
    /// Being stopped.
    Other,
}

fn kind_of(handler: &ast::ExceptHandlerExceptHandler, is_star: bool) -> Kind {
    let Some(kind) = handler.type_.as_deref() else { return Kind::Errors };
    let kinds: Vec<&Expr> = match kind {
        Expr::Tuple(tuple) => tuple.elts.iter().collect(),
        kind => vec![kind],
    };
    let names: Vec<&str> = kinds.into_iter().filter_map(last_name).collect();
    let stops = ["CancelledError", "GeneratorExit", "KeyboardInterrupt", "SystemExit", "TimeoutError"];
    if names.iter().all(|name| stops.contains(name)) {
        Kind::Other
    } else if names.iter().all(|name| matches!(*name, "ExceptionGroup" | "BaseExceptionGroup")) && !is_star {
        Kind::Group
    } else {
        Kind::Errors
    }
}

/// Whether a handler or the `finally` of a statement cancels or waits for what may still run.
fn sees_to_the_others(cx: &Context<'_>, statement: &ast::StmtTry) -> bool {
    let from = match (statement.handlers.first(), statement.finalbody.first()) {
        (Some(handler), _) => handler.start(),
        (None, Some(last)) => last.start(),
        (None, None) => return false,
    };
    let after = TextRange::new(from, statement.end());
    cx.calls().filter(|call| after.contains_range(call.range())).any(|call| {
        let cancels = last_name(call.func()).is_some_and(|name| name.contains("cancel") || name == "exit");
        cancels || matches!(call.symbol().as_deref(), Some("asyncio.gather" | "asyncio.wait"))
    })
}

/// Whether every coroutine is known, and none can raise a group of its own.
fn only_known_without_groups(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    const MAKERS: &[&str] = &[
        "anyio.create_task_group",
        "asyncio.TaskGroup",
        "builtins.BaseExceptionGroup",
        "builtins.ExceptionGroup",
        "trio.open_nursery",
    ];
    let groups: FxHashSet<&str> = MAKERS.iter().copied().collect();
    let alone = cx.suite(call.expr).len() == 1;
    let all = coroutines(cx, call);
    alone
        && all.is_some_and(|all| {
            all.iter().all(|id| !reaches(&cx.world, *id, |symbol| groups.contains(symbol)))
        })
}
