"""Reads one user."""

import asyncio

from . import fetch


async def main():
    with fetch.body("ada") as response:
        print(response.status_code, b"".join(response.iter_content(64)))
    print(fetch.settle("ada"), asyncio.iscoroutinefunction(fetch.body))


asyncio.run(main())
