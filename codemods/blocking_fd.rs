//! Reading and writing file descriptors on the event loop.

use crate::engine::apis::Kind;
use crate::engine::blocked::blocked;
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context};
use crate::engine::fix::Fixes;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "blocking-fd",
    summary: "read and write file descriptors in a thread instead of on the event loop",
    rationale: "\
`os.read` and `os.write` on a pipe, a terminal or a device wait for the other side, and with them waits the event loop.
In a thread they wait alone. A descriptor that the file sets to be non-blocking is left alone, and so is the loop's own
`add_reader`.

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
# a plain function may wait
 import os


 def receive(fd):
     return os.read(fd, 4096)
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for found in blocked(cx, Kind::Fd, fixes.is_pedantic()) {
        if !is_nonblocking(cx, &found.call) {
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
