# expect: safe=requests-to-httpx
"""A filter that may be missing: requests leaves a None out of the query, httpx sends it empty."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def listing(owner=None, limit=10):
    response = requests.get(f"{BASE}/echo/list", params={"owner": owner, "limit": limit})
    return response.json()["query"]


async def main():
    print(await listing())
    print(await listing("ada"))
    print(await listing("ada", limit=None))


asyncio.run(main())
