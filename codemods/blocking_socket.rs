//! Blocking sockets and name look-ups on the event loop.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

use crate::engine::apis::Kind;
use crate::engine::blocked::{Blocked, blocked};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Framework, Runs};
use crate::engine::fix::Fixes;
use crate::engine::project::summary::quiet::is_ready_to_fail;
use crate::engine::semantic::BindingKind;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "blocking-socket",
    summary: "look names up through the event loop and leave sockets to it",
    rationale: "\
A socket as `socket.socket()` makes it waits in `connect`, `accept`, `recv` and `send` until the other side does
something, and with it waits the event loop. `asyncio.open_connection` and `asyncio.start_server` are the way to talk
to a socket; `loop.sock_recv` and its like take a socket that is set to be non-blocking. Which of them fits is for a
person to say: such calls are reported.

Looking up a name can take seconds too. `socket.getaddrinfo` has its twin on the loop, `gethostbyname` moves into a
thread. The fixes are not safe: other tasks run while the answer is awaited.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[],
    examples: r#"
# an address is looked up by the loop
! unsafe
+import asyncio
 import socket


 async def resolve(host):
-    return socket.getaddrinfo(host, 443, socket.AF_INET, proto=socket.IPPROTO_TCP)[0]
+    return (await asyncio.get_running_loop().getaddrinfo(host, 443, family=socket.AF_INET, proto=socket.IPPROTO_TCP))[0]
# and so is a name
! unsafe
 import asyncio
-import socket


 async def name(peer):
-    return socket.getnameinfo(peer, 0)
+    return await asyncio.get_running_loop().getnameinfo(peer, 0)
# by anyio in its code
! unsafe
 import anyio
-import socket


 async def resolve(host):
-    return socket.getaddrinfo(host, 443)
+    return await anyio.getaddrinfo(host, 443)


 anyio.run(resolve, "localhost")
# by trio in its code
! unsafe
-import socket
 import trio


 async def resolve(host):
-    return socket.getaddrinfo(host, 443)
+    return await trio.socket.getaddrinfo(host, 443)


 trio.run(resolve, "localhost")
# the older look-ups move into a thread
! unsafe
 import asyncio
 import socket


 async def resolve(host):
-    return socket.gethostbyname(host)
+    return await asyncio.to_thread(socket.gethostbyname, host)
# a socket is reported
! reported asyncio.open_connection
 import socket


 async def fetch(address):
     sock = socket.socket()
     sock.connect(address)
     sock.sendall(b"hello")
     return sock.recv(1024)
# so is a connection made in one go
! reported asyncio.open_connection
 import socket


 async def probe(host):
     return socket.create_connection((host, 80), timeout=3)
# and a wrapped one
! reported ssl=
 import socket
 import ssl


 async def secure(sock: socket.socket, host):
     context = ssl.create_default_context()
     return context.wrap_socket(sock, server_hostname=host)
# and waiting for any of several
! reported add_reader
 import select


 async def wait(sock):
     return select.select([sock], [], [], 1.0)
# a socket that does not block
 import asyncio
 import socket


 async def serve(loop: asyncio.AbstractEventLoop):
     sock = socket.socket()
     sock.setblocking(False)
     try:
         sock.recv(10)
     except BlockingIOError:
         pass
     return await loop.sock_recv(sock, 10)
# somebody else's, of which it is known that it may have nothing
 import socket


 async def drain(sock: socket.socket):
     try:
         while True:
             sock.recv(65536)
     except (BlockingIOError, InterruptedError):
         pass
# whoever takes any error in may still have to wait
! reported asyncio.open_connection
 import socket


 async def shrug(sock: socket.socket):
     try:
         sock.recv(65536)
     except OSError:
         pass
# kept by an object, and not blocking
 import socket


 class Peer:
     def __init__(self):
         self.sock = socket.socket()
         self.sock.settimeout(0)

     async def poll(self):
         return self.sock.recv(10)
# another function's, whatever its name
! reported asyncio.open_connection
 import asyncio
 import socket


 async def receive():
     sock = socket.socket()
     sock.setblocking(False)
     return await asyncio.get_running_loop().sock_recv(sock, 10)


 async def fetch(address):
     sock = socket.socket()
     sock.connect(address)
     return sock
# a helper sets what it is given
 import socket


 def prepared(sock):
     sock.setblocking(False)


 async def receive():
     sock = socket.socket()
     prepared(sock)
     return sock.recv(10)
# one that the loop reads from, and so does not block
 import asyncio
 import socket


 class Voice:
     def __init__(self, sock: socket.socket):
         self.socket = sock

     async def hello(self, address):
         self.socket.sendto(b"hello", address)
         return await asyncio.get_running_loop().sock_recv(self.socket, 74)
# a look-up that asks nobody
 import socket


 async def is_address(host):
     try:
         return socket.getaddrinfo(host, 80, flags=socket.AI_NUMERICHOST)
     except socket.gaierror:
         return None
# datagrams do not wait to be sent
 import socket


 class Statistics:
     def __init__(self, address):
         self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
         self.address = address

     async def count(self, name):
         self.socket.connect(self.address)
         self.socket.send(name)
         with socket.socket(type=socket.SOCK_DGRAM) as other:
             other.sendto(name, self.address)
# whose socket comes from a function that says so
 import socket


 def create_udp_socket() -> socket.socket:
     return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


 async def announce(address):
     sock = create_udp_socket()
     sock.connect(address)
# code that a constant keeps from running
 import asyncio
 import socket

 IS_SYNC = False


 async def resolve(host):
     if IS_SYNC:
         return socket.gethostbyname(host)
     if not IS_SYNC:
         return await asyncio.get_running_loop().getaddrinfo(host, 80)
     else:
         return socket.getaddrinfo(host, 80)
# a look that does not wait
 import select


 async def ready(sock):
     return select.select([sock], [], [], 0)
# setting one up takes no time
 import socket


 async def listen():
     sock = socket.socket()
     sock.bind(("", 0))
     sock.listen()
     return sock
# a plain function may wait
 import socket


 def fetch(address):
     return socket.create_connection(address).recv(10)
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for found in blocked(cx, Kind::Socket, fixes.is_pedantic()) {
        let symbol = found.call.symbol().unwrap_or_default();
        match &*symbol {
            "socket.getaddrinfo" | "socket.getnameinfo" if is_numeric(cx, &found.call) => {}
            "socket.getaddrinfo" | "socket.getnameinfo" if found.runs == Runs::OnLoop => {
                through_the_loop(cx, fixes, &found, &symbol["socket.".len()..]);
            }
            "socket.gethostbyname"
            | "socket.gethostbyname_ex"
            | "socket.gethostbyaddr"
            | "socket.getfqdn"
            | "ssl.get_server_certificate" => found.into_thread(fixes),
            "socket.socket().connect" | "socket.socket().send" | "socket.socket().sendto"
                if sends_datagrams(cx, &found.call) => {}
            _ if is_set_nonblocking(cx, &found.call) => {}
            _ if is_ready_to_fail(cx.semantic, found.call.expr) => {}
            _ => found.report(fixes),
        }
    }
}

/// `loop.getaddrinfo` takes everything after the port by keyword only.
fn through_the_loop(cx: &Context<'_>, fixes: &mut Fixes<'_>, found: &Blocked<'_, '_>, name: &str) {
    let call = found.call;
    let free = if name == "getaddrinfo" { 2 } else { usize::MAX };
    let keywords = ["family", "type", "proto", "flags"];
    if call.has_unpacking() || call.expr.arguments.args.len() > 2 + keywords.len() {
        found.into_thread(fixes);
        return;
    }
    let message = match cx.framework() {
        Framework::Asyncio => format!("ask the loop's `{name}`"),
        Framework::Trio => format!("await `trio.socket.{name}`"),
        Framework::Anyio => format!("await `anyio.{name}`"),
    };
    let reason = "other tasks run while the answer is awaited";
    found.found(fixes).because(reason).unsafe_fix(message, |fix| {
        let spelled = match cx.framework() {
            Framework::Asyncio => format!("{}().{name}", fix.import("asyncio.get_running_loop")),
            Framework::Trio => format!("{}.{name}", fix.import("trio.socket")),
            Framework::Anyio => fix.import(&format!("anyio.{name}")),
        };
        fix.check_await(call.whole);
        let (before, after) = cx.await_around(call.whole);
        fix.replace(cx.outer_range(call.func()), format!("{before}{spelled}"));
        if cx.framework() != Framework::Trio {
            let by_position = call.expr.arguments.args.iter().skip(free);
            for (argument, keyword) in by_position.zip(keywords) {
                fix.insert(argument.start(), format!("{keyword}="));
            }
        }
        if !after.is_empty() {
            fix.insert(call.whole.end(), after);
        }
    });
}

/// Whether a look-up is told that it gets a number, and so asks nobody.
fn is_numeric(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let flags = call.argument("flags", if call.may_be(&["getnameinfo"]) { 1 } else { 5 });
    flags.is_some_and(|flags| cx.text(flags).contains("NUMERIC"))
}

/// Whether the socket of this call is made for datagrams: connecting it sets an address, and what it sends goes into a
/// buffer.
fn sends_datagrams(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Expr::Attribute(method) = call.func() else { return false };
    // `_create_udp_socket()` says as much.
    let is_datagram = |made: &Expr| {
        let made = cx.text(made).to_ascii_lowercase();
        ["sock_dgram", "udp", "datagram"].iter().any(|word| made.contains(word))
    };
    match &*method.value {
        Expr::Name(name) => cx.binding_read(name).is_some_and(|binding| match binding.kind {
            BindingKind::Assignment { value, unpacked: None } => is_datagram(value),
            BindingKind::With { context, plain: true, .. } => is_datagram(context),
            _ => false,
        }),
        Expr::Attribute(attribute) => {
            let name = attribute.attr.as_str();
            let mut stores = cx.semantic.attribute_stores.iter();
            stores.any(|store| store.target.attr.as_str() == name && store.value.is_some_and(is_datagram))
        }
        made => is_datagram(made),
    }
}

/// Whether the file sets the socket of this call to be non-blocking, or hands it to the loop, which asks for that.
fn is_set_nonblocking(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Expr::Attribute(method) = call.func() else { return false };
    let receiver = &*method.value;
    cx.calls().any(|other| {
        let Expr::Attribute(setter) = other.func() else { return false };
        let first = other.expr.arguments.args.first();
        // The loop takes none that blocks.
        if setter.attr.starts_with("sock_") {
            return first.is_some_and(|first| cx.may_be_one_variable(first, receiver));
        }
        let first = first.map(|value| cx.text(value));
        let is_setter = match setter.attr.as_str() {
            "setblocking" => matches!(first, Some("False" | "0")),
            "settimeout" => matches!(first, Some("0" | "0.0")),
            _ => false,
        };
        is_setter && cx.may_be_one_variable(&setter.value, receiver)
    })
}
