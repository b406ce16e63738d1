# expect: untouched
"""Coroutines that are awaited later, gathered, made tasks or handed on miss nothing."""
import asyncio


async def double(n):
    await asyncio.sleep(0)
    return n * 2


def later(n):
    return double(n)


async def run(coroutine):
    return await coroutine


async def main():
    kept = double(1)
    many = [double(n) for n in range(3)]
    task = asyncio.create_task(double(4))
    by_name = {"five": double(5)}
    print(await kept, await asyncio.gather(*many), await task, await by_name["five"])
    print(await later(6), await run(double(7)))
    double(8).close()


asyncio.run(main())
