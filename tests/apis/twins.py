"""Checks the table of objects with an asynchronous twin against the packages it names.

    python3 -m venv venv && venv/bin/pip install -r requirements-twins.txt && venv/bin/python twins.py

Every line of ../../snapshots/twin-table.snap is looked up on the class and on its twin: both have the member; what is
said to be awaited gives something to await on the twin, and what is said to be called does not. The exit status is 1
if a line does not hold.
"""

from __future__ import annotations

import inspect
import pathlib
import sys

from named import Wrong, check_all, load

TABLE = pathlib.Path(__file__).parents[2] / "snapshots" / "twin-table.snap"

# How an object is made whose members exist only on instances. Nothing is connected to.
KEY = {"api_key": "x"}
AWS = {"aws_access_key": "x", "aws_secret_key": "x", "aws_region": "x"}
AZURE = {"api_key": "x", "api_version": "1", "azure_endpoint": "http://localhost"}
VERTEX = {"region": "x", "project_id": "x", "access_token": "x"}
ARGUMENTS: dict[str, tuple[tuple[object, ...], dict[str, object]]] = {
    **{f"openai.{name}": ((), KEY) for name in ("OpenAI", "AsyncOpenAI")},
    **{f"openai.{name}": ((), AZURE) for name in ("AzureOpenAI", "AsyncAzureOpenAI")},
    **{f"groq.{name}": ((), KEY) for name in ("Groq", "AsyncGroq")},
    **{f"anthropic.{name}": ((), KEY) for name in ("Anthropic", "AsyncAnthropic")},
    **{f"anthropic.{name}": ((), AWS) for name in ("AnthropicBedrock", "AsyncAnthropicBedrock")},
    **{f"anthropic.{name}": ((), VERTEX) for name in ("AnthropicVertex", "AsyncAnthropicVertex")},
    **{
        f"elasticsearch.{name}": (("http://localhost:1",), {})
        for name in ("Elasticsearch", "AsyncElasticsearch")
    },
    **{f"cohere.{name}": ((), KEY) for name in ("Client", "AsyncClient", "ClientV2", "AsyncClientV2")},
    **{f"tavily.{name}": ((), KEY) for name in ("TavilyClient", "AsyncTavilyClient")},
    **{f"httpx.{name}": ((), {}) for name in ("Client", "AsyncClient")},
    **{f"httpx2.{name}": ((), {}) for name in ("Client", "AsyncClient")},
    **{f"redis.{name}": ((), {}) for name in ("Redis", "asyncio.Redis")},
    **{f"threading.{name}": ((), {}) for name in ("Lock", "Semaphore", "Event", "Condition")},
    **{f"queue.{name}": ((), {}) for name in ("Queue", "LifoQueue", "PriorityQueue")},
    **{f"asyncio.{name}": ((), {}) for name in ("Lock", "Semaphore", "Event", "Condition")},
    **{f"asyncio.{name}": ((), {}) for name in ("Queue", "LifoQueue", "PriorityQueue")},
}

# Set on instances that cannot be made without a server, or by `__init__` alone.
ON_INSTANCES = {
    "redis.client.PubSub": {"channels", "patterns"},
    "redis.lock.Lock": {"name", "timeout"},
    "openai.Stream": {"response"},
    "anthropic.Stream": {"response"},
}

# Plain functions that give something to await: what says so is their source.
GIVES_AWAITABLES = {"elasticsearch", "redis"}

# From the standard library's own documentation: there from 3.13 or 3.14 on.
NEWER = {"threading.Lock locked": (3, 0), "threading.Semaphore locked": (3, 14)}


def instance(path: str) -> object:
    """An object of the class, where its members need one; else the class."""
    found = load(path)
    if path in ARGUMENTS:
        positional, named = ARGUMENTS[path]
        return found(*positional, **named)  # type: ignore[operator]
    return found


def member(owner: object, path: str, of: str) -> object:
    """A member by its dotted path."""
    found = owner
    for part in path.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise Wrong(f"{of} has no {path}") from None
    return found


def is_awaited(function: object) -> bool:
    """Whether calling it gives something to await."""
    return inspect.iscoroutinefunction(inspect.unwrap(function))  # type: ignore[arg-type]


def check(line: str) -> None:
    """Raises `Wrong` unless the line holds."""
    words = line.split()
    if words[1] == "is":
        twin = load(words[4])
        load(words[0])
        if words[-1] == "awaited" and not is_awaited(twin):
            raise Wrong(f"{words[4]} is not awaited")
        return
    name, twin_name, path, how = words[0], words[1], words[2], words[3]
    if NEWER.get(f"{name} {path}", (3, 0)) > sys.version_info:
        return
    if path in ON_INSTANCES.get(name, ()):
        return
    member(instance(name), path, name)
    if how == "set":
        if not is_awaited(member(instance(twin_name), words[5], twin_name)):
            raise Wrong(f"{words[5]} is not awaited")
        return
    other = words[5] if how in ("awaited", "called") and len(words) > 4 else path
    found = member(instance(twin_name), other, twin_name)
    plain = name.split(".")[0] in GIVES_AWAITABLES
    if how == "awaited" and not is_awaited(found) and not plain:
        raise Wrong("it is not awaited")
    if how == "called" and is_awaited(found) and not plain:
        raise Wrong("it is awaited")


if __name__ == "__main__":
    sys.exit(check_all(TABLE, check))
