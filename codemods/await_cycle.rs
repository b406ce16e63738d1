//! Coroutines that await one another in a circle.

use rustc_hash::FxHashSet;

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Context, Runs, Use};
use crate::engine::finding::ChainStep;
use crate::engine::fix::Fixes;
use crate::engine::project::marks::Lead;
use crate::engine::project::reduce::Meaning;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "await-cycle",
    summary: "break circles of coroutines that await one another and never come to an end",
    rationale: "\
A coroutine that awaits another, which awaits the first, each of them whenever it runs, never gets further: it goes
round until Python's limit of recursion is reached. There must be a condition on the way under which one of them
returns without the next.",
    applicability: Applicability::Suggested,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[Lead::Circle],
    examples: r#"
# two that await each other
! reported awaits itself: `ping` → `pong` → `ping`
 async def ping(n):
     print(n)
     await pong(n + 1)


 async def pong(n):
     return await ping(n)
# across files
! reported `load` → `refresh` → `load`
@ app/loader.py
 from app import cache


 async def load(key):
     value = await cache.refresh(key)
     return value
@ app/__init__.py
@ app/cache.py
 from app import loader


 async def refresh(key):
     return (await loader.load(key)).strip()
# itself
! reported awaits itself: `again` → `again`
 class Client:
     async def again(self):
         await self.again()
# with a way out
 import asyncio


 async def ping(n):
     if n > 10:
         return
     await pong(n + 1)


 async def pong(n):
     await ping(n)


 async def walk(tree):
     for child in tree:
         await walk(child)


 async def retry():
     try:
         await asyncio.sleep(1)
     except OSError:
         await retry()


 async def count(n):
     return n and await count(n - 1)


 async def forward():
     asyncio.create_task(forward())


 async def reconnect():
     while True:
         await asyncio.sleep(1)
         await reconnect()
# a base class whose subclasses give one of the two
 class Base:
     async def read(self):
         return await self.read_all()

     async def read_all(self):
         return await self.read()


 class File(Base):
     async def read(self):
         return b""
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let mut seen = FxHashSet::default();
    for call in cx.calls() {
        if !matches!(call.use_of(), Use::Awaited(_)) || cx.runs(call.expr) != Runs::OnLoop {
            continue;
        }
        let scope = cx.semantic.frame(cx.semantic.scope_of(call.expr));
        let qualname = &cx.semantic.scope(scope).qualname;
        let Some((members, circle)) = cx.project.circle(cx.file, qualname) else { continue };
        let Meaning::Function(callee) = cx.meaning(call.func()) else { continue };
        // The first step is the function itself.
        let Some(next) = circle.get(1).or(circle.first()) else { continue };
        if cx.world.function_name(callee) != next.function
            || !cx.is_certainly(call.func(), callee)
            || members.iter().any(|member| cx.is_overridden(*member))
            || !seen.insert(scope)
        {
            continue;
        }
        let short = |step: &ChainStep| format!("`{}`", step.function.rsplit('.').next().unwrap_or_default());
        let names: Vec<String> = circle.iter().chain(circle.first()).map(short).collect();
        let message = format!("{} awaits itself: {}", names[0], names.join(" → "));
        let reason = "there is no condition under which one of them returns without the next";
        fixes.at(call, message).chain(circle).because(reason).report();
    }
}
