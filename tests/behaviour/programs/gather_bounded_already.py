# expect: untouched loop=free min-python=3.10
"""Gathers that are bounded by what is there to see."""
import asyncio
from itertools import islice

limit = asyncio.Semaphore(3)
URLS = ["a", "b", "c"]


class Limiter:
    def __init__(self, rate):
        self.semaphore = asyncio.Semaphore(rate)

    async def __aenter__(self):
        await self.semaphore.acquire()

    async def __aexit__(self, *exc_info):
        self.semaphore.release()


async def plain(n):
    await asyncio.sleep(0.001)
    return n


async def limited(n):
    async with limit:
        return await plain(n)


async def acquired(n, gate):
    await gate.acquire()
    try:
        return await plain(n)
    finally:
        gate.release()


async def indirect(n):
    return await limited(n) + 100


class Client:
    def __init__(self):
        self.limiter = Limiter(2)

    async def get(self, n):
        async with self.limiter:
            return await plain(n)

    async def get_all(self, ns):
        return await asyncio.gather(*[self.get(n) for n in ns])


async def main(ns):
    print(await asyncio.gather(plain(1), plain(2)))
    print(await asyncio.gather(*[limited(n) for n in ns]))
    gate = asyncio.Semaphore(2)
    print(await asyncio.gather(*[acquired(n, gate) for n in ns]))
    print(await asyncio.gather(*[indirect(n) for n in ns]))
    print(await Client().get_all(ns))
    print(await asyncio.gather(*[plain(n) for n in range(10)]))
    print(await asyncio.gather(*[plain(n) for n in (1, 2, 3)]))
    print(await asyncio.gather(*[plain(n) for n in islice(ns, 4)]))
    print(await asyncio.gather(*[plain(n) for n in ns[:5]]))
    print(await asyncio.gather(*[plain(url) for url in URLS]))
    for start in range(0, len(ns), 4):
        batch = ns[start:start + 4]
        print(await asyncio.gather(*[plain(n) for n in batch]))


asyncio.run(main(list(range(9))))
