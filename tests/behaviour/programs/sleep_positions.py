# expect: safe=time-sleep loop=freed
"""`sleep` in every place an expression can stand, in every spelling."""
import asyncio
import time
import time as t
from time import sleep
from time import sleep as nap


async def values():
    result = time.sleep(0.01)
    print(result, [time.sleep(0.01) for _ in range(2)], f"{sleep(0.01)}")
    if not nap(0.01):
        print("falsy")
    print(t.sleep(0.01) or "or", (time.sleep(0.01), 1)[1])
    return sleep(0.01)


async def keyword(seconds):
    try:
        time.sleep(seconds)
    finally:
        nap(seconds / 2)
    while sleep(0.01) is not None:
        pass
    return {"slept": time.sleep(0)}


async def with_default(pause=0.01, *, factor=2):
    pauser = lambda: time.sleep(0)  # runs only if somebody calls it
    def blocking():
        sleep(0)
        return "blocking"
    time.sleep(pause * factor if factor else 0)
    return blocking(), pauser() is None


async def generator():
    for n in range(3):
        sleep(0.005)
        yield n


class Ticker:
    interval = 0.14

    async def __aenter__(self):
        time.sleep(self.interval)
        return self

    async def __aexit__(self, *exc):
        time.sleep(0.01)

    async def tick(self):
        time.sleep(
            self.interval  # seconds
            / 10
        )
        return "tick"


async def main():
    print(await values(), await keyword(0.01), await with_default())
    print([n async for n in generator()])
    async with Ticker() as ticker:
        print(await ticker.tick())
    assert time.sleep(0) is None
    match_free = await asyncio.wait_for(keyword(0), 2)
    print(match_free)


asyncio.run(main())
