# expect: untouched reported=race-across-await remedied
# output: total 1
"""Ten tasks add one each to a total, and the last one wins."""
import asyncio

total = 0


async def measure():
    await asyncio.sleep(0.01)
    return 1


async def add():
    global total
    total += await measure()


async def main():
    await asyncio.gather(*(add() for _ in range(10)))
    print("total", total)


asyncio.run(main())
