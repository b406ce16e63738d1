"""Counts words."""

import asyncio

from . import cache
from .counters import count, total


async def main():
    cache.cache.flushdb()
    print(await count("abca"))
    print(await total())
    cache.cache.close()


asyncio.run(main())
