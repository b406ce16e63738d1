//! `try … finally: await x.aclose()` around what is an asynchronous context manager itself.

use ruff_python_ast::{self as ast, AnyNodeRef, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::engine::apis::Entering;
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::Context;
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::resource::{Opened, Uses, opened, own_statement, position_in, stands_alone};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "manual-cleanup",
    summary: "close what is an asynchronous context manager with `async with` instead of `finally`",
    rationale: "\
A `try` whose `finally` closes a client, session or pool does what the object's own `async with` does, in four lines
more, and with a gap: what stands between the line that opens it and the `try` is not covered. `async with` also says
at the top how long the resource lives.

Where the `try` has handlers too, they stay inside of the `async with`: it closes after them, as the `finally` did.
The fix is for a person to read, since entering may do more than making the object does: a pool connects.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Pedantic,
    aliases: &[],
    leads: &[],
    examples: r#"
# a client that is closed in `finally`
! unsafe entering
 import httpx


 async def fetch(url):
-    client = httpx.AsyncClient(timeout=5)
-    try:
+    async with httpx.AsyncClient(timeout=5) as client:
         response = await client.get(url)
         return response.text
-    finally:
-        await client.aclose()
# with handlers
! unsafe
 import aiohttp


 async def fetch(url):
-    session = aiohttp.ClientSession()  # one for all
-    try:
-        # in one go
-        async with session.get(url) as response:
-            return """
-  """ + await response.text()
-    except aiohttp.ClientError as error:
-        print(error)
-        return None
-    finally:
-        await session.close()
+    async with aiohttp.ClientSession() as session:  # one for all
+        try:
+            # in one go
+            async with session.get(url) as response:
+                return """
+  """ + await response.text()
+        except aiohttp.ClientError as error:
+            print(error)
+            return None
# what is awaited to open it
! unsafe
 import aiofiles


 async def read(path):
-    file = await aiofiles.open(path)
-    try:
+    async with aiofiles.open(path) as file:
         text = await file.read()
-    finally:
-        await file.close()
     return text
# more than closing in the `finally`
! reported more than close
 import httpx


 async def fetch(url):
     client = httpx.AsyncClient()
     try:
         return await client.get(url)
     finally:
         print("done")
         await client.aclose()
# something between
! reported between
 import httpx


 async def fetch(url, prepare):
     client = httpx.AsyncClient()
     await prepare()
     try:
         return await client.get(url)
     finally:
         await client.aclose()
# used after it is closed
! unsafe
 import httpx


 async def fetch(url):
-    client = httpx.AsyncClient()
-    try:
+    async with httpx.AsyncClient() as client:
         print(await client.get(url))
-    finally:
-        await client.aclose()
     print(client.is_closed)
# a file of the system, streams, and what is closed otherwise
 import asyncio

 import httpx


 async def ask(path, host):
     file = open(path)
     try:
         print(file.read())
     finally:
         file.close()
     reader, writer = await asyncio.open_connection(host, 80)
     try:
         print(await reader.read())
     finally:
         writer.close()
     async with httpx.AsyncClient() as client:
         print(await client.get(host))
     other = httpx.AsyncClient()
     try:
         print(await other.get(host))
     except httpx.HTTPError:
         await other.aclose()
# in a plain function, of a name that is given, and under a condition
 import httpx


 async def fetch(url, client=None):
     own = httpx.AsyncClient()
     try:
         print(await own.get(url))
     finally:
         if client is None:
             await own.aclose()
     try:
         return await client.get(url)
     finally:
         await client.aclose()
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for opened in opened(cx).filter(|opened| opened.resource.entering == Entering::Async) {
        let Some(uses) = opened.uses(cx) else { continue };
        let Some((statement, close)) = closing_try(cx, &opened, &uses) else { continue };
        let name = opened.name.id.as_str();
        let found = fixes
            .at(opened.call.whole, format!("`{name}` is closed by hand in a `finally`: use `async with`"));
        let reason = "entering may do more than making the object does";
        found.because(reason).unsafe_fix("use `async with`", |fix| {
            if let Err(reason) = enclose(fix, cx, &opened, statement, close) {
                fix.withhold(reason);
            }
        });
    }
}

/// The `try` in the suite of the assignment whose `finally` closes the resource, and the statement that does.
fn closing_try<'a>(
    cx: &Context<'a>,
    opened: &Opened<'_, 'a>,
    uses: &Uses<'a>,
) -> Option<(&'a ast::StmtTry, &'a Stmt)> {
    let [close] = uses.closes.as_slice() else { return None };
    let statement = own_statement(cx, close)?;
    let suite = cx.suite(opened.name);
    let Stmt::Try(around) = &suite[position_in(suite, close.range())?] else { return None };
    let close = around.finalbody.iter().find(|each| each.range() == statement.range())?;
    Some((around, close))
}

/// Makes the assignment the head of an `async with` around the `try`, or around what is in it.
///
/// # Errors
/// Why that cannot be done.
fn enclose<'a>(
    fix: &mut FixBuilder<'_>,
    cx: &Context<'a>,
    opened: &Opened<'_, 'a>,
    around: &'a ast::StmtTry,
    close: &'a Stmt,
) -> Result<(), &'static str> {
    let source = cx.source;
    let suite = cx.suite(opened.name);
    let statement = cx.statement(opened.name).ok_or("it is no statement")?;
    let at = position_in(suite, statement.range()).ok_or("it is no statement")?;
    if around.finalbody.len() != 1 {
        return Err("the `finally` does more than close it");
    }
    if suite.get(at + 1).is_none_or(|next| next.range() != around.range()) {
        return Err("something stands between it and the `try`");
    }
    let body = around.body.first().ok_or("the `try` is empty")?;
    let keyword = finally_start(cx, around, close).ok_or("the `finally` was not found")?;
    let has_lines = |node: TextSize| source.starts_line(node);
    let is_plain = stands_alone(cx, &statement)
        && has_lines(around.start())
        && has_lines(body.start())
        && has_lines(keyword)
        && has_lines(close.start())
        && stands_alone(cx, close)
        && source.row(close.start()) > source.row(keyword);
    if !is_plain || source.row(around.start()) == source.row(statement.end()) {
        return Err("the statements share a line");
    }
    let gap = TextRange::new(source.line_end(statement.end()), around.start());
    let in_finally = TextRange::new(keyword, close.end());
    if source.has_comment(gap) || source.has_comment(in_finally) {
        return Err("a comment stands where lines go");
    }
    // The lines of the `finally`.
    let gone = TextRange::new(source.line_start(keyword), source.line_end(close.end()));
    fix.delete(gone);
    if around.handlers.is_empty() {
        let head = TextRange::new(source.line_end(statement.end()), source.line_end(around.start()));
        if source.has_comment(TextRange::new(around.start(), head.end())) {
            return Err("a comment stands where lines go");
        }
        fix.delete(head);
    } else {
        fix.indent_rest_but(TextRange::new(statement.end(), keyword), &[gone]);
    }
    let value = cx.outer_range(opened.value);
    fix.replace(TextRange::new(statement.start(), value.start()), "async with ");
    if let AnyNodeRef::ExprAwait(awaited) = AnyNodeRef::from(opened.value) {
        fix.delete(TextRange::new(awaited.start(), cx.outer_range(&awaited.value).start()));
    }
    fix.insert(value.end(), format!(" as {}:", opened.name.id.as_str()));
    Ok(())
}

/// Where the word `finally` of a `try` stands.
fn finally_start(cx: &Context<'_>, around: &ast::StmtTry, close: &Stmt) -> Option<TextSize> {
    use ruff_python_ast::token::TokenKind;
    let range = TextRange::new(around.start(), close.start());
    let tokens = cx.source.tokens().in_range(range).iter();
    tokens.rev().find(|token| token.kind() == TokenKind::Finally).map(Ranged::start)
}
