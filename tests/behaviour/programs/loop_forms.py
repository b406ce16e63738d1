# expect: safe=get-event-loop
"""Other spellings, helpers that are only called from the loop, callbacks."""
import asyncio
from asyncio import get_event_loop, sleep


class Debouncer:
    """Calls back once, a moment after the last poke."""

    def __init__(self, delay, callback):
        self.delay = delay
        self.callback = callback
        self.handle = None

    async def poke(self):
        if self.handle is not None:
            self.handle.cancel()
        self.handle = get_event_loop().call_later(self.delay, self.callback)


async def deadline(seconds):
    return get_event_loop().time() + seconds > asyncio.get_event_loop().time()


async def in_comprehension():
    tasks = [asyncio.get_event_loop().create_task(sleep(0.001, n)) for n in range(3)]
    return [await task for task in tasks]


async def outer():
    def callback():
        return asyncio.get_event_loop().is_running()

    async def inner():
        return asyncio.get_event_loop().get_debug()

    return callback(), await inner()


async def main():
    calls = []
    debouncer = Debouncer(0.4, lambda: calls.append("fired"))
    for _ in range(3):
        await debouncer.poke()
        await sleep(0.001)
    await sleep(0.6)
    print(calls, await deadline(5), await in_comprehension(), await outer())


asyncio.run(main())
