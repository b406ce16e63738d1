"""Checks what is entered, iterated over and closed in one way only against the packages that the tables name.

    python3 -m venv venv && venv/bin/pip install -r requirements-protocols.txt && venv/bin/python protocols.py

Every line of ../../snapshots/protocol-table.snap is looked up on the class of the object: it has the method of its own
protocol, and the other one not at all, or one that only raises an error. What closes a resource and what lends it are
methods of it, awaited as the table says, and the arguments with which it is somebody else's are the opener's own. The
exit status is 1 if a line does not hold.
"""

from __future__ import annotations

import inspect
import pathlib
import sys
import types

from named import Wrong, check_all, load

TABLE = pathlib.Path(__file__).parents[2] / "snapshots" / "protocol-table.snap"

METHODS = {
    ("manager", "async"): "__aenter__",
    ("manager", "sync"): "__enter__",
    ("iterator", "async"): "__aiter__",
    ("iterator", "sync"): "__iter__",
}
OTHER = {"async": "sync", "sync": "async"}

# The class of what a symbol stands for, where that is not the class that is called. From the sources of each package;
# what a context manager's or generator's function makes is told by looking at the function (see `class_of`).
CLASSES = {
    "aioboto3.Session().client()": "aiobotocore.session.ClientCreatorContext",
    "aioboto3.Session().resource()": "aioboto3.session.ResourceCreatorContext",
    "aiofiles.open()": "aiofiles.base.AiofilesContextManager",
    **{
        f"aiohttp.ClientSession().{method}()": "aiohttp.client._RequestContextManager"
        for method in ("delete", "get", "head", "options", "patch", "post", "put", "request")
    },
    "aiohttp.ClientSession().ws_connect()": "aiohttp.client._WSRequestContextManager",
    "aiohttp.ClientResponse().content": "aiohttp.StreamReader",
    "aiohttp.ClientResponse().content.iter_any()": "aiohttp.streams.AsyncStreamIterator",
    "aiohttp.ClientResponse().content.iter_chunked()": "aiohttp.streams.AsyncStreamIterator",
    "aiosqlite.connect()": "aiosqlite.Connection",
    "anyio.create_task_group()": "anyio.abc.TaskGroup",
    "asyncio.subprocess.Process().stderr": "asyncio.StreamReader",
    "asyncio.subprocess.Process().stdout": "asyncio.StreamReader",
    "asyncio.timeout()": "asyncio.Timeout",
    "asyncio.timeout_at()": "asyncio.Timeout",
    "asyncpg.connect()": "asyncpg.Connection",
    "asyncpg.create_pool()": "asyncpg.Pool",
    "asyncpg.create_pool().acquire()": "asyncpg.pool.PoolAcquireContext",
    "builtins.open()": "io.TextIOWrapper",
    "builtins.sorted()": "builtins.list",
    "redis.asyncio.Redis().pipeline()": "redis.asyncio.client.Pipeline",
    "redis.asyncio.Redis.from_url()": "redis.asyncio.Redis",
    "redis.asyncio.from_url()": "redis.asyncio.Redis",
    # Plain functions that give a generator.
    "requests.Response().iter_content()": "types.GeneratorType",
    "requests.Response().iter_lines()": "types.GeneratorType",
    "sqlalchemy.ext.asyncio.async_sessionmaker()()": "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.create_async_engine().begin()": "contextlib._AsyncGeneratorContextManager",
    "sqlalchemy.ext.asyncio.create_async_engine().connect()": "sqlalchemy.ext.asyncio.AsyncConnection",
    "tempfile.NamedTemporaryFile()": "tempfile._TemporaryFileWrapper",
    "tempfile.TemporaryFile()": "io.BufferedRandom",
    "threading.Lock()": "_thread.LockType",
    "threading.RLock()": "_thread.RLock",
    "trio.open_nursery()": "trio._core._run.NurseryManager",
    "websockets.connect()": "websockets.asyncio.client.connect",
    # What awaiting an opener gives, which is what is gone over and closed.
    "iterator aiofiles.open()": "aiofiles.threadpool.text.AsyncTextIOWrapper",
    "resource aiofiles.open": "aiofiles.threadpool.text.AsyncTextIOWrapper",
    "resource aiosqlite.connect": "aiosqlite.Connection",
    "resource asyncio.open_connection": "asyncio.StreamWriter",
    "resource asyncio.open_unix_connection": "asyncio.StreamWriter",
    "resource websockets.connect": "websockets.asyncio.client.ClientConnection",
}

# Methods that take what they are given by way of `**kwargs`, and where it is named.
PASSED_ON = {
    "asyncio.open_connection": "asyncio.BaseEventLoop.create_connection",
    "asyncio.open_unix_connection": "asyncio.unix_events._UnixSelectorEventLoop.create_unix_connection",
    "redis.asyncio.from_url": "redis.asyncio.Redis",
    "redis.asyncio.Redis.from_url": "redis.asyncio.Redis",
}

# Arguments of other versions of a package than the one at hand.
OF_OTHER_VERSIONS = {
    "httpx.AsyncClient app": "until 0.27",
    "httpx2.AsyncClient app": "as httpx",
}


def class_of(symbol: str) -> type:
    """The class of what a symbol stands for."""
    if symbol in CLASSES:
        return load(CLASSES[symbol])  # type: ignore[return-value]
    if not symbol.endswith("()"):
        raise Wrong("nothing says what it is")
    callee = load(symbol.removesuffix("()").replace("()", ""))
    if inspect.isclass(callee):
        return callee
    inner = inspect.unwrap(callee)  # type: ignore[arg-type]
    if inner is not callee:
        if inspect.isasyncgenfunction(inner):
            return load("contextlib._AsyncGeneratorContextManager")  # type: ignore[return-value]
        if inspect.isgeneratorfunction(inner):
            return load("contextlib._GeneratorContextManager")  # type: ignore[return-value]
    if inspect.isasyncgenfunction(callee):
        return types.AsyncGeneratorType
    if inspect.isgeneratorfunction(callee):
        return types.GeneratorType
    hint = inspect.get_annotations(callee, eval_str=True).get("return")  # type: ignore[arg-type]
    if inspect.isclass(hint):
        return hint
    raise Wrong("nothing says what it gives")


def only_raises(method: object) -> bool:
    """Whether a method is there to say that it is the wrong one."""
    try:
        source = inspect.getsource(method)  # type: ignore[arg-type]
    except (OSError, TypeError):
        return False
    return "raise TypeError" in source or "raise RuntimeError" in source


def check_protocol(kind: str, colour: str, symbol: str) -> None:
    """Raises `Wrong` unless this is the object's only protocol of the kind."""
    awaited = CLASSES.get(f"{kind} {symbol}")
    found: type = load(awaited) if awaited else class_of(symbol)  # type: ignore[assignment]
    own, other = METHODS[kind, colour], METHODS[kind, OTHER[colour]]
    if not hasattr(found, own):
        raise Wrong(f"{found.__name__} has no {own}")
    if hasattr(found, other) and not only_raises(getattr(found, other)):
        raise Wrong(f"{found.__name__} has {other} too")


def is_awaited(owner: type, name: str) -> bool:
    """Whether a method gives something to await."""
    method = getattr(owner, name)
    if inspect.iscoroutinefunction(inspect.unwrap(method)):
        return True
    hint = getattr(method, "__annotations__", {}).get("return", "")
    return any(word in str(hint) for word in ("Awaitable", "Coroutine", "Future"))


def check_resource(opener: str, how: str, entering: str, lists: dict[str, list[str]]) -> None:
    """Raises `Wrong` unless a resource is opened, entered and closed as the table says."""
    opens = load(opener)
    if inspect.isclass(opens):
        is_pending = hasattr(opens, "__await__")
        entered: type = opens
    else:
        is_pending = inspect.iscoroutinefunction(opens)
        entered = load(CLASSES[f"{opener}()"]) if f"{opener}()" in CLASSES else type(None)  # type: ignore[assignment]
        is_pending = is_pending or hasattr(entered, "__await__")
    # An object may be awaited and need not be: what that gives is the object.
    is_itself = f"resource {opener}" not in CLASSES and not inspect.iscoroutinefunction(opens)
    if is_pending != (how == "awaited") and not (how == "called" and is_itself):
        raise Wrong(f"it is {'awaited' if is_pending else 'called'}")
    ways = {"async": "__aenter__", "plain": "__enter__"}
    for way, method in ways.items():
        if entering == way and not hasattr(entered, method):
            raise Wrong(f"{entered.__name__} has no {method}")
        if entering == "never" and hasattr(entered, method):
            raise Wrong(f"{entered.__name__} has {method}")
    made = load(CLASSES.get(f"resource {opener}") or CLASSES.get(f"{opener}()") or opener)
    if not inspect.isclass(made):
        raise Wrong("nothing says what it gives")
    for name in [*lists["closes"], *lists["lends"]]:
        if not hasattr(made, name):
            raise Wrong(f"{made.__name__} has no {name}")
    for close in lists["close"]:
        name, awaited = close.split(":")
        if is_awaited(made, name) != (awaited == "awaited"):
            raise Wrong(f"{made.__name__}.{name} is not {awaited}")
    for name in lists["borrowed"]:
        if f"{opener} {name}" in OF_OTHER_VERSIONS:
            continue
        takers = [opens, load(PASSED_ON[opener])] if opener in PASSED_ON else [opens]
        if not any(name in inspect.signature(taker).parameters for taker in takers):  # type: ignore[arg-type]
            raise Wrong(f"it takes no {name}")


def check(line: str) -> None:
    """Raises `Wrong` unless the line holds."""
    kind, *words = line.split(" ")
    if kind != "resource":
        check_protocol(kind, words[0], words[1])
        return
    opener, how, entering, *named = words
    pairs = (pair.split("=") for pair in named)
    check_resource(opener, how, entering, {name: list(filter(None, value.split(","))) for name, value in pairs})


if __name__ == "__main__":
    sys.exit(check_all(TABLE, check))
