# expect: unsafe=requests-to-httpx
"""An API client that keeps its session, used by async methods only, closed by one."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


class Shop:
    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.headers.update({"X-Device": "cli"})

    async def login(self, user: str, password: str) -> bool:
        reply = self.session.post(f"{self.base}/login", data={"user": user, "password": password}, timeout=5)
        return reply.ok

    async def account(self):
        reply = self.session.get(f"{self.base}/account")
        if not reply:
            return reply.status_code, reply.reason
        return reply.json()

    async def owners(self, ids):
        return [self.session.get(f"{self.base}/items/{n}").json()["owner"] for n in ids]

    async def close(self) -> None:
        self.session.close()


async def main():
    shop = Shop(BASE)
    try:
        print(await shop.account())
        print(await shop.login("ada", "secret"), await shop.account())
        print(await shop.owners([1, 2, 3]))
        print(await asyncio.gather(shop.owners([1]), shop.owners([2])))
    finally:
        await shop.close()


asyncio.run(main())
