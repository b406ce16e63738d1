//! Pipes handed to the event loop that still block.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context};
use crate::engine::fix::Fixes;
use crate::engine::semantic::BindingKind;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "pipe-nonblocking",
    summary: "set a pipe to be non-blocking before the event loop gets it",
    rationale: "\
The event loop reads and writes a pipe when the system says that it is ready, and a descriptor that blocks may still
make it wait. The selector loop of CPython and uvloop set the descriptor of a pipe to be non-blocking themselves, other
loops need not. `os.set_blocking(fd, False)` before `connect_read_pipe` and `connect_write_pipe` says it for all of them.

It is not safe: whoever shares the descriptor, another process perhaps, gets it non-blocking too.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Pedantic,
    aliases: &[],
    leads: &[],
    examples: r#"
# a descriptor of `os.pipe`
! unsafe
 import asyncio
 import os


 async def listen(loop: asyncio.AbstractEventLoop, protocol):
     reader, writer = os.pipe()
+    os.set_blocking(reader, False)
     await loop.connect_read_pipe(protocol, os.fdopen(reader, "rb"))
     return writer
# a file made of a descriptor
! unsafe
 import asyncio
 import os


 async def speak(fd, protocol):
     pipe = os.fdopen(fd, "wb", buffering=0)
+    os.set_blocking(pipe.fileno(), False)
     transport, _ = await asyncio.get_running_loop().connect_write_pipe(protocol, pipe)
     return transport
# set already
 import asyncio
 import os


 async def listen(loop: asyncio.AbstractEventLoop, protocol):
     reader, writer = os.pipe()
     os.set_blocking(reader, False)
     await loop.connect_read_pipe(protocol, os.fdopen(reader, "rb"))
     return writer
# set with fcntl
 import asyncio
 import fcntl
 import os


 async def listen(loop: asyncio.AbstractEventLoop, protocol):
     reader, writer = os.pipe()
     fcntl.fcntl(reader, fcntl.F_SETFL, os.O_NONBLOCK)
     await loop.connect_read_pipe(protocol, os.fdopen(reader, "rb"))
     return writer
# what another function sets for itself says nothing
! unsafe
 import asyncio
 import os


 async def listen(loop: asyncio.AbstractEventLoop, protocol):
     reader, writer = os.pipe()
+    os.set_blocking(reader, False)
     await loop.connect_read_pipe(protocol, os.fdopen(reader, "rb"))
     return writer


 async def polled():
     reader, writer = os.pipe()
     os.set_blocking(reader, False)
     return reader, writer
# standard input is shared with others
 import asyncio
 import sys


 async def listen(protocol):
     await asyncio.get_running_loop().connect_read_pipe(protocol, sys.stdin)
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for call in cx.calls().filter(|call| call.may_be(&["connect_read_pipe", "connect_write_pipe"])) {
        let is_connection = call.symbol().is_some_and(|symbol| {
            matches!(
                &*symbol,
                "asyncio.AbstractEventLoop().connect_read_pipe"
                    | "asyncio.AbstractEventLoop().connect_write_pipe"
            )
        });
        if !is_connection || is_set(cx, &call) {
            continue;
        }
        let Some(descriptor) = call.argument("pipe", 1).and_then(|pipe| descriptor(cx, pipe)) else {
            continue;
        };
        let Some(statement) = cx.statement(call.expr) else { continue };
        let found = fixes.at(call, "this pipe may block the event loop");
        let reason = "whoever shares the descriptor gets it non-blocking too";
        found.because(reason).unsafe_fix("set it to be non-blocking", |fix| {
            let set = fix.import("os.set_blocking");
            fix.insert_lines_before(&statement, &[format!("{set}({descriptor}, False)")]);
        });
    }
}

/// How the descriptor of a pipe is written, if the pipe is made of a descriptor here.
fn descriptor(cx: &Context<'_>, pipe: &Expr) -> Option<String> {
    let opened = |call: &Call<'_, '_>| {
        let by_fdopen = call.func().as_attribute_expr().is_some_and(|f| f.attr.as_str() == "fdopen")
            || cx.text(call.func()) == "fdopen";
        (by_fdopen && call.symbol().as_deref() == Some("os.fdopen"))
            .then(|| call.expr.arguments.args.first())
            .flatten()
            .filter(|fd| fd.is_name_expr() || fd.is_attribute_expr())
            .map(|fd| cx.text(fd).to_owned())
    };
    match pipe {
        Expr::Call(call) => {
            let call = cx.calls().find(|other| std::ptr::eq(other.expr, call))?;
            opened(&call)
        }
        Expr::Name(name) => {
            let BindingKind::Assignment { value: Expr::Call(call), .. } = cx.binding_read(name)?.kind else {
                return None;
            };
            let call = cx.calls().find(|other| other.range() == call.range())?;
            opened(&call).map(|_| format!("{}.fileno()", name.id))
        }
        _ => None,
    }
}

/// Whether the file sets a descriptor to be non-blocking that this call may get: then its author knows. What another
/// function sets for itself says nothing.
fn is_set(cx: &Context<'_>, connection: &Call<'_, '_>) -> bool {
    let here = cx.enclosing_function(connection.expr);
    cx.calls().any(|call| {
        let argument = |at: usize| call.expr.arguments.args.get(at);
        let sets = match call.symbol().as_deref() {
            Some("os.set_blocking") => true,
            Some("fcntl.fcntl") => argument(1).is_some_and(|what| cx.text(what).ends_with("F_SETFL")),
            Some("os.pipe2") => argument(0).is_some_and(|flags| cx.text(flags).contains("O_NONBLOCK")),
            _ => false,
        };
        let elsewhere = || argument(0).is_some_and(|fd| cx.own_variable(fd).is_some());
        let is_here = || cx.enclosing_function(call.expr).map(Ranged::range) == here.map(Ranged::range);
        sets && (is_here() || !elsewhere())
    })
}
