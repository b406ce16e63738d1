"""Three files deep: the call, the helper and the pause are in files of their own, under other names too."""
import asyncio

import prices
from prices import fetch as get
from prices.report import Report


async def main():
    print(await asyncio.gather(show("tea"), show("cup")))
    print(Report(["tea"]).text(), prices.fetch("tea"))


async def show(name):
    return name, get(name)


asyncio.run(main())
