# expect: unsafe=lock-order min-python=3.10
"""Locks taken by hand, where nothing raises."""
import asyncio


class Store:
    def __init__(self):
        self.data = []
        self.busy = 0
        self.lock = asyncio.Lock()

    async def write(self, item):
        await self.lock.acquire()
        # One at a time from here on.
        self.busy += 1
        await asyncio.sleep(0.001)
        self.data.append((item, self.busy))
        self.busy -= 1
        self.lock.release()
        return len(self.data)

    async def read(self, slots):
        text = """
not indented
"""
        await slots.acquire()
        await asyncio.sleep(0.001)
        text += """
nor this
"""
        slots.release()
        return text


async def main():
    store = Store()
    slots = asyncio.Semaphore(2)
    lengths = await asyncio.gather(*(store.write(item) for item in range(5)))
    print(lengths, store.data, store.lock.locked())
    print(await asyncio.gather(*(store.read(slots) for _ in range(3))))


asyncio.run(main())
