# expect: untouched loop=free
"""Tasks somebody keeps: returned, stored, awaited, gathered, passed on, cancelled."""
import asyncio
import contextlib


async def work(n):
    await asyncio.sleep(0.001)
    return n


class Worker:
    def __init__(self):
        self.task = None
        self.tasks = {}

    def start(self):
        self.task = asyncio.create_task(self._run())
        self.tasks["extra"] = asyncio.create_task(work(7))

    async def _run(self):
        while True:
            await asyncio.sleep(0.001)

    async def stop(self):
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task
        return await self.tasks["extra"]


def spawn(n):
    return asyncio.create_task(work(n))


async def stream(count):
    for n in range(count):
        yield asyncio.create_task(work(n))


def keep(registry, task):
    registry.append(task)


async def main():
    worker = Worker()
    worker.start()
    registry = []
    keep(registry, asyncio.create_task(work(1)))
    registry.append(asyncio.create_task(work(2)))
    later = asyncio.create_task(work(3))
    endless = asyncio.create_task(worker._run())
    print(await spawn(4), await later, [await task for task in registry])
    print([await task async for task in stream(3)])
    print(await asyncio.gather(asyncio.create_task(work(5)), spawn(6)))
    endless.cancel()
    held = asyncio.create_task(work(8))

    async def closure():
        return await held

    print(await closure(), await worker.stop())


asyncio.run(main())
