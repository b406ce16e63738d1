# expect: unsafe=unbounded-gather peak=3
# config: concurrency-limit = 3
"""A big gather that is given up: by a timeout, and by the one who started it."""
import asyncio
import sys

active = 0
peak = 0
cleaned = set()


async def slow(n):
    global active, peak
    active += 1
    peak = max(peak, active)
    try:
        await asyncio.sleep(30)
    except asyncio.CancelledError:
        cleaned.add("cancelled")
        raise
    finally:
        active -= 1


async def with_timeout(items):
    try:
        await asyncio.wait_for(asyncio.gather(*[slow(item) for item in items]), 0.05)
    except asyncio.TimeoutError:
        return "timed out"


async def job(items):
    return await asyncio.gather(*(slow(item) for item in items), return_exceptions=True)


async def cancelled_from_outside(items):
    task = asyncio.create_task(job(items))
    await asyncio.sleep(0.02)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return "cancelled"


async def main(items):
    print(await with_timeout(items), sorted(cleaned), active)
    cleaned.clear()
    print(await cancelled_from_outside(items), sorted(cleaned), active)
    await asyncio.sleep(0.01)
    print(len(asyncio.all_tasks()))
    print(f"peak={peak}", file=sys.stderr)


asyncio.run(main(sys.argv + list("abcdefgh")))
