# expect: broken untouched-safe unsafe=await-outside-async
# prints: 3
"""A plain function that awaits cannot even be compiled."""
import asyncio


def add(a, b):
    await asyncio.sleep(0)
    return a + b


async def main():
    print(add(1, 2))


asyncio.run(main())
