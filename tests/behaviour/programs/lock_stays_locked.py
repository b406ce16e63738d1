# expect: untouched-safe safe-only reported=lock-order remedied min-python=3.10
# output: refused -1
# output: still locked
# output: [1]
"""A lock that an exception leaves locked."""
import asyncio


class Store:
    def __init__(self):
        self.data = []
        self.lock = asyncio.Lock()

    async def write(self, item):
        await self.lock.acquire()
        await check(item)
        self.data.append(item)
        self.lock.release()


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
