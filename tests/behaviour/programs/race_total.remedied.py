# expect: untouched
# output: total 10
"""Ten tasks add one each to a total, one at a time."""
import asyncio

total = 0


async def measure():
    await asyncio.sleep(0.01)
    return 1


async def add(lock):
    global total
    async with lock:
        total += await measure()


async def main():
    lock = asyncio.Lock()
    await asyncio.gather(*(add(lock) for _ in range(10)))
    print("total", total)


asyncio.run(main())
