//! A service that is asked for every item at once.

use std::cell::Cell;

use ruff_python_ast::Expr;

use crate::engine::apis;
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::Context;
use crate::engine::fix::Fixes;
use crate::engine::project::following::reaches;
use crate::engine::project::marks::Lead;
use crate::engine::project::reduce::Meaning;
use crate::unbounded_gather::runs_without_bound;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "missing-rate-limit",
    summary: "limit how many requests a service gets at a time",
    rationale: "\
Services that are asked over HTTP, those that run models above all, allow so many requests a minute and answer the rest
with 429. A `gather` over all items sends every request in the same instant: the first few are served, the others fail
and are tried again, all together. The finding names the client that is reached, through any of the project's functions.

`unbounded-gather` has the remedy: its helper runs at most `limit` at a time, and a `limit` that fits the service keeps
below what it allows. A semaphore or limiter in the coroutine does the same; where one is there, nothing is said.",
    applicability: Applicability::Suggested,
    enabled: Enabled::Pedantic,
    aliases: &[],
    leads: &[Lead::Await, Lead::Coroutine],
    examples: r#"
# a model that is asked for every item
! reported `openai.AsyncOpenAI`
 import asyncio

 import openai

 client = openai.AsyncOpenAI()


 async def summarize(text):
     return await client.chat.completions.create(model="gpt", messages=[text])


 async def summarize_all(texts):
     return await asyncio.gather(*[summarize(text) for text in texts])
# through functions of other files
! reported `httpx.AsyncClient`
@ app/http.py
 import httpx


 async def fetch(url):
     async with httpx.AsyncClient() as client:
         return await client.get(url)
@ app/pages.py
 import asyncio

 from app.http import fetch


 async def page(url):
     return (await fetch(url)).text


 async def pages(urls):
     return await asyncio.gather(*(page(url) for url in urls))
@ app/__init__.py
# asked directly
! reported `aiohttp.ClientSession`
 import asyncio

 import aiohttp


 async def fetch_all(urls, session: aiohttp.ClientSession):
     return await asyncio.gather(*[session.get(url) for url in urls])
# a task group
! reported `httpx.AsyncClient`
 import asyncio

 import httpx


 async def fetch_all(client: httpx.AsyncClient, urls):
     async with asyncio.TaskGroup() as group:
         for url in urls:
             group.create_task(client.get(url))
# a limiter, a bound, and what asks nobody
 import asyncio

 import httpx

 slots = asyncio.Semaphore(5)
 client = httpx.AsyncClient()


 async def fetch(url):
     async with slots:
         return await client.get(url)


 async def fetch_freely(url):
     return await client.get(url)


 async def rest(seconds):
     await asyncio.sleep(seconds)


 async def fetch_all(urls):
     await asyncio.gather(*[fetch(url) for url in urls])
     await asyncio.gather(*[fetch_freely(url) for url in urls[:10]])
     await asyncio.gather(*[rest(number) for number in urls])
     await asyncio.gather(fetch_freely("a"), fetch_freely("b"))
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for call in cx.calls().filter(|call| call.may_be(&["gather", "wait", "as_completed", "create_task"])) {
        let Some(callees) = runs_without_bound(cx, &call) else { continue };
        let client = callees.into_iter().find_map(|callee| client_of(cx, callee));
        // Other files may say what the callee asks.
        let Some(client) = client.or_else(|| fixes.is_probe().then_some("it")) else { continue };
        let message = format!("`{client}` is asked for every item at once, with no limiter in sight");
        let reason =
            "pass a `limit` to the helper of `unbounded-gather`, or wait for a semaphore in the coroutine";
        fixes.at(call, message).because(reason).report();
    }
}

/// The client that a coroutine asks, itself or through the project's functions.
fn client_of<'a>(cx: &Context<'a>, callee: &'a Expr) -> Option<&'static str> {
    let function = match callee {
        Expr::Call(call) => &call.func,
        callee => callee,
    };
    match cx.meaning(function) {
        Meaning::External(symbol) => apis::remote(&symbol),
        Meaning::Function(id) => {
            let found = Cell::new(None);
            reaches(&cx.world, id, |symbol| {
                found.set(apis::remote(symbol));
                found.get().is_some()
            });
            found.get()
        }
        _ => None,
    }
}
