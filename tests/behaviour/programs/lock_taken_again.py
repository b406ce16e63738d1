# expect: untouched reported=lock-order remedied
# output: it waits for itself at 3
"""A method that takes a lock and calls another that takes it too."""
import asyncio


class Counter:
    def __init__(self):
        self.n = 0
        self.lock = None

    async def open(self):
        self.lock = asyncio.Lock()

    async def add(self, n):
        async with self.lock:
            self.n += n
            return await self.total()

    async def total(self):
        async with self.lock:
            return self.n


async def main():
    counter = Counter()
    await counter.open()
    try:
        print("counted", await asyncio.wait_for(counter.add(3), timeout=0.5))
    except asyncio.TimeoutError:
        print("it waits for itself at", counter.n)


asyncio.run(main())
