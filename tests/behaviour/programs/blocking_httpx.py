# expect: safe=requests-to-httpx
"""httpx itself, in its blocking form, on the loop."""
import asyncio
import os

import httpx

BASE = os.environ["BASE_URL"]


async def one(n):
    response = httpx.get(f"{BASE}/items/{n}")
    response.raise_for_status()
    return response.json()["owner"]


async def several():
    with httpx.Client(base_url=BASE, headers={"X-A": "1"}) as client:
        first = client.get("/items/1").json()
        created = client.post("/orders", json={"symbol": "ETH"})
        return first["price"], created.status_code, client.get("/headers").json()["x-a"]


async def main():
    print(await one(2))
    print(await several())


asyncio.run(main())
