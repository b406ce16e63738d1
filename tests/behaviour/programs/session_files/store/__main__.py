"""Buys something."""

import asyncio

import store
from store.account import account, login
from store.items import hops, owner
from store.web import BASE


async def slow():
    return store.http.get(f"{BASE}/slow", params={"seconds": "0.3"}).status_code


async def main():
    print(await account())
    print(await login("ada", "secret"), await account())
    print(await asyncio.gather(owner(1), owner(2), hops(2)))
    print(await slow())
    store.http.close()


asyncio.run(main())
