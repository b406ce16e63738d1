# expect: untouched-safe unsafe=make-async loop=freed
# config: extend-select = ["make-async"]
"""Helpers that wait become coroutine functions, and everything that calls them awaits."""
import asyncio
import time


def wait(seconds):
    time.sleep(seconds)
    return seconds


def settle(n, *, scale=1):
    for _ in range(2):
        wait(0.12)
    return n * scale


def names(count):
    return [settle(n, scale=2) for n in range(count)]


async def handler(count):
    if found := names(count):
        return found, settle(3) + settle(4)
    return None


async def main():
    print(await asyncio.gather(handler(1), handler(2)))
    print(await handler(0))


asyncio.run(main())
