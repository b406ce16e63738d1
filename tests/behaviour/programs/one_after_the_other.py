# expect: unsafe=sequential-await untouched-safe min-python=3.9
# config: select = ["sequential-await"]
# config: concurrency-limit = 3
"""Requests that are awaited one after the other and know nothing of each other: the same results, at the same time."""
import asyncio
import os

import httpx

BASE = os.environ["BASE_URL"]
client = httpx.AsyncClient(base_url=BASE)


async def load(number):
    response = await client.get(f"/items/{number}")
    return response.status_code, response.json()["owner"]


async def pair(number):
    first = await load(1)
    second = await load(number)
    return first, second


async def collected(numbers):
    found = ["begin"]
    for number in numbers:
        found.append(await load(number))
    return found


async def few():
    found = []
    for number in (4, 5):
        found.append(await load(number))
    return found, [await load(n) for n in (6, 7) if n > 6]


async def chained():
    status, owner = await load(1)
    first = await load(len(owner))
    second = await load(first[0] % 7 + 1)
    return first, second


async def main():
    async with client:
        print(await pair(2))
        print(await collected([3, 1, 2, 5, 4]))
        print(await few())
        print(await chained())


asyncio.run(main())
