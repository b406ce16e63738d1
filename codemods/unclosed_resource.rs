//! Connections, clients and files that a coroutine opens and does not close on every way out.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprName, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::engine::apis::Entering;
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::Context;
use crate::engine::finding::{ChainStep, Edit};
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::flow::{Escapes, Flow, PointId, Step, Way};
use crate::engine::imports;
use crate::engine::project::summary::conduct::last_name;
use crate::engine::resource::{Opened, Uses, opened, own_statement, position_in, stands_alone};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "unclosed-resource",
    summary: "close connections, clients and files on every way out of a coroutine",
    rationale: "\
What a coroutine opens it must close, also when something in between raises or the coroutine is cancelled: an
unclosed `aiohttp.ClientSession` keeps its sockets open, an unclosed pool its connections, until some day the garbage
collector or the server's limit puts an end to it. A `close()` at the end is not enough: it is skipped by every error
before it. An `async with` closes on every way out, and a `try` with `finally` does so for what is no context manager,
such as the streams of `asyncio.open_connection`.

The ways through the coroutine are followed: branches, loops, handlers, `finally`, early returns. The finding names what
may raise or return with the resource still open, and the two lines: where it is opened and where control gets out. Say
line 2 opens it and line 5 closes it: when line 3 raises, line 5 is never reached. What is returned, stored, yielded,
closed over or passed to something that may keep it is not looked at: whoever has it then closes it. A resource that is
kept until an endless loop is stopped is not reported either.

The fix closes where the name is used for the last time, which may be earlier than now, so a person should read it.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &["SIM115"],
    leads: &[],
    examples: r#"
# never closed
! unsafe `session` is never closed
 import aiohttp


 async def fetch(url):
-    session = aiohttp.ClientSession()
-    response = await session.get(url)
-    text = await response.text()
+    async with aiohttp.ClientSession() as session:
+        response = await session.get(url)
+        text = await response.text()
     print(len(text))
     return text
# closed at the end only
! unsafe not closed when `get` raises
 import httpx


 async def fetch(url):
-    client = httpx.AsyncClient(timeout=5)  # seconds
-    response = await client.get(url)
-    # in the order in which they come
-    for name in response.headers:
-        print("""
-  as it is
-""", name)
-    await client.aclose()
+    async with httpx.AsyncClient(timeout=5) as client:  # seconds
+        response = await client.get(url)
+        # in the order in which they come
+        for name in response.headers:
+            print("""
+  as it is
+""", name)
     return response.text
# the empty lines around the close become one
! unsafe not closed when `get` raises
 import httpx


 async def fetch(url):
-    client = httpx.AsyncClient()
-    response = await client.get(url)
+    async with httpx.AsyncClient() as client:
+        response = await client.get(url)

-    await client.aclose()
-
     return response.text
# the empty lines after it go, and what nobody named gets a name
! unsafe
 import asyncio
 import httpx


 async def fetch(url, host):
-    client = httpx.AsyncClient()
-
-    # twice
-    await client.get(url)
-    await client.get(url)
-
-    reader, _ = await asyncio.open_connection(host, 80)
-
-    return await reader.read()
+    async with httpx.AsyncClient() as client:
+        # twice
+        await client.get(url)
+        await client.get(url)
+
+    reader, writer = await asyncio.open_connection(host, 80)
+    try:
+        return await reader.read()
+    finally:
+        writer.close()
+        await writer.wait_closed()
# an early return goes past the close
! unsafe not closed on every `return`
 import asyncpg


 async def count(dsn, table):
-    pool = await asyncpg.create_pool(dsn)
-    if not table:
-        return 0
-    rows = await pool.fetch("select 1")
-    await pool.close()
+    async with asyncpg.create_pool(dsn) as pool:
+        if not table:
+            return 0
+        rows = await pool.fetch("select 1")
     return len(rows)
# closed on one branch, in two places
! unsafe not closed when `get` raises
 import redis.asyncio


 async def read(key):
-    client = redis.asyncio.Redis()
-    value = await client.get(key)
-    if value is None:
-        await client.aclose()
-        return None
-    print(value)
-    await client.aclose()
+    async with redis.asyncio.Redis() as client:
+        value = await client.get(key)
+        if value is None:
+            return None
+        print(value)
     return value
# a handler that swallows does not make up for it
! unsafe not closed on every `return`
 import aiofiles


 async def read(path):
-    file = await aiofiles.open(path)
-    try:
-        text = await file.read()
-        await file.close()
-    except ValueError:
-        text = ""
+    async with aiofiles.open(path) as file:
+        try:
+            text = await file.read()
+        except ValueError:
+            text = ""
     return text
# streams have no `async with`
! unsafe `writer` is not closed when `write` raises
 import asyncio


 async def ask(host, question):
     reader, writer = await asyncio.open_connection(host, 80)
-    writer.write(question)
-    await writer.drain()
-    answer = await reader.read()
-    writer.close()
-    await writer.wait_closed()
+    try:
+        writer.write(question)
+        await writer.drain()
+        answer = await reader.read()
+    finally:
+        writer.close()
+        await writer.wait_closed()
     return answer
# a suite that does nothing but close it
! unsafe `writer` is not closed on every way to the end
 import asyncio


 async def ask(host, question):
     reader, writer = await asyncio.open_connection(host, 80)
-    answer = await reader.read()
-    if answer:
-        writer.close()
-        await writer.wait_closed()
-    else:
-        print("no answer")
+    try:
+        answer = await reader.read()
+        if answer:
+            pass
+        else:
+            print("no answer")
+    finally:
+        writer.close()
+        await writer.wait_closed()
# where closing it may fail
! reported a handler takes the errors
 import asyncio


 async def is_there(host, log):
     try:
         reader, writer = await asyncio.open_connection(host, 80)
         log.write(await reader.read())
         try:
             writer.close()
             await writer.wait_closed()
         except Exception:
             pass
         return True
     except OSError:
         return False
# a connection that is none either
! unsafe `connection` is never closed
 import asyncpg


 async def count(dsn):
     connection = await asyncpg.connect(dsn)
-    rows = await connection.fetch("select 1")
+    try:
+        rows = await connection.fetch("select 1")
+    finally:
+        await connection.close()
     return len(rows)
# a plain file in a coroutine
! unsafe `file` is not closed
 import json


 async def load(path):
-    file = open(path)
-    data = json.load(file)
-    file.close()
+    with open(path) as file:
+        data = json.load(file)
     return data
# a coroutine of the file that only uses it
! unsafe `session` is never closed
 import aiohttp


 async def fetch(session, url):
     async with session.get(url) as response:
         return await response.text()


 async def fetch_both(one, two):
-    session = aiohttp.ClientSession()
-    return await fetch(session, one), await fetch(session, two)
+    async with aiohttp.ClientSession() as session:
+        return await fetch(session, one), await fetch(session, two)
# what it gives is read by somebody else
! reported still needs it
 import aiohttp


 async def fetch(url):
     session = aiohttp.ClientSession()
     response = await session.get(url)
     return response
# used outside of the block that opens it
! reported outside of the block
 import httpx


 async def fetch(url):
     if url:
         client = httpx.AsyncClient()
     return (await client.get(url)).text
# closed together with something else
! reported closed within
 import asyncio

 import httpx


 async def fetch(url, other):
     client = httpx.AsyncClient()
     await client.get(url)
     await asyncio.gather(client.aclose(), other.aclose())
# closed before other things are done
! reported before other things
 import asyncio


 async def ask(host, check):
     reader, writer = await asyncio.open_connection(host, 80)
     if await reader.read(1):
         writer.close()
         await check()
     print("asked", writer.is_closing())
# a `finally` that comes too late
! reported belongs into it
 import asyncio


 async def ask(host, prepare):
     reader, writer = await asyncio.open_connection(host, 80)
     await prepare()
     try:
         print(await reader.read())
     finally:
         writer.close()
# returned, stored, yielded, given away, closed over
 import aiohttp
 import pytest


 async def make():
     session = aiohttp.ClientSession()
     return session


 class Client:
     async def start(self):
         session = aiohttp.ClientSession()
         self.session = session
         pairs = [aiohttp.ClientSession()]
         return pairs


 @pytest.fixture
 async def session():
     session = aiohttp.ClientSession()
     yield session
     await session.close()


 async def give(keep, stack, url):
     first = aiohttp.ClientSession()
     keep(first)
     second = aiohttp.ClientSession()
     stack.push_async_callback(second.close)
     third = aiohttp.ClientSession()

     async def fetch():
         return await third.get(url)

     return fetch
# closed in `finally`, by `async with` later, by an `AsyncExitStack`
 import contextlib

 import aiofiles
 import aiohttp


 async def fetch(url, path):
     session = aiohttp.ClientSession()
     try:
         print(await session.get(url))
     finally:
         await session.close()
     later = aiohttp.ClientSession()
     async with later:
         print(await later.get(url))
     async with contextlib.AsyncExitStack() as stack:
         pushed = aiohttp.ClientSession()
         await stack.enter_async_context(pushed)
         entered = await stack.enter_async_context(aiohttp.ClientSession())
         print(await entered.get(url))
     async with contextlib.aclosing(aiohttp.ClientSession()) as last:
         print(await last.get(url))
     file = await aiofiles.open(path)
     await file.close()
# a limit of time for the opening alone
! python 3.11
 import asyncio


 async def ask(host, limit):
     try:
         async with asyncio.timeout(limit):
             reader, writer = await asyncio.open_connection(host, 80)
     except OSError as error:
         print(error)
         return None
     except TimeoutError:
         return None
     try:
         writer.write(b"?")
         return await reader.read(10)
     finally:
         writer.close()
# a close behind a test of the name counts
 import aiohttp


 async def fetch(url):
     session = aiohttp.ClientSession()
     try:
         print(await session.get(url))
     finally:
         if not session.closed:
             await session.close()
# more than the close in the `finally`
 import asyncio


 async def ask(host, events):
     reader, writer = await asyncio.open_connection(host, 80)
     try:
         print(await reader.read())
     finally:
         events.done()
         writer.close()
# nothing between that can well fail
 import asyncio
 import logging

 logger = logging.getLogger(__name__)


 async def ask(host, names):
     async with asyncio.timeout(1):
         _, writer = await asyncio.open_connection(host, 80)
     logger.info("connected to %d of %s", len(names), host)
     try:
         writer.write(b"x")
     finally:
         writer.close()
# a name that holds one after the other
! unsafe not closed when `execute` raises
 import asyncpg


 async def ask(dsn):
     admin = await asyncpg.connect(dsn)
-    await admin.execute("create database a")
-    await admin.close()
+    try:
+        await admin.execute("create database a")
+    finally:
+        await admin.close()
     admin = await asyncpg.connect(dsn + "/a")
     await admin.close()
# open until an endless loop is stopped
 import redis.asyncio


 async def serve(handle):
     client = redis.asyncio.Redis()
     while True:
         await handle(await client.blpop("jobs"))
# what owns nothing, and what stands for the real thing
 import httpx
 import redis.asyncio


 async def test_app(app, pool, monkeypatch):
     client = httpx.AsyncClient(transport=httpx.ASGITransport(app))
     await client.get("http://test/")
     cache = redis.asyncio.Redis(connection_pool=pool)
     await cache.get("key")
# a plain function, and another name for it
 import httpx


 def make():
     client = httpx.AsyncClient()
     client.headers["x"] = "y"


 async def fetch(url, make):
     client = make()
     await client.get(url)
     client = httpx.AsyncClient()
     other = client
     await other.get(url)
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for opened in opened(cx) {
        let Some(uses) = opened.uses(cx) else { continue };
        let Some((message, row)) = open_end(cx, &opened, &uses) else { continue };
        let found = fixes.at(opened.call.whole, message).chain(way_out(cx, &opened, row));
        if uses.lends {
            found.because("what it gives is handed out and still needs it").report();
            continue;
        }
        let way = match opened.resource.entering {
            Entering::Async => "use `async with`",
            Entering::Plain => "use `with`",
            Entering::Never => "close it in `finally`",
        };
        let reason = "it is closed after its last use, which may be earlier than now";
        found.because(reason).unsafe_fix(way, |fix| {
            if let Err(reason) = enclose(fix, cx, &opened, &uses) {
                fix.withhold(reason);
            }
        });
    }
}

/// The line that opens the resource and the one at which control gets out with it.
fn way_out(cx: &Context<'_>, opened: &Opened<'_, '_>, row: Option<u32>) -> Vec<ChainStep> {
    let Some(row) = row else { return Vec::new() };
    let function = format!("{}.{}", cx.source.module, opened.qualname(cx));
    let step = |row| ChainStep { function: function.clone(), filename: cx.source.path.to_owned(), row };
    vec![step(cx.source.row(opened.call.start())), step(row)]
}

/// How control leaves the coroutine with the resource open, in words and with the row where it does; `None` when it
/// does not, or only when the coroutine is stopped from outside.
fn open_end<'a>(cx: &Context<'a>, opened: &Opened<'_, 'a>, uses: &Uses<'a>) -> Option<(String, Option<u32>)> {
    let flow = Flow::new(cx.semantic, opened.function)?;
    let stored = flow.find(cx.semantic, opened.name, Step::Store)?;
    let finals = closing_finals(cx, uses);
    let passes = |node: AnyNodeRef<'a>| match node {
        _ if finals.iter().any(|body| body.contains_range(node.range())) => true,
        AnyNodeRef::ExprCall(call) => uses.closes.iter().any(|close| close.range() == call.range()),
        // `if session is not None: await session.close()`: what the test says is not followed.
        AnyNodeRef::StmtIf(statement) => {
            let asks = uses.reads.iter().any(|read| statement.test.range().contains_range(read.range()));
            let closes = |close: &&ExprCall| statement.range().contains_range(close.range());
            asks && uses.closes.iter().any(closes)
        }
        _ => false,
    };
    let Escapes { end, raised, .. } = flow.escapes(stored, |id| passes(flow.point(id).node));
    let name = opened.name.id.as_str();
    let is = |how: &str, at: Option<PointId>| {
        let row = at.map(|id| cx.source.row(flow.point(id).node.start()));
        Some((format!("`{name}` is {how}"), row))
    };
    if uses.closes.is_empty() {
        end?;
        return is("never closed", None);
    }
    match end {
        Some(end) if matches!(flow.point(end).node, AnyNodeRef::StmtReturn(_)) => {
            is("not closed on every `return`", Some(end))
        }
        Some(_) => is("not closed on every way to the end", None),
        None => {
            raised?;
            let culprit = culprit(cx, &flow, stored, &passes)?;
            is(&format!("not closed when {}", failure(flow.point(culprit).node)), Some(culprit))
        }
    }
}

/// What fails at a point that may raise, in words.
fn failure(node: AnyNodeRef<'_>) -> String {
    let name = match node {
        AnyNodeRef::ExprCall(call) => last_name(&call.func),
        AnyNodeRef::ExprAwait(awaited) => last_name(&awaited.value),
        AnyNodeRef::WithItem(item) => last_name(&item.context_expr),
        AnyNodeRef::StmtFor(each) => last_name(&each.iter),
        AnyNodeRef::StmtAssert(_) => return "an assertion fails".to_owned(),
        _ => None,
    };
    name.map_or_else(|| "something in between raises".to_owned(), |name| format!("`{name}` raises"))
}

/// The bodies of `finally` that close the resource: whatever stands before the close there is taken to succeed.
fn closing_finals(cx: &Context<'_>, uses: &Uses<'_>) -> Vec<TextRange> {
    let around = uses.closes.iter().flat_map(|close| {
        cx.ancestors(*close).filter_map(|around| {
            let AnyNodeRef::StmtTry(statement) = around else { return None };
            let ([first, ..], Some(last)) = (statement.finalbody.as_slice(), statement.finalbody.last())
            else {
                return None;
            };
            let body = TextRange::new(first.start(), last.end());
            body.contains_range(close.range()).then_some(body)
        })
    });
    around.collect()
}

/// How many points are asked whether what they raise leaves the coroutine with the resource open.
const MAX_CULPRITS: usize = 64;

/// The first point on the way from `stored` that may well raise an exception which leaves the coroutine past the close.
fn culprit<'a>(
    cx: &Context<'a>,
    flow: &Flow<'a>,
    stored: PointId,
    passes: &dyn Fn(AnyNodeRef<'a>) -> bool,
) -> Option<PointId> {
    let mut suspects = Vec::new();
    flow.explore(stored, 0, |id, state, _| {
        let point = flow.point(id);
        if passes(point.node) {
            return None;
        }
        let raises = point.next.iter().any(|edge| edge.way == Way::Raises);
        if raises && point.step != Step::Exit && !hardly_raises(cx, point.node) {
            suspects.push(id);
        }
        Some(state)
    });
    suspects.into_iter().take(MAX_CULPRITS).find(|id| {
        let raised = flow.point(*id).next.iter().filter(|edge| edge.way == Way::Raises);
        raised.map(|edge| edge.to).any(|to| {
            to == Flow::RAISED
                || !passes(flow.point(to).node)
                    && flow.escapes(to, |id| passes(flow.point(id).node)).raised.is_some()
        })
    })
}

/// Calls that raise in theory only: logging, and looking at what is there.
fn hardly_raises(cx: &Context<'_>, node: AnyNodeRef<'_>) -> bool {
    const QUIET: &[&str] = &[
        "builtins.dict",
        "builtins.isinstance",
        "builtins.len",
        "builtins.list",
        "builtins.print",
        "builtins.range",
        "builtins.repr",
        "builtins.set",
        "builtins.str",
        "time.monotonic",
        "time.perf_counter",
        "time.time",
    ];
    const LEVELS: &[&str] = &["critical", "debug", "error", "exception", "info", "log", "warning"];
    let AnyNodeRef::ExprCall(call) = node else { return false };
    match &*call.func {
        Expr::Attribute(method) if LEVELS.contains(&method.attr.as_str()) => {
            last_name(&method.value).is_some_and(|name| name.to_ascii_lowercase().contains("log"))
        }
        func => cx.symbol(func).is_some_and(|symbol| QUIET.contains(&&*symbol)),
    }
}

/// Puts what uses the resource into a block that closes it.
///
/// # Errors
/// Why that cannot be done.
fn enclose<'a>(
    fix: &mut FixBuilder<'_>,
    cx: &Context<'a>,
    opened: &Opened<'_, 'a>,
    uses: &Uses<'a>,
) -> Result<(), &'static str> {
    let statement = cx.statement(opened.name).ok_or("it is no statement")?;
    let suite = cx.suite(opened.name);
    let first = position_in(suite, statement.range()).ok_or("it is no statement")?;
    let block = &suite[first + 1..];
    let outside = "it is used outside of the block that opens it";
    let place = |read: &&ExprName| position_in(block, read.range()).ok_or(outside);
    let positions: Vec<usize> = uses.reads.iter().map(place).collect::<Result<_, _>>()?;
    let borrowers: Vec<usize> = uses.borrowers.iter().map(place).collect::<Result<_, _>>()?;
    let gone = closing_statements(cx, opened, uses)?;
    let is_gone = |at: usize| gone.iter().any(|gone| gone.range() == block[at].range());
    // Up to where it is closed now, and otherwise up to the last use.
    let closed = (0..block.len()).rev().find(|at| is_gone(*at));
    let closed = closed.map(|at| (0..at).rev().find(|at| !is_gone(*at)));
    let used = || positions.iter().chain(&borrowers).max().copied();
    let last = closed.unwrap_or_else(used).ok_or("nothing is done with it")?;
    let body = &block[..=last];
    if gone.iter().any(|close| close.start() < block[last].end() && !is_followed_by_the_end(cx, close, &gone))
    {
        return Err("it is closed before other things are done");
    }
    let [next, ..] = body else { return Err("nothing is done with it") };
    if !stands_alone(cx, &statement)
        || body.iter().any(|each| !cx.source.starts_line(each.start()))
        || !body.last().is_some_and(|each| stands_alone(cx, each))
        || cx.source.row(next.start()) == cx.source.row(statement.end())
    {
        return Err("the statements share a line");
    }
    let body = TextRange::new(statement.end(), block[last].end());
    let mut replaced = Vec::new();
    for statement in &gone {
        if !stands_alone(cx, statement) {
            return Err("the statements share a line");
        }
        let suite = cx.suite(statement);
        let goes = |each: &Stmt| gone.iter().any(|gone| gone.range() == each.range());
        let is_emptied = suite.iter().all(goes);
        if is_emptied
            && let Some(AnyNodeRef::StmtTry(around)) = cx.ancestors(statement).next()
            && around.body.iter().any(|each| each.range() == statement.range())
        {
            return Err("a handler takes the errors of closing it");
        }
        let is_last = suite.last().is_some_and(|last| last.range() == statement.range());
        let edit = if is_emptied && is_last {
            Edit::replacement(statement.start().to_u32(), statement.end().to_u32(), "pass")
        } else {
            imports::statement_removal(cx, statement)
        };
        replaced.push(TextRange::new(edit.start.into(), edit.end.into()));
        fix.push(edit);
    }
    fix.indent_rest_but(body, &replaced);
    // The lines between stood between two steps; now they would stand before the first.
    let end = cx.source.line_end(statement.end());
    let blank = cx.source.slice(TextRange::new(end, next.start()));
    let kept = blank.trim_start_matches([' ', '\t', '\r', '\n']);
    let gap = &blank[..blank.len() - kept.len()];
    let gap = gap.rfind('\n').map_or(0, |last| last + 1);
    if gap > 0 {
        fix.delete(TextRange::at(end, TextSize::of(&blank[..gap])));
    }
    let unnamed = opened.name.id.as_str() == "_" && opened.resource.entering == Entering::Never;
    let name = if unnamed { cx.fresh_name("writer") } else { opened.name.id.to_string() };
    if unnamed {
        if !uses.reads.is_empty() {
            return Err("`_` says that nobody needs it");
        }
        fix.replace(opened.name, &*name);
    }
    let value = cx.outer_range(opened.value);
    if opened.resource.entering == Entering::Never {
        fix.insert_lines_after(&statement, &["try:".to_owned()]);
        let indent = &cx.source.style().indent;
        let mut lines = vec!["finally:".to_owned()];
        lines.extend(opened.resource.close.iter().map(|close| {
            let awaited = if close.is_awaited { "await " } else { "" };
            format!("{indent}{awaited}{name}.{}()", close.method)
        }));
        fix.insert_lines_after(&block[last], &lines);
        return Ok(());
    }
    let keyword = if opened.resource.entering == Entering::Async { "async with " } else { "with " };
    fix.replace(TextRange::new(statement.start(), value.start()), keyword);
    if let AnyNodeRef::ExprAwait(awaited) = AnyNodeRef::from(opened.value) {
        let inner = cx.outer_range(&awaited.value);
        fix.delete(TextRange::new(awaited.start(), inner.start()));
    }
    fix.insert(value.end(), format!(" as {name}:"));
    Ok(())
}

/// Whether nothing is done after a statement in its suite, but for leaving and for other statements that go too.
fn is_followed_by_the_end(cx: &Context<'_>, close: &AnyNodeRef<'_>, gone: &[AnyNodeRef<'_>]) -> bool {
    let after = cx.suite(close).iter().filter(|each| each.start() >= close.end());
    let mut kept = after.filter(|each| gone.iter().all(|gone| gone.range() != each.range()));
    matches!(kept.next(), None | Some(Stmt::Return(_) | Stmt::Raise(_) | Stmt::Break(_) | Stmt::Continue(_)))
}

/// The statements that only close the resource.
fn closing_statements<'a>(
    cx: &Context<'a>,
    opened: &Opened<'_, 'a>,
    uses: &Uses<'a>,
) -> Result<Vec<AnyNodeRef<'a>>, &'static str> {
    let mut gone = Vec::new();
    for close in &uses.closes {
        gone.push(own_statement(cx, close).ok_or("it is closed within a larger expression")?);
    }
    if !closing_finals(cx, uses).is_empty() {
        return Err("a `finally` closes it: what may fail before the `try` belongs into it");
    }
    let others = opened.resource.close.iter().map(|close| close.method);
    let others: Vec<&str> = others.filter(|method| !opened.resource.closes.contains(method)).collect();
    for read in &uses.reads {
        // `await writer.wait_closed()`.
        if let AnyNodeRef::ExprAttribute(attribute) = cx.parent(*read)
            && others.contains(&attribute.attr.as_str())
            && let AnyNodeRef::ExprCall(call) = cx.parent(attribute)
        {
            gone.push(own_statement(cx, call).ok_or("it is closed within a larger expression")?);
        }
    }
    Ok(gone)
}
