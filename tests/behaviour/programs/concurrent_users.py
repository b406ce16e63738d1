# expect: safe=requests-to-httpx,unbounded-gather loop=freed
"""Asyncio in name only: blocking calls under a gather."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]
NAMES = os.environ.get("NAMES", "ada grace edsger zoe tony").split()


async def fetch_user(name):
    response = requests.get(f"{BASE}/users/{name}", params={"seconds": "0.15"})
    if response.status_code == 404:
        return name, None
    return name, response.json()["id"]


async def main():
    users = await asyncio.gather(*[fetch_user(name) for name in NAMES])
    print(users)


asyncio.run(main())
