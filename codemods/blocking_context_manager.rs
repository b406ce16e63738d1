//! `with` and `for` on what has only the asynchronous protocol, and the reverse.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::engine::apis::{Colour, Protocol};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Context, Runs};
use crate::engine::fix::{FixBuilder, Fixes, Found};
use crate::engine::one_sided::OneSided;
use crate::engine::project::marks::Lead;
use crate::engine::semantic::{Node, ScopeKind};
use crate::engine::settings::PythonVersion;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "blocking-context-manager",
    summary: "enter and iterate with `async` what has only the asynchronous protocol, and without it what has not",
    rationale: "\
`with` asks for `__enter__`, `async with` for `__aenter__`; `for` asks for `__iter__`, `async for` for `__aiter__`. An
object that has only one of the two raises an error when it is used in the other way: the line cannot have worked.
So `async` is added or taken away, and nothing that ran before changes.

A finding needs proof of what the object is: a class or function of the project, in any file, or a known class of a
library. Where only an annotation says so, the fix is for a person to read. Nothing is said where the code asks what
the object is, or expects the error.",
    applicability: Applicability::Safe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[Lead::Protocol],
    examples: r#"
# an asynchronous context manager
 import aiohttp


 async def fetch(url):
-    with aiohttp.ClientSession() as session:
-        with session.get(url) as response:
+    async with aiohttp.ClientSession() as session:
+        async with session.get(url) as response:
             return await response.text()
# a file that is opened by awaiting it
 import aiofiles


 async def read(path):
-    with await aiofiles.open(path) as file:
+    async with aiofiles.open(path) as file:
         print(await file.read())
     file = await aiofiles.open(path)
     with file:
         print(await file.read())
# a lock of asyncio
 import asyncio


 class Counter:
     def __init__(self):
         self.lock = asyncio.Lock()
         self.count = 0

     async def add(self):
-        with self.lock:
+        async with self.lock:
             self.count += 1
# a class of the project, in another file
@ app/db.py
 class Transaction:
     async def __aenter__(self):
         return self

     async def __aexit__(self, *exc_info):
         pass
@ app/main.py
 from app.db import Transaction


 async def save(rows):
-    with Transaction() as transaction:
+    async with Transaction() as transaction:
         await transaction.insert(rows)
@ app/__init__.py
# functions that make context managers
 import contextlib


 @contextlib.asynccontextmanager
 async def connected():
     yield 1


 @contextlib.contextmanager
 def timed():
     yield


 async def work():
-    with connected() as connection:
+    async with connected() as connection:
         print(connection)
-    async with timed():
+    with timed():
         print("in time")
# a plain context manager
 import threading


 async def read(path, lock=threading.Lock()):
-    async with open(path) as file:
+    with open(path) as file:
         return file.read(1)
# two of a kind, and one of each
 import asyncio

 import aiohttp

 lock = asyncio.Lock()


 async def fetch(url, path):
-    with lock, aiohttp.ClientSession() as session:
+    async with lock, aiohttp.ClientSession() as session:
         await session.get(url)
-    with aiohttp.ClientSession() as session, open(path, "w") as file:
-        file.write(
-            """
-  as it is
- """
-        )
+    async with aiohttp.ClientSession() as session:
+        with open(path, "w") as file:
+            file.write(
+                """
+  as it is
+ """
+            )
# one of each where they cannot be taken apart
! reported others on its line
 import aiohttp


 async def fetch(path):
     with (
         aiohttp.ClientSession() as session,
         open(path) as file,
     ):
         print(session, file)
# asynchronous iterators
 import asyncio


 class Feed:
     def __aiter__(self):
         return self

     async def __anext__(self):
         raise StopAsyncIteration


 async def numbers():
     yield 1


 async def show():
-    for number in numbers():
+    async for number in numbers():
         print(number)
-    for item in Feed():
+    async for item in Feed():
         print(item)
-    print([n for n in numbers() if n], {n: n for m in [1] for n in numbers()})
+    print([n async for n in numbers() if n], {n: n for m in [1] async for n in numbers()})
# plain iterators
 import asyncio


 def numbers():
     yield 1


 async def show(xs):
-    async for number in numbers():
+    for number in numbers():
         print(number)
-    async for n in range(3):
+    for n in range(3):
         print(n)
     pairs = [(1, 2), (3, 4)]
-    print([a async for a, _ in pairs])
+    print([a for a, _ in pairs])
# across files, in both directions
@ app/feed.py
 async def lines():
     yield "a"


 def rows():
     yield 1
@ app/main.py
 from app import feed


 async def show():
-    for line in feed.lines():
+    async for line in feed.lines():
         print(line)
-    print([row async for row in feed.rows()])
+    print([row for row in feed.rows()])
@ app/__init__.py
# a plain function cannot
! reported plain function
 import aiohttp


 async def numbers():
     yield 1


 def fetch(url):
     with aiohttp.ClientSession() as session:
         print(session)
     for number in numbers():
         print(number)
# an `async for` in a generator expression makes another kind of it
! reported generator expression
 async def numbers():
     yield 1


 async def total():
     return sum(n for n in numbers())
# an annotation may say too little
! unsafe annotation
 import asyncio


 async def add(lock: asyncio.Lock):
-    with lock:
+    async with lock:
         print("added")
# or mean something else: the class has a method of that name
 class Pods:
     async def wait(self, conditions: list):
         for condition in conditions:
             print(condition)

     async def list(self):
         yield 1
# or the wrong thing, which `async for` knows better
 from collections.abc import Iterable


 async def extracted(client, text) -> Iterable[str]:
     return await client.create(text, stream=True)


 async def show(client, rows: list[str]):
     print([user async for user in await extracted(client, "Jason is 20")])
     async for row in rows:
         print(row)
# a class that has both, or whose other half is not known
 from elsewhere import Base


 class Both:
     def __enter__(self):
         return self

     def __exit__(self, *exc_info):
         pass

     async def __aenter__(self):
         return self

     async def __aexit__(self, *exc_info):
         pass


 class Half(Base):
     async def __aenter__(self):
         return self


 class Items:
     def __getitem__(self, index):
         raise IndexError

     def __aiter__(self):
         return self


 async def work(half: Half, unknown):
     with Both(), Half(), half, unknown:
         async with Both(), unknown:
             print([item for item in Items()], [item async for item in unknown])
     lazily = (item async for item in unknown)
     print([item async for item in lazily], [item async for item in (await half for half in [unknown])])
# a subclass may have the other half
 class Client:
     async def __aenter__(self):
         return self


 class PlainClient(Client):
     def __enter__(self):
         return self


 async def work(client: Client):
     with client:
         print(client)
# code that asks what it has, or expects the error
 import inspect

 import aiohttp
 import pytest


 async def numbers():
     yield 1


 async def test_show(client: aiohttp.ClientSession):
     with pytest.raises(TypeError):
         with aiohttp.ClientSession():
             pass
     stream = numbers()
     if inspect.isasyncgen(stream):
         print([n async for n in stream])
     else:
         print([n for n in stream])
     try:
         with client:
             pass
     except (AttributeError, TypeError):
         print("not so")
# what is as it should be
 import aiohttp


 async def numbers():
     yield 1


 async def show(path):
     async with aiohttp.ClientSession() as session:
         print(session, [n async for n in numbers()])
     with open(path) as file:
         print([line for line in file])
     async for number in numbers():
         print(number)
# what an iterator gives is another object
 class Batches:
     def __init__(self, source):
         self.source = source

     def __aiter__(self):
         return self

     async def __anext__(self):
         return await self.source.get()


 async def send(source):
     async for batch in Batches(source):
         for message in batch:
             print(message)
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for node in cx.nodes() {
        match node.ast {
            AnyNodeRef::StmtWith(statement) => managers(cx, statement, fixes),
            AnyNodeRef::StmtFor(statement) => iterator(cx, node, statement.is_async, &statement.iter, fixes),
            AnyNodeRef::Comprehension(part) => iterator(cx, node, part.is_async, &part.iter, fixes),
            _ => {}
        }
    }
}

/// The errors that the wrong protocol raises.
const ERRORS: &[&str] = &["AttributeError", "Exception", "TypeError"];

/// What an object is, if it is used with the protocol that it lacks.
fn wrong(cx: &Context<'_>, expr: &Expr, is_async: bool, protocol: Protocol) -> Option<OneSided> {
    let used = if is_async { Colour::Async } else { Colour::Sync };
    let found = cx.one_sided(expr, protocol, used)?;
    // The file itself, once it is awaited, is no context manager of either kind.
    if protocol == Protocol::Manager && found.name == "aiofiles.open" && !is_made_here(expr) {
        return None;
    }
    let is_expected = cx.expects_failure(expr) || cx.is_caught_around(expr, ERRORS);
    (!is_expected).then_some(found)
}

/// Whether an expression is a call, awaited or not.
fn is_made_here(expr: &Expr) -> bool {
    match expr {
        Expr::Await(awaited) => awaited.value.is_call_expr(),
        _ => expr.is_call_expr(),
    }
}

fn managers<'a>(cx: &Context<'a>, statement: &'a ast::StmtWith, fixes: &mut Fixes<'_>) {
    let items = &statement.items;
    let wrong: Vec<Option<OneSided>> = items
        .iter()
        .map(|item| wrong(cx, &item.context_expr, statement.is_async, Protocol::Manager))
        .collect();
    let Some((at, first)) = wrong.iter().enumerate().find_map(|(at, found)| Some((at, found.as_ref()?)))
    else {
        return;
    };
    let kind = match first.colour {
        Colour::Async => "an asynchronous context manager: `with` raises an error",
        Colour::Sync => "no asynchronous context manager: `async with` raises an error",
    };
    let found = fixes.at(&items[at].context_expr, format!("`{}` is {kind}", first.name));
    if !statement.is_async && cx.runs(statement) != Runs::OnLoop {
        found.because("`async with` cannot stand in a plain function").report();
        return;
    }
    let is_seen = wrong.iter().flatten().all(|found| found.is_seen);
    let message = match first.colour {
        Colour::Async => "use `async with`",
        Colour::Sync => "use `with`",
    };
    let is_async: Vec<bool> = wrong.iter().map(|wrong| statement.is_async != wrong.is_some()).collect();
    mend(found, is_seen, message, |fix| {
        for (item, wrong) in items.iter().zip(&wrong) {
            // `with await aiofiles.open(p)`: what is awaited is entered as it is.
            if let Expr::Await(awaited) = &item.context_expr
                && wrong.as_ref().is_some_and(|wrong| wrong.name == "aiofiles.open")
            {
                let inner = cx.outer_range(&awaited.value).start();
                fix.delete(TextRange::new(awaited.start(), inner));
            }
        }
        recolour(fix, statement, &is_async);
    });
}

fn iterator<'a>(cx: &Context<'a>, node: &Node<'a>, is_async: bool, iter: &'a Expr, fixes: &mut Fixes<'_>) {
    let Some(it) = wrong(cx, iter, is_async, Protocol::Iterator) else { return };
    // `-> Iterable[…]` is often written where an asynchronous one is meant.
    if is_async && !it.is_seen {
        return;
    }
    let kind = match it.colour {
        Colour::Async => "an asynchronous iterator: `for` raises an error",
        Colour::Sync => "no asynchronous iterator: `async for` raises an error",
    };
    let found = fixes.at(iter, format!("`{}` is {kind}", it.name));
    let start = node.ast.start();
    // The first part of a comprehension counts as part of what is around it, like its iterable.
    let around = match node.ast {
        AnyNodeRef::Comprehension(_) => cx.semantic.node(node.parent),
        _ => *node,
    };
    if matches!(around.ast, AnyNodeRef::ExprGenerator(_)) {
        found.because("it would become a generator expression of the other kind").report();
    } else if is_async {
        mend(found, it.is_seen, "use `for`", |fix| drop_async(fix, start));
    } else if cx.runs_in(around.scope) != Runs::OnLoop {
        found.because("`async for` cannot stand in a plain function").report();
    } else if matches!(cx.semantic.scope(around.scope).kind, ScopeKind::Comprehension)
        && cx.settings.target < PythonVersion::py3(11)
    {
        found.because("only Python 3.11 lets it stand in a comprehension inside of another").report();
    } else {
        mend(found, it.is_seen, "use `async for`", |fix| fix.insert(start, "async "));
    }
}

fn mend<'a>(found: Found<'_, 'a>, is_seen: bool, message: &str, build: impl FnOnce(&mut FixBuilder<'a>)) {
    if is_seen {
        found.safe(message, build);
    } else {
        found.because("an annotation or another function says what it is").unsafe_fix(message, build);
    }
}

/// Takes away the `async` at a place, with the space after it.
fn drop_async(fix: &mut FixBuilder<'_>, start: TextSize) {
    let source = fix.cx.source;
    let mut tokens = source.tokens().after(start).iter();
    let next = tokens.find(|token| !matches!(token.kind(), TokenKind::Async | TokenKind::NonLogicalNewline));
    let Some(next) = next else { return };
    fix.delete(TextRange::new(start, next.start()));
}

/// Makes the items of a `with` asynchronous or plain, taking the statement apart where they differ.
fn recolour(fix: &mut FixBuilder<'_>, statement: &ast::StmtWith, is_async: &[bool]) {
    let first = is_async.first().copied().unwrap_or_default();
    if first != statement.is_async {
        if first {
            fix.insert(statement.start(), "async ");
        } else {
            drop_async(fix, statement.start());
        }
    }
    let changes: Vec<usize> = (1..is_async.len()).filter(|at| is_async[*at] != is_async[at - 1]).collect();
    let [change] = changes.as_slice() else {
        if !changes.is_empty() {
            fix.withhold("others on its line are of the other kind");
        }
        return;
    };
    let source = fix.cx.source;
    let items = &statement.items;
    let gap = TextRange::new(items[change - 1].end(), items[*change].start());
    let head = TextRange::new(statement.start(), items[items.len() - 1].end());
    let body = statement.body.first().map_or(statement.end(), Ranged::start);
    let is_plain = source.slice(gap).trim() == ","
        && source.row(head.start()) == source.row(head.end())
        && source.row(body) > source.row(head.end())
        && source.starts_line(statement.start())
        && !source.slice(TextRange::new(head.start(), items[0].start())).contains('(');
    if !is_plain {
        fix.withhold("others on its line are of the other kind");
        return;
    }
    let style = source.style();
    let keyword = if is_async[*change] { "async with" } else { "with" };
    let (newline, indent) = (style.newline, source.indentation(statement.start()));
    fix.replace(gap, format!(":{newline}{indent}{}{keyword} ", style.indent));
    fix.indent_rest(statement.range());
}
