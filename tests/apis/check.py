"""Checks the table of blocking calls against the packages it names.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python check.py

Every entry of ../../snapshots/blocking-table.snap that says "checked" must exist: its attribute path is followed by
introspection, from class to method, through what calls return where that is annotated or listed below. Entries of
packages that are not installed are counted and named. The exit status is 1 if an entry does not exist.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import inspect
import pathlib
import re
import sys
import typing
import warnings

warnings.simplefilter("ignore")

TABLE = pathlib.Path(__file__).parents[2] / "snapshots" / "blocking-table.snap"

# What a call gives, where neither a class nor an annotation says it.
RETURNS = {
    "builtins.open": "io.BufferedRandom",
    "boto3.client": "botocore.client.BaseClient",
    "bz2.open": "bz2.BZ2File",
    "gzip.open": "gzip.GzipFile",
    "lzma.open": "lzma.LZMAFile",
    "multiprocessing.Barrier": "multiprocessing.synchronize.Barrier",
    "multiprocessing.Event": "multiprocessing.synchronize.Event",
    "multiprocessing.JoinableQueue": "multiprocessing.queues.JoinableQueue",
    "multiprocessing.Pool": "multiprocessing.pool.Pool",
    "multiprocessing.Queue": "multiprocessing.queues.Queue",
    "multiprocessing.SimpleQueue": "multiprocessing.queues.SimpleQueue",
    "PIL.Image.open": "PIL.Image.Image",
    "shelve.open": "shelve.DbfilenameShelf",
    "tempfile.TemporaryFile": "io.BufferedRandom",
    "urllib.request.urlopen": "http.client.HTTPResponse",
    "playwright.sync_api.sync_playwright": "playwright.sync_api._context_manager.PlaywrightContextManager",
    "pymssql.connect": "pymssql.Connection",
    "pika.BlockingConnection.channel": "pika.adapters.blocking_connection.BlockingChannel",
}

# How an object is made whose attributes exist only on instances.
OBJECTS = {
    "multiprocessing.Lock": "multiprocessing.Lock()",
    "multiprocessing.RLock": "multiprocessing.RLock()",
    "multiprocessing.Semaphore": "multiprocessing.Semaphore()",
    "os.popen": "os.popen('true')",
    "tempfile.NamedTemporaryFile": "tempfile.NamedTemporaryFile()",
    "threading.Condition": "threading.Condition()",
    "threading.Lock": "threading.Lock()",
    "threading.RLock": "threading.RLock()",
    "select.poll": "select.poll()",
    "select.epoll": "select.epoll()",
    "subprocess.Popen": "subprocess.Popen(['true'], stdout=-1, stderr=-1)",
    "openai.OpenAI": "openai.OpenAI(api_key='x')",
    "openai.AzureOpenAI": "openai.AzureOpenAI(api_key='x', api_version='1', azure_endpoint='http://localhost')",
    "anthropic.Anthropic": "anthropic.Anthropic(api_key='x')",
    "anthropic.AnthropicBedrock": "anthropic.AnthropicBedrock(aws_access_key='x', aws_secret_key='x', aws_region='x')",
    "groq.Groq": "groq.Groq(api_key='x')",
    "mistralai.Mistral": "mistralai.Mistral(api_key='x')",
    "together.Together": "together.Together(api_key='x')",
    "cohere.Client": "cohere.Client(api_key='x')",
    "cohere.ClientV2": "cohere.ClientV2(api_key='x')",
    "google.genai.Client": "google.genai.Client(api_key='x')",
    "replicate.Client": "replicate.Client(api_token='x')",
    "twilio.rest.Client": "twilio.rest.Client('x', 'x')",
    "notion_client.Client": "notion_client.Client(auth='x')",
    "docker.DockerClient": "docker.DockerClient(base_url='tcp://localhost:1', version='1.40')",
    "hvac.Client": "hvac.Client(url='http://localhost:1')",
    "web3.Web3": "web3.Web3()",
    "gitlab.Gitlab": "gitlab.Gitlab('http://localhost:1')",
    "elasticsearch.Elasticsearch": "elasticsearch.Elasticsearch('http://localhost:1')",
    "opensearchpy.OpenSearch": "opensearchpy.OpenSearch(hosts=['localhost:1'])",
    "weaviate.WeaviateClient": "weaviate.WeaviateClient(weaviate.connect.ConnectionParams.from_url("
    "'http://localhost:1', 2), skip_init_checks=True)",
    "boto3.resource": "boto3.resource('dynamodb', region_name='x', aws_access_key_id='x', aws_secret_access_key='x')",
    "boto3.resource.Bucket": "boto3.resource('s3', region_name='x', aws_access_key_id='x',"
    " aws_secret_access_key='x').Bucket('x')",
    "boto3.resource.Object": "boto3.resource('s3', region_name='x', aws_access_key_id='x',"
    " aws_secret_access_key='x').Object('x', 'x')",
    "boto3.resource.Table": "boto3.resource('dynamodb', region_name='x', aws_access_key_id='x',"
    " aws_secret_access_key='x').Table('x')",
    "boto3.client.get_waiter": "boto3.client('s3', region_name='x').get_waiter('bucket_exists')",
    "boto3.client.get_paginator": "boto3.client('s3', region_name='x').get_paginator('list_objects_v2')",
    "pymongo.database.Database": "pymongo.MongoClient(connect=False).x",
    "ccxt.binance": "ccxt.binance()",
}

# Removed from the standard library: looked up in the Python that still had them, 3.12.
GONE = {"telnetlib": (3, 13), "nntplib": (3, 13), "imp": (3, 12)}
# Newer than the Python this may run on.
NEWER = {
    "pathlib.Path().copy": (3, 14),
    "pathlib.Path().copy_into": (3, 14),
    "pathlib.Path().move": (3, 14),
    "pathlib.Path().move_into": (3, 14),
}


# Packages that share a namespace with others.
PACKAGES = {"google.cloud", "google.genai", "google.generativeai", "azure.storage", "azure.identity", "azure.cosmos"}


class Missing(Exception):
    """The entry names something that is not there."""


class NotInstalled(Exception):
    """The package is not here."""


def load(name: str) -> object:
    """The object of a dotted name: attributes before modules of the same name."""
    parts = name.split(".")
    try:
        found: object = importlib.import_module(parts[0])
    except ModuleNotFoundError:
        raise NotInstalled(parts[0]) from None
    except Exception as error:
        raise NotInstalled(f"{parts[0]} ({error})"[:80]) from error
    for at, part in enumerate(parts[1:], 2):
        path = ".".join(parts[:at])
        if hasattr(found, part):
            found = getattr(found, part)
            continue
        try:
            found = importlib.import_module(path)
        except ModuleNotFoundError as error:
            if inspect.ismodule(found) and error.name and not path.startswith(error.name):
                raise NotInstalled(error.name) from None
            if inspect.ismodule(found) and path in PACKAGES:
                raise NotInstalled(path) from None
            found = attribute(found, part, name)
        except Exception as error:
            raise NotInstalled(f"{path} ({error})"[:80]) from error
    return found


def attribute(found: object, name: str, path: str) -> object:
    """An attribute of a module, a class (properties as the type they give) or an object."""
    if not inspect.isclass(found) and isinstance(getattr(type(found), name, None), property):
        # Reading it may be just what blocks.
        return result(getattr(type(found), name).fget) or getattr_quietly(found, name)
    try:
        value = inspect.getattr_static(found, name) if inspect.isclass(found) else getattr(found, name)
    except AttributeError:
        try:
            return getattr(found, name)
        except Exception:
            hints = getattr(found, "__annotations__", {})
            if name in hints:
                return object
            raise Missing(path) from None
    if isinstance(value, (property, functools.cached_property)):
        function = value.fget if isinstance(value, property) else value.func
        return result(function) or value
    if inspect.isclass(found):
        return getattr(found, name, value)
    return value


def getattr_quietly(found: object, name: str) -> object:
    try:
        return getattr(found, name)
    except Exception:
        return object


def result(function: object) -> object | None:
    """The class a function says it returns."""
    try:
        hint = typing.get_type_hints(function).get("return")
    except Exception:
        return None
    if typing.get_origin(hint) is typing.Union:
        hint = next((part for part in typing.get_args(hint) if part is not type(None)), None)
    origin = typing.get_origin(hint) or hint
    return origin if inspect.isclass(origin) else None


def follow(symbol: str) -> None:
    """Raises `Missing` unless the symbol can be followed to its end."""
    path = re.sub(r"(\(\)|\[\])\.__(iter|enter)__$" if symbol.startswith(("httpx", "anthropic")) else r"(\(\)|\[\])\.__iter__$", "", symbol)
    steps = re.findall(r"\(\)|\[\]|[^.()\[\]]+", path)
    wild = [step for step in steps if "*" in step]
    steps = [step for step in steps if "*" not in step]
    name, found, is_object = "", None, False
    for at, step in enumerate(steps):
        if step in ("()", "[]"):
            if name in OBJECTS:
                load(".".join(name.split(".")[:2]))
                head = name.split(".")[0]
                scope = {head: importlib.import_module(head)}
                try:
                    found = eval(OBJECTS[name], scope)  # noqa: S307
                except Exception as error:
                    raise Missing(f"{symbol}: cannot make {name}: {error!r}"[:200]) from error
            elif name in RETURNS:
                found = load(RETURNS[name])
            elif inspect.isclass(found):
                pass
            else:
                found = result(found)
                if found is None:
                    if at == len(steps) - 1:
                        return
                    raise Missing(f"{symbol}: nothing says what {name}() gives")
            is_object = True
            continue
        name = f"{name}.{step}" if name else step
        if is_object and name in OBJECTS:
            continue
        if is_object:
            found = attribute(found, step, symbol)
        else:
            # The longest module; `attribute` for the rest.
            found = load(name)
    if found is None and not wild:
        raise Missing(symbol)


def main() -> int:
    rows = [line.split("\t") for line in TABLE.read_text().splitlines() if "\t" in line]
    counts = {"checked": 0, "unchecked": 0, "missing": 0, "not installed": 0}
    absent: dict[str, int] = {}
    for symbol, *_, checked, _ in rows:
        if checked != "checked":
            counts["unchecked"] += 1
            continue
        gone = GONE.get(symbol.split(".")[0])
        newer = NEWER.get(symbol)
        if (gone and sys.version_info >= gone) or (newer and sys.version_info < newer):
            counts["not installed"] += 1
            continue
        try:
            follow(symbol)
            counts["checked"] += 1
        except NotInstalled as error:
            absent[str(error)] = absent.get(str(error), 0) + 1
            counts["not installed"] += 1
        except (Missing, ImportError) as error:
            counts["missing"] += 1
            print(f"missing: {symbol} ({error})")
    for name, count in sorted(absent.items()):
        print(f"not installed: {name} ({count} entries)")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["missing"] else 0


if __name__ == "__main__":
    sys.exit(main())
