//! Context managers and iterators of the standard library and of packages that know one protocol only.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// Which of the two protocols an object has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    /// `with`, `for`.
    Sync,
    /// `async with`, `async for`.
    Async,
}

/// What `with` and `for` ask of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// `__enter__` or `__aenter__`.
    Manager,
    /// `__iter__` or `__aiter__`.
    Iterator,
}

impl Protocol {
    /// The method without which an object cannot be used in the way of this colour.
    pub(crate) fn method(self, colour: Colour) -> &'static str {
        match (self, colour) {
            (Self::Manager, Colour::Sync) => "__enter__",
            (Self::Manager, Colour::Async) => "__aenter__",
            (Self::Iterator, Colour::Sync) => "__iter__",
            (Self::Iterator, Colour::Async) => "__aiter__",
        }
    }
}

/// Asynchronous context managers that are no plain ones, by their canonical symbols. `aiohttp.ClientSession` and the
/// locks of asyncio once had an `__enter__`, which only said so.
const ASYNC_MANAGERS: &[&str] = &[
    "aioboto3.Session().client()",
    "aioboto3.Session().resource()",
    "aiofiles.open()",
    "aiohttp.ClientSession()",
    "aiohttp.ClientSession().delete()",
    "aiohttp.ClientSession().get()",
    "aiohttp.ClientSession().head()",
    "aiohttp.ClientSession().options()",
    "aiohttp.ClientSession().patch()",
    "aiohttp.ClientSession().post()",
    "aiohttp.ClientSession().put()",
    "aiohttp.ClientSession().request()",
    "aiohttp.ClientSession().ws_connect()",
    "aiolimiter.AsyncLimiter()",
    "aiosqlite.connect()",
    "anthropic.AsyncAnthropic()",
    "anyio.CapacityLimiter()",
    "anyio.Condition()",
    "anyio.Lock()",
    "anyio.Semaphore()",
    "anyio.create_task_group()",
    "asyncio.BoundedSemaphore()",
    "asyncio.Condition()",
    "asyncio.Lock()",
    "asyncio.Semaphore()",
    "asyncio.TaskGroup()",
    "asyncio.timeout()",
    "asyncio.timeout_at()",
    "asyncpg.create_pool()",
    "asyncpg.create_pool().acquire()",
    "contextlib.AsyncExitStack()",
    "httpx.AsyncClient()",
    "httpx.AsyncClient().stream()",
    "httpx2.AsyncClient()",
    "httpx2.AsyncClient().stream()",
    "openai.AsyncOpenAI()",
    "redis.asyncio.Redis()",
    "redis.asyncio.Redis().pipeline()",
    "sqlalchemy.ext.asyncio.AsyncSession()",
    "sqlalchemy.ext.asyncio.async_sessionmaker()()",
    "sqlalchemy.ext.asyncio.create_async_engine().begin()",
    "sqlalchemy.ext.asyncio.create_async_engine().connect()",
    "trio.CapacityLimiter()",
    "trio.Condition()",
    "trio.Lock()",
    "trio.Semaphore()",
    "trio.open_nursery()",
];

/// Context managers that are no asynchronous ones.
const SYNC_MANAGERS: &[&str] = &[
    "asyncio.Runner()",
    "builtins.open()",
    "concurrent.futures.ProcessPoolExecutor()",
    "concurrent.futures.ThreadPoolExecutor()",
    "contextlib.ExitStack()",
    "contextlib.chdir()",
    "contextlib.redirect_stderr()",
    "contextlib.redirect_stdout()",
    "contextlib.suppress()",
    "httpx.Client()",
    "httpx.Client().stream()",
    "requests.Response()",
    "requests.Session()",
    "socket.socket()",
    "sqlite3.Connection()",
    "subprocess.Popen()",
    "tarfile.TarFile()",
    "tempfile.NamedTemporaryFile()",
    "tempfile.TemporaryDirectory()",
    "tempfile.TemporaryFile()",
    "threading.Condition()",
    "threading.Lock()",
    "threading.RLock()",
    "threading.Semaphore()",
    "trio.CancelScope()",
    "trio.fail_after()",
    "trio.move_on_after()",
    "warnings.catch_warnings()",
    "zipfile.ZipFile()",
];

/// What is iterated over with `async for` only.
const ASYNC_ITERATORS: &[&str] = &[
    "aiofiles.open()",
    "aiohttp.ClientResponse().content",
    "aiohttp.ClientResponse().content.iter_any()",
    "aiohttp.ClientResponse().content.iter_chunked()",
    "asyncio.StreamReader()",
    "asyncio.subprocess.Process().stderr",
    "asyncio.subprocess.Process().stdout",
    "httpx.Response().aiter_bytes()",
    "httpx.Response().aiter_lines()",
    "httpx.Response().aiter_raw()",
    "httpx.Response().aiter_text()",
    "redis.asyncio.Redis().scan_iter()",
    "types.AsyncGeneratorType()",
];

/// What is iterated over with `for` only.
const SYNC_ITERATORS: &[&str] = &[
    "builtins.bytes()",
    "builtins.dict()",
    "builtins.enumerate()",
    "builtins.filter()",
    "builtins.frozenset()",
    "builtins.list()",
    "builtins.map()",
    "builtins.open()",
    "builtins.range()",
    "builtins.reversed()",
    "builtins.set()",
    "builtins.sorted()",
    "builtins.str()",
    "builtins.tuple()",
    "builtins.zip()",
    "httpx.Response().iter_bytes()",
    "httpx.Response().iter_lines()",
    "httpx.Response().iter_raw()",
    "httpx.Response().iter_text()",
    "requests.Response().iter_content()",
    "requests.Response().iter_lines()",
    "types.GeneratorType()",
];

static TABLE: LazyLock<FxHashMap<(&str, bool), Colour>> = LazyLock::new(|| {
    let lists = [
        (ASYNC_MANAGERS, true, Colour::Async),
        (SYNC_MANAGERS, true, Colour::Sync),
        (ASYNC_ITERATORS, false, Colour::Async),
        (SYNC_ITERATORS, false, Colour::Sync),
    ];
    let entries = lists.into_iter().flat_map(|(symbols, is_manager, colour)| {
        symbols.iter().map(move |symbol| ((*symbol, is_manager), colour))
    });
    entries.collect()
});

/// The only protocol that something outside of the project has, by its canonical symbol; `None` when it has both,
/// neither, or is not known. A collection in braces (see `semantic::symbols`) is a plain one.
pub(crate) fn only_protocol(symbol: &str, protocol: Protocol) -> Option<Colour> {
    if let Some(rest) = symbol.strip_prefix('{') {
        let is_whole = rest.ends_with('}') && !rest.contains("}.") && !rest.contains("}[");
        return (is_whole && protocol == Protocol::Iterator).then_some(Colour::Sync);
    }
    TABLE.get(&(symbol, protocol == Protocol::Manager)).copied()
}

/// The lists as text: `manager` or `iterator`, `async` or `sync`, the symbol; one a line.
pub(super) fn protocols() -> Vec<String> {
    let lines = TABLE.iter().map(|((symbol, is_manager), colour)| {
        let kind = if *is_manager { "manager" } else { "iterator" };
        let colour = match colour {
            Colour::Async => "async",
            Colour::Sync => "sync",
        };
        format!("{kind} {colour} {symbol}")
    });
    lines.collect()
}
