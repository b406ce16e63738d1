//! Functions of the standard library and of packages whose result does nothing until it is awaited.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

/// What calling such a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pending {
    /// A coroutine: nothing has run yet.
    Coroutine,
    /// Something to await or to enter with `async with`, but not a coroutine; nothing has run yet.
    Awaitable,
    /// A future: what it stands for runs already, but nobody waits for it.
    Future,
}

/// Modules and their coroutine functions, from the libraries' own sources and documentation.
const FUNCTIONS: &[(&str, &[&str])] = &[
    (
        "asyncio",
        &[
            "create_subprocess_exec",
            "create_subprocess_shell",
            "open_connection",
            "open_unix_connection",
            "sleep",
            "start_server",
            "start_unix_server",
            "to_thread",
            "wait",
            "wait_for",
        ],
    ),
    ("anyio", &["connect_tcp", "create_tcp_listener", "open_file", "open_process", "run_process", "sleep"]),
    ("anyio.to_thread", &["run_sync"]),
    ("asyncpg", &["connect"]),
    ("starlette.concurrency", &["run_in_threadpool"]),
    ("fastapi.concurrency", &["run_in_threadpool"]),
    ("trio", &["open_file", "open_tcp_stream", "run_process", "sleep", "sleep_forever", "sleep_until"]),
    ("trio.to_thread", &["run_sync"]),
];

const HTTPX: &[&str] =
    &["aclose", "delete", "get", "head", "options", "patch", "post", "put", "request", "send"];
const QUEUE: &[&str] = &["get", "join", "put"];
const LOCK: &[&str] = &["acquire"];

/// Classes and their coroutine methods.
const METHODS: &[(&str, &[&str])] = &[
    (
        "asyncio.AbstractEventLoop",
        &[
            "connect_accepted_socket",
            "connect_read_pipe",
            "connect_write_pipe",
            "create_connection",
            "create_datagram_endpoint",
            "create_server",
            "create_unix_connection",
            "create_unix_server",
            "getaddrinfo",
            "getnameinfo",
            "sendfile",
            "shutdown_asyncgens",
            "shutdown_default_executor",
            "sock_accept",
            "sock_connect",
            "sock_recv",
            "sock_recv_into",
            "sock_sendall",
            "start_tls",
            "subprocess_exec",
            "subprocess_shell",
        ],
    ),
    ("asyncio.Barrier", &["abort", "reset", "wait"]),
    ("asyncio.BoundedSemaphore", LOCK),
    ("asyncio.Condition", &["acquire", "wait", "wait_for"]),
    ("asyncio.Event", &["wait"]),
    ("asyncio.LifoQueue", QUEUE),
    ("asyncio.Lock", LOCK),
    ("asyncio.PriorityQueue", QUEUE),
    ("asyncio.Queue", QUEUE),
    ("asyncio.Semaphore", LOCK),
    ("asyncio.Server", &["serve_forever", "start_serving", "wait_closed"]),
    ("asyncio.StreamReader", &["read", "readexactly", "readline", "readuntil"]),
    ("asyncio.StreamWriter", &["drain", "start_tls", "wait_closed"]),
    ("asyncio.subprocess.Process", &["communicate", "wait"]),
    ("aiohttp.ClientResponse", &["json", "read", "text"]),
    ("aiohttp.ClientSession", &["close"]),
    ("anyio.Event", &["wait"]),
    ("anyio.Lock", LOCK),
    ("anyio.Semaphore", LOCK),
    ("httpx.AsyncClient", HTTPX),
    ("httpx2.AsyncClient", HTTPX),
    ("httpx.Response", &["aclose", "aread"]),
    (
        "sqlalchemy.ext.asyncio.AsyncSession",
        &[
            "close", "commit", "delete", "execute", "flush", "get", "merge", "refresh", "rollback", "scalar",
            "scalars",
        ],
    ),
    ("starlette.requests.Request", &["body", "form", "json"]),
    (
        "starlette.websockets.WebSocket",
        &[
            "accept",
            "close",
            "receive",
            "receive_bytes",
            "receive_json",
            "receive_text",
            "send",
            "send_bytes",
            "send_json",
            "send_text",
        ],
    ),
    ("trio.Event", &["wait"]),
    ("trio.Lock", LOCK),
    ("trio.Semaphore", LOCK),
];

/// What may be awaited and may also be entered with `async with`.
const AWAITABLES: &[(&str, &[&str])] = &[
    ("aiofiles", &["open"]),
    (
        "aiohttp.ClientSession()",
        &["delete", "get", "head", "options", "patch", "post", "put", "request", "ws_connect"],
    ),
    ("asyncpg", &["create_pool"]),
];

/// Names, and what calling them gives.
type Names = (&'static [&'static str], Pending);

/// The names that each owner has.
static TABLE: LazyLock<FxHashMap<String, Vec<Names>>> = LazyLock::new(|| {
    let mut table: FxHashMap<String, Vec<_>> = FxHashMap::default();
    for (module, names) in FUNCTIONS {
        table.entry((*module).to_owned()).or_default().push((*names, Pending::Coroutine));
    }
    for (class, names) in METHODS {
        table.entry(format!("{class}()")).or_default().push((*names, Pending::Coroutine));
    }
    for (owner, names) in AWAITABLES {
        table.entry((*owner).to_owned()).or_default().push((*names, Pending::Awaitable));
    }
    table.entry("asyncio".to_owned()).or_default().push((&["gather"], Pending::Future));
    table
});

/// The last names of all of them.
static NAMES: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| TABLE.values().flatten().flat_map(|(names, _)| names.iter().copied()).collect());

/// Whether a symbol that ends in this name may be one that [`pending`] knows.
pub(crate) fn may_be_pending(name: &str) -> bool {
    NAMES.contains(name)
}

/// What a call of this canonical symbol gives, if that is to be awaited.
pub(crate) fn pending(symbol: &str) -> Option<Pending> {
    let (owner, name) = symbol.rsplit_once('.')?;
    let listed = TABLE.get(owner)?.iter().find(|(names, _)| names.contains(&name));
    listed.map(|(_, pending)| *pending)
}

/// Attributes that a coroutine has (`types.CoroutineType`, and those of every object).
const COROUTINE_ATTRIBUTES: &[&str] = &["close", "send", "throw"];
/// Attributes that a future has besides (`asyncio.Future`, and those of a task).
const FUTURE_ATTRIBUTES: &[&str] = &[
    "add_done_callback",
    "cancel",
    "cancelled",
    "done",
    "exception",
    "get_loop",
    "remove_done_callback",
    "result",
    "set_exception",
    "set_result",
];

impl Pending {
    /// Whether what is not awaited yet may well have this attribute.
    pub(crate) fn may_have_attribute(self, name: &str) -> bool {
        let is_special = ["_", "cr_", "gi_"].iter().any(|prefix| name.starts_with(prefix));
        is_special
            || COROUTINE_ATTRIBUTES.contains(&name)
            || self == Self::Future && FUTURE_ATTRIBUTES.contains(&name)
    }
}
