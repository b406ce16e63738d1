# expect: untouched
# config: concurrency-limit = 2
"""Coroutines that never return: to run only some of them at a time would starve the rest."""
import asyncio

seen = set()


async def watch(symbol):
    while True:
        seen.add(symbol)
        await asyncio.sleep(0.002)


class Feed:
    def __init__(self, name):
        self.name = name

    async def run(self):
        n = 0
        while True:
            n += 1
            seen.add((self.name, min(n, 2)))
            await asyncio.sleep(0.001)


async def main(symbols):
    feeds = [Feed(symbol) for symbol in symbols]
    try:
        await asyncio.wait_for(asyncio.gather(*[watch(symbol) for symbol in symbols]), 0.05)
    except asyncio.TimeoutError:
        print(sorted(seen))
    seen.clear()
    try:
        await asyncio.wait_for(asyncio.gather(*(feed.run() for feed in feeds)), 0.05)
    except asyncio.TimeoutError:
        print(sorted(seen))


asyncio.run(main(["BTC", "ETH", "SOL", "ADA"]))
