"""Crawls."""

import asyncio

from crawl.pages import page, pages, report
from crawl.tools import SITES


async def main():
    print(await pages(SITES))
    print(await asyncio.gather(*(page(name) for name in SITES), return_exceptions=True))


asyncio.run(main())
report()
