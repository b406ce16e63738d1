# expect: untouched-safe unsafe=requests-to-httpx loop=freed
"""A client of httpx that an object keeps: every method shares it, one streams, and it is closed at the end."""
import asyncio
import os

import httpx


class Service:
    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=base, timeout=5)
        self.client.headers["X-Token"] = "abc"

    async def user(self, name):
        response = self.client.get(f"/users/{name}", params={"seconds": "0.2"})
        response.raise_for_status()
        return response.json()["name"]

    async def missing(self):
        try:
            self.client.get("/users/nobody").raise_for_status()
        except httpx.HTTPStatusError as error:
            return error.response.status_code

    async def token(self):
        return self.client.get("/headers").json()["x-token"], self.client.post("/echo", json={"a": 1}).json()["json"]

    async def download(self):
        size = 0
        with self.client.stream("GET", "/stream/3", params={"size": "10", "pause": "0.15"}) as response:
            for chunk in response.iter_bytes():
                size += len(chunk)
        with self.client.stream("GET", "/lines/3") as response:
            return size, [line for line in response.iter_lines()], response.status_code

    async def stop(self):
        self.client.close()
        return self.client.is_closed


async def main():
    service = Service(os.environ["BASE_URL"])
    print(await asyncio.gather(service.user("ada"), service.user("ken")))
    print(await service.missing(), await service.token())
    print(await service.download(), await service.stop())


asyncio.run(main())
