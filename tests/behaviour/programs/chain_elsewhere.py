# expect: untouched loop=free
"""Helpers that block where they may: in threads, executors, plain functions, and not at all."""
import asyncio
import functools
import time
from concurrent.futures import ThreadPoolExecutor


def settle(n=1):
    time.sleep(0.12)
    return n


def outer(n):
    def inner():
        return settle(n)

    return inner


async def main():
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        print(await asyncio.to_thread(settle, 2))
        print(await loop.run_in_executor(pool, lambda: settle(3)))
        print(await loop.run_in_executor(pool, functools.partial(settle, 4)))
        print(await loop.run_in_executor(pool, outer(5)))


print(settle())
asyncio.run(main())
