//! Canonical spellings: aliases of names and the types that calls give.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

/// `(spelled, meant)`: applied after every step of a symbol, so `requests.session().get` and
/// `requests.sessions.Session().get` both become `requests.Session().get`. From the libraries' own sources.
const ALIASES: &[(&str, &str)] = &[
    // asyncio
    ("asyncio.events.get_event_loop", "asyncio.get_event_loop"),
    ("asyncio.events.get_running_loop", "asyncio.get_running_loop"),
    ("asyncio.events.new_event_loop", "asyncio.new_event_loop"),
    ("asyncio.events.set_event_loop", "asyncio.set_event_loop"),
    ("asyncio.events.AbstractEventLoop", "asyncio.AbstractEventLoop"),
    ("asyncio.tasks.create_task", "asyncio.create_task"),
    ("asyncio.tasks.ensure_future", "asyncio.ensure_future"),
    ("asyncio.tasks.gather", "asyncio.gather"),
    ("asyncio.tasks.sleep", "asyncio.sleep"),
    ("asyncio.tasks.Task", "asyncio.Task"),
    ("asyncio.tasks.wait", "asyncio.wait"),
    ("asyncio.tasks.wait_for", "asyncio.wait_for"),
    ("asyncio.runners.run", "asyncio.run"),
    ("asyncio.locks.Lock", "asyncio.Lock"),
    ("asyncio.locks.Semaphore", "asyncio.Semaphore"),
    ("asyncio.locks.BoundedSemaphore", "asyncio.BoundedSemaphore"),
    ("asyncio.locks.Condition", "asyncio.Condition"),
    ("asyncio.locks.Barrier", "asyncio.Barrier"),
    ("asyncio.locks.Event", "asyncio.Event"),
    ("asyncio.queues.Queue", "asyncio.Queue"),
    ("asyncio.tasks.as_completed", "asyncio.as_completed"),
    ("asyncio.tasks.shield", "asyncio.shield"),
    ("asyncio.taskgroups.TaskGroup", "asyncio.TaskGroup"),
    ("asyncio.get_event_loop()", "asyncio.AbstractEventLoop()"),
    ("asyncio.get_running_loop()", "asyncio.AbstractEventLoop()"),
    ("asyncio.new_event_loop()", "asyncio.AbstractEventLoop()"),
    ("asyncio.BaseEventLoop", "asyncio.AbstractEventLoop"),
    ("asyncio.SelectorEventLoop", "asyncio.AbstractEventLoop"),
    ("asyncio.ProactorEventLoop", "asyncio.AbstractEventLoop"),
    ("uvloop.Loop", "asyncio.AbstractEventLoop"),
    ("uvloop.new_event_loop()", "asyncio.AbstractEventLoop()"),
    ("asyncio.create_task()", "asyncio.Task()"),
    ("asyncio.ensure_future()", "asyncio.Task()"),
    ("asyncio.AbstractEventLoop().create_task()", "asyncio.Task()"),
    ("asyncio.TaskGroup().create_task()", "asyncio.Task()"),
    ("asyncio.AbstractEventLoop().create_future()", "asyncio.Future()"),
    ("asyncio.current_task()", "asyncio.Task()"),
    ("asyncio.AbstractEventLoop().run_in_executor()", "asyncio.Future()"),
    ("asyncio.create_subprocess_exec().__await__()", "asyncio.subprocess.Process()"),
    ("asyncio.create_subprocess_shell().__await__()", "asyncio.subprocess.Process()"),
    ("asyncio.LifoQueue[]", "asyncio.LifoQueue"),
    ("asyncio.PriorityQueue[]", "asyncio.PriorityQueue"),
    ("asyncio.Queue[]", "asyncio.Queue"),
    ("asyncio.queues.LifoQueue", "asyncio.LifoQueue"),
    ("asyncio.queues.PriorityQueue", "asyncio.PriorityQueue"),
    ("asyncio.streams.StreamReader", "asyncio.StreamReader"),
    ("asyncio.streams.StreamWriter", "asyncio.StreamWriter"),
    ("asyncio.streams.open_connection", "asyncio.open_connection"),
    ("asyncio.streams.start_server", "asyncio.start_server"),
    ("asyncio.threads.to_thread", "asyncio.to_thread"),
    ("asyncio.subprocess.create_subprocess_exec", "asyncio.create_subprocess_exec"),
    ("asyncio.subprocess.create_subprocess_shell", "asyncio.create_subprocess_shell"),
    ("asyncio.start_server().__await__()", "asyncio.Server()"),
    ("asyncio.start_unix_server().__await__()", "asyncio.Server()"),
    ("asyncio.AbstractEventLoop().create_server().__await__()", "asyncio.Server()"),
    ("asyncio.AbstractEventLoop().create_unix_server().__await__()", "asyncio.Server()"),
    // aiofiles, aiohttp, httpx: what awaiting a call gives
    ("aiofiles.open().__await__()", "aiofiles.open()"),
    ("keras.models.load_model()", "keras.Model()"),
    ("keras.saving.load_model()", "keras.Model()"),
    ("tensorflow.keras.models.load_model()", "tensorflow.keras.Model()"),
    ("aiohttp.client.ClientSession", "aiohttp.ClientSession"),
    ("aiohttp.client.ClientResponse", "aiohttp.ClientResponse"),
    ("aiohttp.ClientSession().delete().__aenter__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().delete().__await__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().get().__aenter__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().get().__await__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().head().__aenter__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().head().__await__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().options().__aenter__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().options().__await__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().patch().__aenter__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().patch().__await__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().post().__aenter__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().post().__await__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().put().__aenter__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().put().__await__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().request().__aenter__()", "aiohttp.ClientResponse()"),
    ("aiohttp.ClientSession().request().__await__()", "aiohttp.ClientResponse()"),
    ("httpx.AsyncClient().delete().__await__()", "httpx.Response()"),
    ("httpx.AsyncClient().get().__await__()", "httpx.Response()"),
    ("httpx.AsyncClient().head().__await__()", "httpx.Response()"),
    ("httpx.AsyncClient().options().__await__()", "httpx.Response()"),
    ("httpx.AsyncClient().patch().__await__()", "httpx.Response()"),
    ("httpx.AsyncClient().post().__await__()", "httpx.Response()"),
    ("httpx.AsyncClient().put().__await__()", "httpx.Response()"),
    ("httpx.AsyncClient().request().__await__()", "httpx.Response()"),
    ("httpx.AsyncClient().send().__await__()", "httpx.Response()"),
    ("asyncpg.create_pool().__await__()", "asyncpg.create_pool()"),
    ("asyncpg.pool.create_pool", "asyncpg.create_pool"),
    ("httpx.AsyncClient().stream().__aenter__()", "httpx.Response()"),
    ("redis.asyncio.StrictRedis", "redis.asyncio.Redis"),
    ("redis.asyncio.client.Redis", "redis.asyncio.Redis"),
    ("redis.asyncio.from_url()", "redis.asyncio.Redis()"),
    ("redis.asyncio.Redis.from_url()", "redis.asyncio.Redis()"),
    // Web frameworks and databases
    ("fastapi.Request", "starlette.requests.Request"),
    ("fastapi.requests.Request", "starlette.requests.Request"),
    ("fastapi.WebSocket", "starlette.websockets.WebSocket"),
    ("fastapi.websockets.WebSocket", "starlette.websockets.WebSocket"),
    ("sqlalchemy.ext.asyncio.session.AsyncSession", "sqlalchemy.ext.asyncio.AsyncSession"),
    ("asyncio.open_connection().__await__()[0]", "asyncio.StreamReader()"),
    ("asyncio.open_connection().__await__()[1]", "asyncio.StreamWriter()"),
    // requests
    ("requests.api.get", "requests.get"),
    ("requests.api.post", "requests.post"),
    ("requests.api.put", "requests.put"),
    ("requests.api.patch", "requests.patch"),
    ("requests.api.delete", "requests.delete"),
    ("requests.api.head", "requests.head"),
    ("requests.api.options", "requests.options"),
    ("requests.api.request", "requests.request"),
    ("requests.sessions.Session", "requests.Session"),
    ("requests.sessions.session", "requests.session"),
    ("requests.session()", "requests.Session()"),
    ("requests.models.Response", "requests.Response"),
    ("requests.adapters.Response", "requests.Response"),
    ("requests.get()", "requests.Response()"),
    ("requests.post()", "requests.Response()"),
    ("requests.put()", "requests.Response()"),
    ("requests.patch()", "requests.Response()"),
    ("requests.delete()", "requests.Response()"),
    ("requests.head()", "requests.Response()"),
    ("requests.options()", "requests.Response()"),
    ("requests.request()", "requests.Response()"),
    ("requests.Session().get()", "requests.Response()"),
    ("requests.Session().post()", "requests.Response()"),
    ("requests.Session().put()", "requests.Response()"),
    ("requests.Session().patch()", "requests.Response()"),
    ("requests.Session().delete()", "requests.Response()"),
    ("requests.Session().head()", "requests.Response()"),
    ("requests.Session().options()", "requests.Response()"),
    ("requests.Session().request()", "requests.Response()"),
    ("requests.Session().send()", "requests.Response()"),
    ("requests.exceptions.RequestException", "requests.RequestException"),
    ("requests.exceptions.HTTPError", "requests.HTTPError"),
    ("requests.exceptions.ConnectionError", "requests.ConnectionError"),
    ("requests.exceptions.Timeout", "requests.Timeout"),
    ("requests.exceptions.ConnectTimeout", "requests.ConnectTimeout"),
    ("requests.exceptions.ReadTimeout", "requests.ReadTimeout"),
    ("requests.exceptions.TooManyRedirects", "requests.TooManyRedirects"),
    ("requests.exceptions.URLRequired", "requests.URLRequired"),
    ("requests.exceptions.JSONDecodeError", "requests.JSONDecodeError"),
    // httpx
    ("httpx.get()", "httpx.Response()"),
    ("httpx.post()", "httpx.Response()"),
    ("httpx.put()", "httpx.Response()"),
    ("httpx.patch()", "httpx.Response()"),
    ("httpx.delete()", "httpx.Response()"),
    ("httpx.head()", "httpx.Response()"),
    ("httpx.options()", "httpx.Response()"),
    ("httpx.request()", "httpx.Response()"),
    ("httpx.Client().get()", "httpx.Response()"),
    ("httpx.Client().post()", "httpx.Response()"),
    ("httpx.Client().put()", "httpx.Response()"),
    ("httpx.Client().patch()", "httpx.Response()"),
    ("httpx.Client().delete()", "httpx.Response()"),
    ("httpx.Client().request()", "httpx.Response()"),
    // pathlib
    ("pathlib.PosixPath", "pathlib.Path"),
    ("pathlib.WindowsPath", "pathlib.Path"),
    ("pathlib.Path().__truediv__()", "pathlib.Path()"),
    ("pathlib.Path().parent", "pathlib.Path()"),
    ("pathlib.Path().absolute()", "pathlib.Path()"),
    ("pathlib.Path().resolve()", "pathlib.Path()"),
    ("pathlib.Path().expanduser()", "pathlib.Path()"),
    ("pathlib.Path().joinpath()", "pathlib.Path()"),
    ("pathlib.Path().with_suffix()", "pathlib.Path()"),
    ("pathlib.Path().with_name()", "pathlib.Path()"),
    ("pathlib.Path().with_stem()", "pathlib.Path()"),
    ("pathlib.Path().relative_to()", "pathlib.Path()"),
    ("pathlib.Path.cwd()", "pathlib.Path()"),
    ("pathlib.Path.home()", "pathlib.Path()"),
    ("pathlib.Path().open()", "builtins.open()"),
    ("pathlib.Path().iterdir().__iter__()", "pathlib.Path()"),
    ("pathlib.Path().glob().__iter__()", "pathlib.Path()"),
    ("pathlib.Path().rglob().__iter__()", "pathlib.Path()"),
    // builtins and others
    ("io.open", "builtins.open"),
    ("builtins.EnvironmentError", "builtins.OSError"),
    ("builtins.IOError", "builtins.OSError"),
    ("asyncio.exceptions.CancelledError", "asyncio.CancelledError"),
    ("asyncio.exceptions.TimeoutError", "asyncio.TimeoutError"),
    ("concurrent.futures.CancelledError", "asyncio.CancelledError"),
    ("concurrent.futures.thread.ThreadPoolExecutor", "concurrent.futures.ThreadPoolExecutor"),
    ("concurrent.futures.process.ProcessPoolExecutor", "concurrent.futures.ProcessPoolExecutor"),
    ("concurrent.futures.ThreadPoolExecutor().submit()", "concurrent.futures.Future()"),
    ("concurrent.futures.ProcessPoolExecutor().submit()", "concurrent.futures.Future()"),
    ("asyncio.run_coroutine_threadsafe()", "concurrent.futures.Future()"),
];

static CANONICAL: LazyLock<FxHashMap<&'static str, &'static str>> =
    LazyLock::new(|| ALIASES.iter().chain(super::returns::RETURNS).copied().collect());

/// The first two names of the symbols that have another spelling: most have none.
static STEMS: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| CANONICAL.keys().map(|key| stem(key)).collect());

fn stem(symbol: &str) -> &str {
    let end = |from: usize| symbol[from..].find(['.', '(', '[']).map(|at| from + at);
    match end(0) {
        Some(dot) if symbol[dot..].starts_with('.') => &symbol[..end(dot + 1).unwrap_or(symbol.len())],
        Some(end) => &symbol[..end],
        None => symbol,
    }
}

/// Whether an external symbol is its own canonical spelling, as is every beginning of it. May say no where it is.
pub(crate) fn is_canonical(symbol: &str) -> bool {
    !STEMS.contains(stem(symbol)) && !symbol.contains("enter__()")
}

/// Context managers that enter to something else than themselves.
const ENTERS_OTHERWISE: &[&str] =
    &["tempfile.TemporaryDirectory()", "pytest.raises()", "contextlib.suppress()"];

/// The canonical spelling of an external symbol whose last step was just added.
pub(crate) fn canonical(symbol: String) -> String {
    if let Some(meant) = CANONICAL.get(symbol.as_str()) {
        return (*meant).to_owned();
    }
    if let Some(part) = super::parts::part(&symbol) {
        return part.to_owned();
    }
    for enter in [".__enter__()", ".__aenter__()"] {
        if let Some(context) = symbol.strip_suffix(enter) {
            if ENTERS_OTHERWISE.contains(&context) {
                return symbol;
            }
            let inner = context.strip_prefix("contextlib.closing(").and_then(|inner| inner.strip_suffix(')'));
            return inner.unwrap_or(context).to_owned();
        }
    }
    symbol
}
