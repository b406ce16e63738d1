"""Pages, as many at a time as there are."""

import asyncio
import sys

running = most = 0


async def page(name):
    global running, most
    running += 1
    most = max(most, running)
    await asyncio.sleep(0.01)
    running -= 1
    return name.upper()


async def pages(names):
    return await asyncio.gather(*[page(name) for name in names])


def report():
    print(f"peak={most}", file=sys.stderr)
