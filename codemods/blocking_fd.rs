//! Reading and writing file descriptors on the event loop.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

use crate::engine::apis::Kind;
use crate::engine::blocked::blocked;
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context};
use crate::engine::fix::Fixes;
use crate::engine::project::summary::conduct::last_name;
use crate::engine::project::summary::quiet::is_ready_to_fail;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "blocking-fd",
    summary: "read and write file descriptors in a thread instead of on the event loop",
    rationale: "\
`os.read` and `os.write` on a pipe, a terminal or a device wait for the other side, and with them waits the event loop.
In a thread they wait alone. A descriptor that the file sets to be non-blocking is left alone, and so is the loop's own
`add_reader`, and a read of what the function waits for before.

The fix is not safe: a thread cannot be cancelled, so a read that never gets anything keeps its thread for ever.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[],
    examples: r#"
# a descriptor is read
! unsafe
 import asyncio
 import os


 async def receive(fd):
-    return os.read(fd, 4096)
+    return await asyncio.to_thread(os.read, fd, 4096)
# and written
! unsafe
 import asyncio
 from os import write


 async def send(fd, data):
-    while data:
-        data = data[write(fd, data):]
+    while data:
+        data = data[await asyncio.to_thread(write, fd, data):]
# a descriptor that does not block
 import os


 async def receive(fd):
     os.set_blocking(fd, False)
     try:
         return os.read(fd, 4096)
     except BlockingIOError:
         return b""
# or of which that is expected
 import os


 async def receive(fd: int):
     try:
         return os.read(fd, 4096)
     except BlockingIOError:
         return b""
# or that is set so by hand
 import fcntl
 import os


 async def receive(fd):
     flags = fcntl.fcntl(fd, fcntl.F_GETFL)
     fcntl.fcntl(fd, fcntl.F_SETFL, flags | os.O_NONBLOCK)
     return os.read(fd, 4096)
# another function's, whatever its name
! unsafe
+import asyncio
 import os


 async def fill():
     r, w = os.pipe()
     os.set_blocking(r, False)
     return r, w


 async def receive():
     r, w = os.pipe()
     await spawn(w)
-    return os.read(r, 4096)
+    return await asyncio.to_thread(os.read, r, 4096)
# or is opened so
 import os


 async def receive(path):
     fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
     return os.read(fd, 4096)
# the loop calls back when there is something to read
 import asyncio
 import os


 async def watch(fd, received):
     def ready():
         received.append(os.read(fd, 4096))

     asyncio.get_running_loop().add_reader(fd, ready)
# something is seen to be there to read
 import os


 async def receive(fd, loop, wait_for_read):
     has_data = await loop.run_in_executor(None, wait_for_read, fd, 1.0)
     if has_data:
         return os.read(fd, 4096)
     return b""
# where another descriptor is looked at, nothing is known of this one
! unsafe
+import asyncio
 import os


 async def receive(fd, other, wait_for_read):
     if await wait_for_read(other):
-        return os.read(fd, 4096)
+        return await asyncio.to_thread(os.read, fd, 4096)
     return b""
# a byte that wakes somebody up is taken at once
 import os


 async def quit_reading(quit_pipe):
     os.write(quit_pipe, b"\n")
# a plain function may wait
 import os


 def receive(fd):
     return os.read(fd, 4096)
"#,
    run,
};

/// How many bytes a signal has at most.
const SIGNAL_BYTES: usize = 16;

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for found in blocked(cx, Kind::Fd, fixes.is_pedantic()) {
        let call = found.call;
        let waits = !is_nonblocking(cx, &call) && !is_ready(cx, &call) && !is_signal(&call);
        if waits && !is_ready_to_fail(cx.semantic, call.expr) {
            found.into_thread(fixes);
        }
    }
}

/// Whether the file sets the descriptor of this call to be non-blocking, or opens any so.
fn is_nonblocking(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Some(descriptor) = call.expr.arguments.args.first() else { return false };
    cx.calls().any(|other| {
        let argument = |at: usize| other.expr.arguments.args.get(at).map(|value| cx.text(value));
        let is_meant = || {
            let first = other.expr.arguments.args.first();
            first.is_some_and(|first| cx.may_be_one_variable(first, descriptor))
        };
        match other.symbol().as_deref() {
            Some("os.set_blocking") => argument(1) == Some("False") && is_meant(),
            Some("fcntl.fcntl") => argument(1).is_some_and(|what| what.ends_with("F_SETFL")) && is_meant(),
            Some("os.open") => argument(1).is_some_and(|flags| flags.contains("O_NONBLOCK")),
            Some("os.pipe2") => argument(0).is_some_and(|flags| flags.contains("O_NONBLOCK")),
            _ => false,
        }
    })
}

/// Whether a call only writes a few bytes that are written down, to wake up whoever reads them: `os.write(fd, b"\n")`.
fn is_signal(call: &Call<'_, '_>) -> bool {
    let Some(Expr::BytesLiteral(bytes)) = call.expr.arguments.args.get(1) else { return false };
    call.symbol().as_deref() == Some("os.write") && bytes.value.bytes().count() <= SIGNAL_BYTES
}

/// Whether the function waits before this call until there is something to read: `await wait_for_read(fd)`,
/// `select.select([fd], [], [])`.
fn is_ready(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    const WORDS: &[&str] = &["poll", "readable", "ready", "select", "wait"];
    if call.symbol().as_deref() != Some("os.read") {
        return false;
    }
    let Some(Expr::Name(descriptor)) = call.expr.arguments.args.first() else { return false };
    let Some(function) = cx.enclosing_function(call.expr) else { return false };
    let is_it = |given: &Expr| match given {
        Expr::List(list) => list.elts.iter().any(|one| cx.text(one) == descriptor.id.as_str()),
        given => cx.text(given) == descriptor.id.as_str(),
    };
    let says_so =
        |given: &Expr| last_name(given).is_some_and(|name| WORDS.iter().any(|word| name.contains(word)));
    cx.calls().any(|other| {
        let arguments = &other.expr.arguments.args;
        function.range().contains_range(other.range())
            && other.range().end() < call.range().start()
            && arguments.iter().any(is_it)
            && (says_so(other.func()) || arguments.iter().any(says_so))
    })
}
