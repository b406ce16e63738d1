# expect: safe=get-event-loop unsafe=get-event-loop loop=free
"""Blocking work in the default executor and in one of its own."""
import asyncio
import functools
import time
from concurrent.futures import ThreadPoolExecutor


def checksum(data, rounds=1):
    time.sleep(0.12)
    total = 0
    for _ in range(rounds):
        total = (total * 31 + sum(data)) % 65521
    return total


def boom():
    raise ValueError("from the thread")


class Hasher:
    def __init__(self):
        self.pool = ThreadPoolExecutor(max_workers=2)

    async def small(self, data):
        loop = asyncio.get_event_loop()
        return await loop.run_in_executor(None, checksum, data)

    async def big(self, data, rounds):
        return await asyncio.get_event_loop().run_in_executor(None, functools.partial(checksum, data, rounds=rounds))

    async def pooled(self, data):
        loop = asyncio.get_event_loop()
        return await loop.run_in_executor(self.pool, checksum, data, 2)

    async def both(self, data):
        loop = asyncio.get_event_loop()
        futures = [loop.run_in_executor(None, checksum, data, n) for n in (1, 2)]
        return await asyncio.gather(*futures)

    async def failing(self):
        try:
            await asyncio.get_event_loop().run_in_executor(None, boom)
        except ValueError as error:
            return str(error)


async def main():
    hasher = Hasher()
    print(await hasher.small(b"abc"), await hasher.big(b"abc", 3), await hasher.pooled(b"abc"))
    print(await hasher.both(b"xyz"), await hasher.failing())
    hasher.pool.shutdown()


asyncio.run(main())
