"""Runs a program as `python program.py` would: `launch.py FOLDER PROGRAM.py|MODULE [ARGUMENT]...`.

What the HTTP libraries import at their first request is imported here, before any loop runs: a cold import takes
longer than the tenth of a second a callback may hold the loop, and is no business of the program. A program that
names no HTTP library is spared them.
"""

import importlib
import os
import runpy
import sys

folder, program = sys.argv[1:3]
words = ""
if program.endswith(".py"):
    with open(os.path.join(folder, program), encoding="utf-8") as source:
        words = source.read()
names = ["concurrent.futures.thread"]
if "requests" in words or "httpx" in words or not program.endswith(".py"):
    names += ["requests", "httpx", "httpcore", "httpcore._async.http11", "httpcore._async.http_proxy",
              "httpcore._async.socks_proxy", "anyio", "anyio._backends._asyncio", "encodings.idna"]
if "httpx2" in words:
    names += ["httpx2", "httpcore2", "httpcore2._async.http11"]
# Their clients import the parts they are asked for when they are asked for them.
if "openai" in words:
    names += ["openai", "openai.resources", "openai.resources.chat", "openai.resources.chat.completions",
              "openai.resources.embeddings", "openai.resources.models", "openai.types.chat", "openai.pagination"]
if "anthropic" in words:
    names += ["anthropic", "anthropic.resources", "anthropic.resources.messages", "anthropic.resources.models",
              "anthropic.types", "anthropic.pagination", "anthropic.lib.streaming"]
if "import redis" in words:
    names += ["redis", "redis.asyncio"]
if "psycopg" in words:
    names += ["psycopg", "psycopg_binary"]
for name in names:
    try:
        importlib.import_module(name)
    except ImportError:
        pass

sys.argv = sys.argv[2:]
sys.path[0] = folder
if program.endswith(".py"):
    runpy.run_path(os.path.join(folder, program), run_name="__main__")
else:
    runpy.run_module(program, run_name="__main__", alter_sys=True)
