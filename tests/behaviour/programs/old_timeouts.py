# expect: safe=deprecated-asyncio min-python=3.11
"""The timeouts of asyncio where they are the builtin one already."""
import asyncio
import asyncio as aio
from concurrent import futures


async def slow(seconds=5):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        print("cancelled")
        raise


async def attempt(wait):
    try:
        await wait()
    except (OSError, asyncio.TimeoutError) as error:
        return type(error).__name__
    except aio.exceptions.TimeoutError:
        return "never"


async def main():
    print(await attempt(lambda: asyncio.wait_for(slow(), 0.01)))

    async def inside():
        async with asyncio.timeout(0.01):
            await slow()

    print(await attempt(inside))
    try:
        raise futures.TimeoutError("from a future")
    except (asyncio.TimeoutError, TimeoutError) as error:
        print(error, asyncio.TimeoutError is TimeoutError)
    try:
        raise asyncio.TimeoutError
    except ValueError:
        print("no")
    except asyncio.TimeoutError:
        print("yes")


asyncio.run(main())
