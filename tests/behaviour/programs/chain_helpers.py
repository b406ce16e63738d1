# expect: untouched-safe unsafe=transitive-blocking loop=freed
"""A handler that blocks two helpers down, beside others that must be served."""
import asyncio
import time


def read(key):
    time.sleep(0.15)
    return {"a": 1, "b": 2}.get(key)


def load(key, default=0):
    value = read(key)
    return default if value is None else value


async def handle(key):
    return load(key, default=7)


async def main():
    print(await asyncio.gather(*(handle(key) for key in "abc")))


asyncio.run(main())
