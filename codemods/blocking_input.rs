//! Waiting for a person on the event loop.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::Ranged;

use crate::engine::apis::Kind;
use crate::engine::blocked::{blocked, gone_over, says};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context};
use crate::engine::fix::Fixes;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "blocking-input",
    summary: "read from a person in a thread instead of on the event loop",
    rationale: "\
`input()` holds the event loop until somebody presses Enter: for seconds, or for ever. Every other task stands still
meanwhile. In a thread it waits alone.

The fix is not safe: a thread that waits for the keyboard cannot be cancelled, so a program that ends while it waits
ends only after the next Enter.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &["ASYNC250"],
    leads: &[],
    examples: r#"
# a question in a coroutine
! unsafe
+import asyncio
+
 async def chat(client):
     while True:
-        line = input("> ")
+        line = await asyncio.to_thread(input, "> ")
         await client.send(line)
# its answer is used at once
! unsafe
 import asyncio


 async def confirm():
-    return input("Sure? ").strip().lower() == "y"
+    return (await asyncio.to_thread(input, "Sure? ")).strip().lower() == "y"
# a password
! unsafe
 import asyncio
 from getpass import getpass


 async def login(client, user):
-    await client.login(user, getpass(f"Password of {user}: "))
+    await client.login(user, await asyncio.to_thread(getpass, f"Password of {user}: "))
# standard input
! unsafe
 import asyncio
 import sys


 async def read_command():
-    return sys.stdin.readline()
+    return await asyncio.to_thread(sys.stdin.readline)
# somebody is seen to have typed something
 import asyncio
 import sys


 async def prompt(loop, wait_for_input):
     while not await loop.run_in_executor(None, wait_for_input):
         print("still waiting")
     return sys.stdin.readline()
# its lines are reported: the loop over them would have to be rewritten
! reported sys.stdin
 import asyncio
 import sys


 async def pump(writer):
     for line in sys.stdin:
         writer.write(line.encode())
         await writer.drain()
# in trio code it is trio's thread
! unsafe
 import trio


 async def ask():
-    return input("> ")
+    return await trio.to_thread.run_sync(input, "> ")


 trio.run(ask)
# in anyio code it is anyio's
! unsafe
 import anyio


 async def ask():
-    return input("> ")
+    return await anyio.to_thread.run_sync(input, "> ")


 anyio.run(ask)
# before Python 3.9, with the executor
! unsafe
! python 3.8
 import asyncio


 async def ask():
-    return input("> ")
+    return await asyncio.get_running_loop().run_in_executor(None, input, "> ")
# in a thread already
 import asyncio


 async def ask():
     return await asyncio.to_thread(input, "> ")


 async def ask_too():
     return await asyncio.get_running_loop().run_in_executor(None, lambda: input("> "))
# a plain function may wait
 def ask():
     return input("> ")
# another `input`
 async def forward(input):
     return input("> ")
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let pedantic = fixes.is_pedantic();
    for found in blocked(cx, Kind::Input, pedantic) {
        if !is_ready(cx, &found.call) {
            found.into_thread(fixes);
        }
    }
    for (iter, _, verdict) in gone_over(cx, Kind::Input, pedantic) {
        let reason = "read its lines one by one with `sys.stdin.readline` in a thread";
        fixes.at(iter, says(&format!("going over `{}`", cx.text(iter)), &verdict)).because(reason).report();
    }
}

/// Whether the function waits before this call until somebody has typed something:
/// `await loop.run_in_executor(None, wait_for_input)`.
fn is_ready(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    if call.symbol().as_deref() != Some("sys.stdin.readline") {
        return false;
    }
    let Some(function) = cx.enclosing_function(call.expr) else { return false };
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    cx.inside(function).any(|node| {
        let AnyNodeRef::ExprAwait(awaited) = node.ast else { return false };
        let text = cx.text(awaited);
        awaited.end() < call.range().start()
            && has(text, &["input", "stdin"])
            && has(text, &["poll", "readable", "ready", "select", "wait_"])
    })
}
