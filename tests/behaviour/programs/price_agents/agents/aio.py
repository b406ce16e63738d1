"""What every module of this project uses to run many things."""

import asyncio


async def gather_bounded(coros, *, limit=6, return_exceptions=False):
    """Like `asyncio.gather(*coros)`, with at most `limit` at a time."""
    gate = asyncio.Semaphore(limit)

    async def run(coro):
        try:
            return await coro
        finally:
            gate.release()

    tasks = []
    for coro in coros:
        await gate.acquire()
        tasks.append(asyncio.create_task(run(coro)))
    return await asyncio.gather(*tasks, return_exceptions=return_exceptions)
