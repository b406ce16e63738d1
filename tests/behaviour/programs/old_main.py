# expect: safe=get-event-loop
"""The main of 2018, under a guard."""
import asyncio
import sys


async def step(n):
    loop = asyncio.get_event_loop()
    started = loop.time()
    await asyncio.sleep(0.01)
    return n, loop.time() > started


async def main(argv):
    loop = asyncio.get_event_loop()
    first = asyncio.get_event_loop().create_task(step(1))
    second = loop.create_task(step(2))
    future = loop.create_future()
    loop.call_later(0.01, future.set_result, "called")
    print(await first, await second, await future, len(argv))
    print(asyncio.get_event_loop() is loop, loop.is_running())


if __name__ == "__main__":
    asyncio.get_event_loop().run_until_complete(main(sys.argv))
