"""The coroutine function is in another file."""
import asyncio

from tool import remote


async def main():
    items = asyncio.run(remote.items(2))
    print(len(items), "items")


asyncio.run(main())
