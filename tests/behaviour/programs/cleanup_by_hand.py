# expect: unsafe=manual-cleanup untouched-safe min-python=3.9
# config: select = ["manual-cleanup"]
"""Clients that are closed in a `finally`: with and without handlers, and with what is raised on the way."""
import asyncio
import os

import httpx

BASE = os.environ["BASE_URL"]
clients = []


async def plain(path):
    client = httpx.AsyncClient(base_url=BASE)
    try:
        clients.append(client.is_closed)
        response = await client.get(path)
        return response.status_code, """a string
  over lines"""
    finally:
        await client.aclose()


async def handled(path):
    client = httpx.AsyncClient(base_url=BASE)  # one for all
    try:
        # what may fail
        response = await client.get(path)
        response.raise_for_status()
    except httpx.HTTPStatusError as error:
        text = f"""failed
  with {error.response.status_code}"""
    else:
        text = "fine"
    finally:
        await client.aclose()
    return text, client.is_closed


async def failing():
    client = httpx.AsyncClient(base_url=BASE)
    try:
        raise KeyError(client.is_closed)
    finally:
        await client.aclose()


async def main():
    print(await plain("/items/1"))
    print(await handled("/items/1"))
    print(await handled("/no/such/page"))
    try:
        await failing()
    except KeyError as error:
        print(error)
    print(clients)


asyncio.run(main())
