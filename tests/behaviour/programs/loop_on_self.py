# expect: untouched-safe reported=get-event-loop
"""A loop kept in `__init__`: reported, because only the author knows when it is made."""
import asyncio


class Scheduler:
    def __init__(self):
        self._loop = asyncio.get_event_loop()
        self._seen = []

    def schedule(self, delay, value):
        self._loop.call_later(delay, self._seen.append, value)

    async def drain(self):
        await asyncio.sleep(0.03)
        return self._seen


async def main():
    scheduler = Scheduler()
    scheduler.schedule(0.01, "b")
    scheduler.schedule(0.001, "a")
    print(await scheduler.drain())


asyncio.run(main())
