# expect: unsafe=requests-to-httpx safe=fire-and-forget
"""Clients by inheritance, with a lazily made session, a context manager and a background refresh."""
import asyncio
import os
from typing import Dict, Optional

import requests

BASE = os.environ["BASE_URL"]


class BaseClient:
    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.headers["X-Kind"] = type(self).__name__

    async def get(self, path: str, **params: str) -> requests.Response:
        response = self.session.get(self.base + path, params=params)
        response.raise_for_status()
        return response

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc_info):
        self.session.close()


class Items(BaseClient):
    async def item(self, n: int) -> Dict[str, object]:
        return (await self.get(f"/items/{n}")).json()

    async def kind(self) -> str:
        response = await self.get("/headers")
        return response.json()["x-kind"]

    async def safe(self, path: str) -> Optional[int]:
        try:
            await self.get(path)
        except requests.HTTPError as error:
            return error.response.status_code
        return None


class Cache:
    def __init__(self, client: Items) -> None:
        self.client = client
        self.values: Dict[int, object] = {}

    async def refresh(self, n: int) -> None:
        self.values[n] = (await self.client.item(n))["owner"]

    async def read(self, n: int) -> object:
        if n not in self.values:
            asyncio.create_task(self.refresh(n))
            for _ in range(100):
                await asyncio.sleep(0.01)
                if n in self.values:
                    break
        return self.values.get(n)


async def main():
    async with Items(BASE) as items:
        cache = Cache(items)
        print(await items.item(2), await items.kind())
        print(await items.safe("/status/418"), await items.safe("/"))
        print(await cache.read(3), await cache.read(3))


asyncio.run(main())
