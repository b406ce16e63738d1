//! Waits for the network that nothing limits.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Framework, Runs, Use};
use crate::engine::fix::Fixes;
use crate::engine::project::summary::conduct::last_name;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "missing-timeout",
    summary: "limit the time that a wait for the network may take",
    rationale: "\
The other side of a connection may be gone without a word: a cable, a firewall, a process that hangs. A wait without a
limit then never ends, and neither do the task, its connection and whatever waits for the task. Opening a connection and
reading from it have no limit of their own in asyncio; a request of `aiohttp` or `httpx` and the opening of a websocket
have one unless they are told `None`; a query of `asyncpg` has one only if there is a `command_timeout`.

Which limit is right only the program's author knows, so the change shown is a suggestion. `async with
asyncio.timeout(…)` (Python 3.11) around several waits limits them together. A limit around the call counts wherever it
stands in the same function; one in a caller is not seen, which is one reason why this codemod has to be asked for. A
queue that a worker waits at is no wait for the network.",
    applicability: Applicability::Suggested,
    enabled: Enabled::Pedantic,
    aliases: &[],
    leads: &[],
    examples: r#"
# a connection and what is read from it
! suggested without a limit
 import asyncio


 async def ask(host, question):
-    reader, writer = await asyncio.open_connection(host, 80)
+    reader, writer = await asyncio.wait_for(asyncio.open_connection(host, 80), timeout=10)
     try:
         writer.write(question)
-        head = await reader.readline()
+        head = await asyncio.wait_for(reader.readline(), timeout=10)
-        return head + (await reader.read())
+        return head + (await asyncio.wait_for(reader.read(), timeout=10))
     finally:
         writer.close()
# the configured number of seconds
! suggested without a limit
! timeout 2.5
 import asyncio


 async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
-    line = await reader.readuntil(b";")
+    line = await asyncio.wait_for(reader.readuntil(b";"), timeout=2.5)
     writer.write(line)
# a limit that is switched off
! suggested `timeout=None` takes the limit away
 import aiohttp
 import httpx


 async def fetch(url, session: aiohttp.ClientSession):
-    async with httpx.AsyncClient(timeout=None) as client:
+    async with httpx.AsyncClient(timeout=10) as client:
         print(await client.get(url))
-    async with session.get(url, timeout=aiohttp.ClientTimeout(total=None)) as response:
+    async with session.get(url, timeout=aiohttp.ClientTimeout(total=10)) as response:
         print(await response.text())
-    async with session.post(url, timeout=None) as response:
+    async with session.post(url, timeout=aiohttp.ClientTimeout(total=10)) as response:
         print(response.status)
# a websocket that may open for ever
! suggested `open_timeout=None` takes the limit away
 import websockets


 async def listen(url):
-    async with websockets.connect(url, open_timeout=None) as socket:
+    async with websockets.connect(url, open_timeout=10) as socket:
         print(await socket.recv())
# queries
! suggested `command_timeout`
 import asyncpg


 async def count(dsn):
-    connection = await asyncpg.connect(dsn)
+    connection = await asyncpg.connect(dsn, command_timeout=10)
     try:
         return await connection.fetchval("select 1")
     finally:
         await connection.close()
# limited already
 import asyncio

 import aiohttp
 import asyncpg
 import httpx
 import websockets


 async def ask(host, dsn, options):
     async with asyncio.timeout(5):
         reader, writer = await asyncio.open_connection(host, 80)
         writer.write(await reader.read())
     line = await asyncio.wait_for(reader.readline(), 2)
     async with httpx.AsyncClient(timeout=5) as client, httpx.AsyncClient() as other:
         print(line, client, other)
     async with websockets.connect(host) as socket:
         print(socket)
     await asyncpg.connect(dsn, command_timeout=5)
     await asyncpg.connect(dsn, **options)
     # `None` is aiohttp's own limit here, and each read has one there.
     async with aiohttp.ClientSession(timeout=None) as session:
         await session.get(host, timeout=aiohttp.ClientTimeout(total=None, sock_read=60))
# queues, files, processes, and what is not awaited here
 import asyncio

 queue = asyncio.Queue()


 async def show(stream: asyncio.StreamReader, sock):
     print(await stream.readline())
     process = await asyncio.create_subprocess_exec("ls", stdout=-1)
     print(await process.stdout.read())
     return await asyncio.open_connection(sock=sock)


 async def work(path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, keep):
     job = await queue.get()
     with open(path) as file:
         print(job, file.read())
     keep(reader.read())
     await asyncio.wait([asyncio.create_task(reader.read())], timeout=3)
"#,
    run,
};

/// Waits without a limit of their own.
const WAITS: &[&str] = &[
    "asyncio.StreamReader().read",
    "asyncio.StreamReader().readexactly",
    "asyncio.StreamReader().readline",
    "asyncio.StreamReader().readuntil",
    "asyncio.open_connection",
];
const WAIT_NAMES: &[&str] = &["open_connection", "read", "readexactly", "readline", "readuntil"];

/// Calls with a limit, the argument that says which, and what it is made with.
const LIMITED: &[(&str, &str, &str)] = &[
    ("aiohttp.ClientSession().delete", "timeout", "aiohttp.ClientTimeout"),
    ("aiohttp.ClientSession().get", "timeout", "aiohttp.ClientTimeout"),
    ("aiohttp.ClientSession().head", "timeout", "aiohttp.ClientTimeout"),
    ("aiohttp.ClientSession().options", "timeout", "aiohttp.ClientTimeout"),
    ("aiohttp.ClientSession().patch", "timeout", "aiohttp.ClientTimeout"),
    ("aiohttp.ClientSession().post", "timeout", "aiohttp.ClientTimeout"),
    ("aiohttp.ClientSession().put", "timeout", "aiohttp.ClientTimeout"),
    ("aiohttp.ClientSession().request", "timeout", "aiohttp.ClientTimeout"),
    ("aiohttp.ClientTimeout", "total", ""),
    ("httpx.AsyncClient", "timeout", ""),
    ("httpx2.AsyncClient", "timeout", ""),
    ("websockets.connect", "open_timeout", ""),
];
const LIMITED_NAMES: &[&str] = &[
    "AsyncClient",
    "ClientTimeout",
    "connect",
    "delete",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
    "request",
];

/// Calls that have no limit unless this argument is given.
const UNLIMITED: &[(&str, &str)] =
    &[("asyncpg.connect", "command_timeout"), ("asyncpg.create_pool", "command_timeout")];
const UNLIMITED_NAMES: &[&str] = &["connect", "create_pool"];

/// What is suggested where the configuration does not say, in seconds.
const SECONDS: f64 = 10.0;

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    if cx.framework() != Framework::Asyncio {
        return;
    }
    for call in cx.calls() {
        let may_wait = call.may_be(WAIT_NAMES);
        if !may_wait && !call.may_be(LIMITED_NAMES) && !call.may_be(UNLIMITED_NAMES) {
            continue;
        }
        let Some(symbol) = call.symbol() else { continue };
        if may_wait && WAITS.contains(&&*symbol) {
            wait(cx, &call, fixes);
        } else if let Some((_, argument, maker)) = LIMITED.iter().find(|(limited, ..)| *limited == &*symbol) {
            switched_off(cx, &call, argument, maker, fixes);
        } else if let Some((_, argument)) = UNLIMITED.iter().find(|(unlimited, _)| *unlimited == &*symbol) {
            never_given(cx, &call, argument, fixes);
        }
    }
}

fn seconds(cx: &Context<'_>) -> f64 {
    cx.settings.timeout.unwrap_or(SECONDS)
}

/// `await reader.read()` that nothing limits.
fn wait(cx: &Context<'_>, call: &Call<'_, '_>, fixes: &mut Fixes<'_>) {
    if cx.runs(call.expr) != Runs::OnLoop || !matches!(call.use_of(), Use::Awaited(_)) || is_limited(cx, call)
    {
        return;
    }
    let is_network = match call.func() {
        Expr::Attribute(method) if method.attr.as_str() != "open_connection" => is_network(cx, &method.value),
        // A socket that is given is connected already.
        _ => call.keyword("sock").is_none(),
    };
    if !is_network {
        return;
    }
    let name = last_name(call.func()).unwrap_or("it");
    let found = fixes.at(call.whole, format!("`{name}` waits for the network without a limit"));
    let remedy = "limit it with `asyncio.wait_for`, or several waits together with `asyncio.timeout`";
    found.because(remedy).suggest("limit it with `asyncio.wait_for`", |fix| {
        let wait_for = fix.import("asyncio.wait_for");
        fix.insert(call.whole.start(), format!("{wait_for}("));
        fix.insert(call.whole.end(), format!(", timeout={})", seconds(cx)));
    });
}

/// Whether a stream reads from the network, and not from a process: it comes from `open_connection`, or stands beside
/// a writer.
fn is_network(cx: &Context<'_>, reader: &Expr) -> bool {
    let raw = cx.semantic.symbol(reader, cx.semantic.scope_of(reader));
    if raw.is_some_and(|raw| raw.contains("open_connection()")) {
        return true;
    }
    let writes = |annotation: &Expr| cx.instance(annotation).as_deref() == Some("asyncio.StreamWriter()");
    match reader {
        Expr::Name(_) => cx.enclosing_function(reader).is_some_and(|function| {
            let annotations = function.parameters.iter().filter_map(|parameter| parameter.annotation());
            annotations.into_iter().any(writes)
        }),
        _ => cx.calls_to("asyncio.open_connection").next().is_some(),
    }
}

/// Whether a time limit holds for the whole of a wait.
fn is_limited(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    cx.ancestors(call.expr)
        .take_while(|around| !matches!(around, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_)))
        .any(|around| match around {
            AnyNodeRef::StmtWith(with) => with.items.iter().any(|item| {
                let name = last_name(&item.context_expr).unwrap_or_default();
                name.contains("timeout") || matches!(name, "fail_after" | "move_on_after" | "Timeout")
            }),
            _ => false,
        })
}

/// `timeout=None`.
fn switched_off(cx: &Context<'_>, call: &Call<'_, '_>, argument: &str, maker: &str, fixes: &mut Fixes<'_>) {
    let Some(value @ Expr::NoneLiteral(_)) = call.keyword(argument) else { return };
    // `ClientTimeout(total=None, sock_read=60)` limits each read.
    let has_others = call.expr.arguments.len() > 1;
    if argument == "total" && has_others {
        return;
    }
    let found = fixes.at(value, format!("`{argument}=None` takes the limit away: a wait may never end"));
    found.because("which limit is right the program has to say").suggest("give it a limit", |fix| {
        let number = seconds(cx);
        if maker.is_empty() {
            fix.replace(value.range(), number.to_string());
        } else {
            let maker = fix.import(maker);
            fix.replace(value.range(), format!("{maker}(total={number})"));
        }
    });
}

/// No `command_timeout`.
fn never_given(cx: &Context<'_>, call: &Call<'_, '_>, argument: &str, fixes: &mut Fixes<'_>) {
    if call.has_unpacking() || call.keyword(argument).is_some_and(|value| !value.is_none_literal_expr()) {
        return;
    }
    let name = last_name(call.func()).unwrap_or("it");
    let found = fixes.at(call.whole, format!("`{name}` without `{argument}`: a query may never end"));
    found.because("which limit is right the program has to say").suggest("give it a limit", |fix| {
        let number = seconds(cx);
        if let Some(value) = call.keyword(argument) {
            fix.replace(value.range(), number.to_string());
            return;
        }
        match call.expr.arguments.iter_source_order().last() {
            Some(last) => {
                let end = cx.outer_range(last.value()).end();
                fix.insert(end, format!(", {argument}={number}"));
            }
            None => fix.insert(call.func().end(), format!("({argument}={number}")),
        }
    });
}
