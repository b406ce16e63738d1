"""Runs the desk once."""

import asyncio
import sys

from . import market
from .desk import Desk


async def run(words):
    desk = Desk()
    portfolio = {word: n for n, word in enumerate(words)}
    print(await desk.value(portfolio))
    print(await desk.snapshot(words))
    print(await market.quotes(words))
    await asyncio.sleep(0.02)
    print(desk.log)
    print(f"peak={market.peak}", file=sys.stderr)


if __name__ == "__main__":
    asyncio.run(run("a bb ccc dddd eeeee ffffff ggggggg hhhhhhhh iiiiiiiii jjjjjjjjjj".split()))
