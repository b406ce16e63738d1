# expect: broken safe=nested-event-loop
# prints: 3 [1, 2]
"""`asyncio.run` on a running loop fails: what it was given can be awaited there."""
import asyncio


async def add(a, b):
    await asyncio.sleep(0)
    return a + b


async def all_of(*coroutines):
    return list(await asyncio.gather(*coroutines))


async def main():
    total = asyncio.run(add(1, 2))
    print(total, asyncio.run(all_of(add(0, 1), add(1, 1))))


asyncio.run(main())
