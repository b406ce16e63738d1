# expect: untouched min-python=3.10
# output: refused -1
# output: [1, 2]
"""A lock that is let go of whatever happens."""
import asyncio


class Store:
    def __init__(self):
        self.data = []
        self.lock = asyncio.Lock()

    async def write(self, item):
        async with self.lock:
            await check(item)
            self.data.append(item)


async def check(item):
    await asyncio.sleep(0.01)
    if item < 0:
        raise ValueError(item)


async def main():
    store = Store()
    for item in [1, -1, 2]:
        try:
            await asyncio.wait_for(store.write(item), timeout=0.5)
        except ValueError as error:
            print("refused", error)
        except asyncio.TimeoutError:
            print("still locked")
    print(store.data)


asyncio.run(main())
