# expect: untouched
# output: closed
# output: polls after the end: False
"""A poller whose task ends with it."""
import asyncio
import contextlib


class Poller:
    def __init__(self):
        self.polls = 0
        self._task = None

    async def start(self):
        self._task = asyncio.create_task(self._poll())

    async def _poll(self):
        while True:
            await asyncio.sleep(0.01)
            self.polls += 1

    async def close(self):
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        print("closed")


async def main():
    poller = Poller()
    with contextlib.suppress(OSError):
        await poller.start()
    await asyncio.sleep(0.05)
    await poller.close()
    before = poller.polls
    await asyncio.sleep(0.1)
    print("polls after the end:", poller.polls > before)


asyncio.run(main())
