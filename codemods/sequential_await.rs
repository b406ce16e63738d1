//! Coroutines that are awaited one after the other and know nothing of each other.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Context, Framework, Runs};
use crate::engine::effects::Effect;
use crate::engine::fix::{FixBuilder, Fixes, Found};
use crate::engine::project::marks::Lead;
use crate::engine::project::reduce::{FunctionId, Meaning};
use crate::engine::resource::stands_alone;
use crate::unbounded_gather::helper;
use crate::unbounded_gather::size::size;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "sequential-await",
    summary: "run coroutines that know nothing of each other at the same time",
    rationale: "\
Two requests that are awaited one after the other take as long as both together; run at the same time they take as long
as the longer one. That is what asyncio is for, and easily left unused: `await` reads like a plain call.

What is shown as independent: coroutines of the project whose results are kept, none of which takes the result of
another, and that, looked into with everything of this file that they call, change nothing another could see. They only
ask over HTTP with `get`, sleep and compute. Then a `gather` is offered as a fix to be read, with the bound of
`unbounded-gather` where a loop may have any number of items. Where a coroutine also calls something unknown, says by
its name that it gets something, and shares no object with the others, there is only a suggestion. Where it changes
shared state, or shares an object of unknown kind such as a database session, nothing is said.

With `gather`, when one fails the others go on, and the order in which they ask is not the written one.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Pedantic,
    aliases: &[],
    leads: &[Lead::Await],
    examples: r#"
# two requests
! unsafe at the same time
+import asyncio
+
 import httpx

 client = httpx.AsyncClient()


 async def load(name):
     response = await client.get(f"/{name}")
     return response.json()


 async def page(room):
-    users = await load("users")
-    rooms = await load(room)
+    users, rooms = await asyncio.gather(load("users"), load(room))
     return users, rooms
# a loop over any number of items
! unsafe at the same time
! helper-module app.aio
@ app/aio.py
 import asyncio


 async def gather_bounded(coros, *, limit=100, return_exceptions=False):
     return await asyncio.gather(*coros, return_exceptions=return_exceptions)
@ app/pages.py
 import httpx

+from app.aio import gather_bounded
+
 client = httpx.AsyncClient()


 async def load(name):
     return (await client.get(f"/{name}")).text


 async def pages(names):
     found = []
-    for name in names:
-        found.append(await load(name))
+    found.extend(await gather_bounded(load(name) for name in names))
-    return found, [await load(name) for name in names if name]
+    return found, await gather_bounded(load(name) for name in names if name)
@ app/__init__.py
# a small number of items
! unsafe at the same time
 import asyncio


 async def load(name):
     await asyncio.sleep(1)
     return name


 async def pages():
     found = []
-    for name in ["users", "rooms"]:
-        found.append(await load(name))
+    found.extend(await asyncio.gather(*[load(name) for name in ["users", "rooms"]]))
     return found
# something unknown, and nothing shared
! suggested seem to know nothing of each other
 import asyncio

 import elsewhere


 async def get_users():
     return await elsewhere.fetch("users")


 async def get_rooms():
     return await elsewhere.fetch("rooms")


 async def page():
-    found = await get_users()
-    others = await get_rooms()
+    found, others = await asyncio.gather(get_users(), get_rooms())
     return found, others
# coroutines of another file, of which nothing is known
! suggested seem to know nothing of each other
@ app/data.py
 async def get_users():
     return []


 async def get_rooms():
     return []
@ app/page.py
 import asyncio

 from app.data import get_rooms, get_users


 async def page():
-    found = await get_users()
-    others = await get_rooms()
+    found, others = await asyncio.gather(get_users(), get_rooms())
     return found, others
@ app/__init__.py
# data that flows from one to the other
 import asyncio


 async def load(name):
     await asyncio.sleep(1)
     return name


 async def page(names):
     user = await load("user")
     room = await load(user)
     room = await load("other")
     print(room)
     last = await load(room)
     found = []
     for name in names:
         found.append(await load(found))
     for name in names:
         last = await load(last)
     return last
# writes that both can see, and an object of unknown kind that both use
 import asyncio


 class Store:
     def __init__(self):
         self.seen = []

     async def load(self, name):
         self.seen.append(name)
         await asyncio.sleep(1)
         return name

     async def page(self):
         users = await self.load("users")
         rooms = await self.load("rooms")
         return users, rooms


 async def users(session):
     return await session.execute("select 1")


 async def rooms(session):
     return await session.execute("select 2")


 async def page(session):
     found = await users(session)
     others = await rooms(session)
     return found, others
# effects, other awaitables, what never waits, and what is gathered already
 import asyncio

 import elsewhere


 async def constant(name):
     return name


 async def create(name):
     return await elsewhere.create(name)


 async def load(name):
     await asyncio.sleep(1)
     return name


 async def start(names, reader):
     await load("users")
     await load("rooms")
     for name in names:
         await load(name)
     one = await reader.read()
     two = await reader.read()
     first = await constant("a")
     second = await constant("b")
     third = await create("a")
     fourth = await create("b")
     print(first, second, third, fourth)
     users, rooms = await asyncio.gather(load("users"), load("rooms"))
     return one, two, users, rooms, await load("last")
"#,
    run,
};

/// Why the fix is not safe.
const REASON: &str =
    "they run at the same time: when one fails the others go on, and the order is not the written one";

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    if cx.framework() != Framework::Asyncio {
        return;
    }
    for node in cx.nodes() {
        match node.ast {
            AnyNodeRef::StmtFunctionDef(function) if function.is_async => {
                suite(cx, &function.body, fixes);
            }
            AnyNodeRef::StmtIf(statement) if cx.runs(statement) == Runs::OnLoop => {
                suite(cx, &statement.body, fixes);
            }
            AnyNodeRef::StmtTry(statement) if cx.runs(statement) == Runs::OnLoop => {
                suite(cx, &statement.body, fixes);
            }
            AnyNodeRef::StmtWith(statement) if cx.runs(statement) == Runs::OnLoop => {
                suite(cx, &statement.body, fixes);
            }
            AnyNodeRef::StmtFor(statement) if cx.runs(statement) == Runs::OnLoop => {
                appending(cx, statement, fixes);
                suite(cx, &statement.body, fixes);
            }
            AnyNodeRef::ExprListComp(list) if cx.runs_in(node.scope) == Runs::OnLoop => {
                comprehension(cx, list, fixes);
            }
            _ => {}
        }
    }
}

/// An awaited call of a coroutine function of the project.
struct Step<'a> {
    call: &'a Expr,
    effect: Effect,
}

/// In a probe, whatever other files may say to be a coroutine is one.
fn step<'a>(cx: &Context<'_>, value: &'a Expr, is_probe: bool) -> Option<Step<'a>> {
    let Expr::Await(awaited) = value else { return None };
    let Expr::Call(call) = &*awaited.value else { return None };
    let id = match cx.meaning(&awaited.value) {
        Meaning::Coroutine(id) => id,
        Meaning::External(_) if is_probe => {
            return Some(Step { call: &awaited.value, effect: Effect::Reads });
        }
        _ => return None,
    };
    // What its arguments do they do in the written order.
    let is_plain = |node: AnyNodeRef<'_>| {
        !matches!(
            node,
            AnyNodeRef::ExprCall(_)
                | AnyNodeRef::ExprAwait(_)
                | AnyNodeRef::ExprNamed(_)
                | AnyNodeRef::ExprYield(_)
        )
    };
    let is_certain = match cx.meaning(&call.func) {
        Meaning::Function(callee) => callee == id && cx.is_certainly(&call.func, id),
        _ => false,
    };
    let effect = cx.effect(id);
    // What never waits has nothing to wait for at the same time.
    if effect == Effect::Reads && !cx.waits(id) || effect == Effect::Unknown && !sounds_like_reading(cx, id) {
        return None;
    }
    let is_independent =
        is_certain && effect < Effect::Writes && cx.inside(call).all(|node| is_plain(node.ast));
    is_independent.then_some(Step { call: &awaited.value, effect })
}

/// Whether a function's name says that it gets something; of one that makes, sends or starts something, the order may
/// matter.
fn sounds_like_reading(cx: &Context<'_>, id: FunctionId) -> bool {
    const WORDS: &[&str] = &[
        "check", "count", "describe", "download", "exists", "fetch", "find", "get", "has", "is", "list",
        "load", "lookup", "query", "read", "resolve", "retrieve", "search",
    ];
    let name = cx.world.function(id).qualname.rsplit('.').next().unwrap_or_default();
    let first = name.trim_start_matches('_').split('_').next().unwrap_or_default();
    WORDS.contains(&first) || first.strip_prefix('a').is_some_and(|first| WORDS.contains(&first))
}

/// Consecutive `x = await f()` in a suite.
fn suite(cx: &Context<'_>, body: &[Stmt], fixes: &mut Fixes<'_>) {
    let mut run: Vec<(&ast::ExprName, Step<'_>, &Stmt)> = Vec::new();
    for statement in body {
        let found = match statement {
            Stmt::Assign(assignment) => match assignment.targets.as_slice() {
                [Expr::Name(name)] => step(cx, &assignment.value, fixes.is_probe()).map(|step| (name, step)),
                _ => None,
            },
            _ => None,
        };
        let fits = |(name, step): &(&ast::ExprName, Step<'_>)| {
            run.iter().all(|(before, earlier, _)| {
                let reads = |name: &ast::ExprName, call: &Expr| reads_name(cx, call, name.id.as_str());
                before.id != name.id
                    && !reads(before, step.call)
                    && !reads(name, earlier.call)
                    && may_share(cx, earlier, step)
            })
        };
        match found {
            Some(found) if fits(&found) => run.push((found.0, found.1, statement)),
            found => {
                together(cx, &std::mem::take(&mut run), fixes);
                run.extend(found.map(|(name, step)| (name, step, statement)));
            }
        }
    }
    together(cx, &run, fixes);
}

/// Whether two calls may run side by side, going by what both of them are given.
fn may_share(cx: &Context<'_>, one: &Step<'_>, other: &Step<'_>) -> bool {
    let is_known = one.effect == Effect::Reads && other.effect == Effect::Reads;
    is_known || cx.shareable_names(one.call).is_disjoint(&cx.shareable_names(other.call))
}

fn reads_name(cx: &Context<'_>, expr: &Expr, name: &str) -> bool {
    cx.inside(expr).any(|node| matches!(node.ast, AnyNodeRef::ExprName(read) if read.id.as_str() == name))
}

/// Reports a run of statements, if it is one.
fn together(cx: &Context<'_>, run: &[(&ast::ExprName, Step<'_>, &Stmt)], fixes: &mut Fixes<'_>) {
    let ([(_, _, first), _, ..], Some((_, _, last))) = (run, run.last()) else { return };
    let range = TextRange::new(first.start(), last.end());
    let is_shown = run.iter().all(|(_, step, _)| step.effect == Effect::Reads);
    let names: Vec<&str> = run.iter().map(|(name, ..)| name.id.as_str()).collect();
    let found = fixes.at(range, message(is_shown, "these coroutines"));
    offer(found, is_shown, |fix| {
        if run.iter().any(|(_, _, statement)| !stands_alone(cx, *statement)) || cx.source.has_comment(range) {
            fix.withhold("a comment or another statement stands between them");
            return;
        }
        let gather = fix.import("asyncio.gather");
        let calls: Vec<&str> = run.iter().map(|(_, step, _)| cx.text(step.call)).collect();
        if calls.iter().any(|call| call.contains(['\n', '\r'])) {
            fix.withhold("a call runs over several lines");
            return;
        }
        fix.replace(range, format!("{} = await {gather}({})", names.join(", "), calls.join(", ")));
    });
}

fn message(is_shown: bool, which: &str) -> String {
    let know = if is_shown { "know" } else { "seem to know" };
    format!("{which} {know} nothing of each other and are awaited one after the other")
}

fn offer(found: Found<'_, '_>, is_shown: bool, build: impl FnOnce(&mut FixBuilder<'_>)) {
    let found = found.because(REASON);
    if is_shown {
        found.unsafe_fix("run them at the same time", |fix| build(fix));
    } else {
        found.suggest("run them at the same time", |fix| build(fix));
    }
}

/// Whether the runs of one call for each item may run side by side.
fn are_independent(cx: &Context<'_>, step: &Step<'_>, target: &Expr, scope_names: &[&str]) -> bool {
    if step.effect == Effect::Reads {
        return scope_names.iter().all(|name| !reads_name(cx, step.call, name));
    }
    let shared = cx.shareable_names(step.call);
    shared.iter().all(|name| reads_name(cx, target, name) || is_name(target, name))
}

fn is_name(target: &Expr, name: &str) -> bool {
    matches!(target, Expr::Name(target) if target.id.as_str() == name)
}

/// `for x in xs: out.append(await f(x))`.
fn appending(cx: &Context<'_>, each: &ast::StmtFor, fixes: &mut Fixes<'_>) {
    let [Stmt::Expr(only)] = each.body.as_slice() else { return };
    let Expr::Call(append) = &*only.value else { return };
    let Expr::Attribute(method) = &*append.func else { return };
    let Expr::Name(list) = &*method.value else { return };
    let ([value], [], "append") =
        (&*append.arguments.args, &*append.arguments.keywords, method.attr.as_str())
    else {
        return;
    };
    let Some(step) = step(cx, value, fixes.is_probe()) else { return };
    let is_list = cx.symbol(&method.value).is_some_and(|symbol| {
        &*symbol == "builtins.list()" || symbol.starts_with('{') && !symbol.starts_with("{:")
    });
    let list = list.id.as_str();
    let is_plain = !each.is_async && each.orelse.is_empty() && is_list;
    if !is_plain || reads_name(cx, &each.iter, list) || !are_independent(cx, &step, &each.target, &[list]) {
        return;
    }
    let is_shown = step.effect == Effect::Reads;
    let found = fixes.at(each.range(), message(is_shown, "the coroutines of this loop"));
    offer(found, is_shown, |fix| {
        if !stands_alone(cx, each) || cx.source.has_comment(each.range()) {
            fix.withhold("a comment or another statement stands between them");
            return;
        }
        let clause = format!("for {} in {}", cx.text(&*each.target), cx.text(cx.outer_range(&each.iter)));
        let gathered = gathered(fix, cx, cx.text(step.call), &clause, &each.iter);
        fix.replace(each.range(), format!("{list}.extend(await {gathered})"));
    });
}

/// `[await f(x) for x in xs]`.
fn comprehension(cx: &Context<'_>, list: &ast::ExprListComp, fixes: &mut Fixes<'_>) {
    let Some(step) = step(cx, &list.elt, fixes.is_probe()) else { return };
    let [part] = list.generators.as_slice() else { return };
    let waits = |node: AnyNodeRef<'_>| matches!(node, AnyNodeRef::ExprAwait(_));
    let tests_wait =
        part.ifs.iter().any(|test| test.is_await_expr() || cx.inside(test).any(|node| waits(node.ast)));
    if part.is_async || tests_wait || !are_independent(cx, &step, &part.target, &[]) {
        return;
    }
    let is_shown = step.effect == Effect::Reads;
    let found = fixes.at(list.range(), message(is_shown, "the coroutines of this list"));
    offer(found, is_shown, |fix| {
        if cx.source.has_comment(list.range()) {
            fix.withhold("a comment or another statement stands between them");
            return;
        }
        let clause = cx.text(part.range());
        let gathered = gathered(fix, cx, cx.text(step.call), clause, &part.iter);
        fix.replace(list.range(), format!("await {gathered}"));
    });
}

/// The call that gathers one coroutine for each item, bounded where there may be any number.
fn gathered(fix: &mut FixBuilder<'_>, cx: &Context<'_>, call: &str, clause: &str, iter: &Expr) -> String {
    if size(cx, iter).is_fine(u64::from(cx.settings.concurrency_limit)) {
        let gather = fix.import("asyncio.gather");
        return format!("{gather}(*[{call} {clause}])");
    }
    let helper = helper::spelled(fix);
    format!("{helper}({call} {clause})")
}
