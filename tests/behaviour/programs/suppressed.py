# expect: untouched
"""Lines whose author has said no."""
import asyncio
import time


async def short():
    time.sleep(0.001)  # noqa: ASYNC251
    time.sleep(0.001)  # asyncfix: ignore[time-sleep]
    time.sleep(0.001)  # noqa


async def work():
    await asyncio.sleep(0)
    print("worked")


async def main():
    await short()
    asyncio.create_task(work())  # noqa: RUF006
    asyncio.create_task(work())  # asyncfix: ignore[fire-and-forget]
    await asyncio.sleep(0.01)


asyncio.run(main())
