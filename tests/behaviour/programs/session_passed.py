# expect: untouched-safe reported=requests-to-httpx
"""One session opened in `main` and passed to async helpers by an annotated parameter."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def owner(session: requests.Session, n: int) -> str:
    response = session.get(f"{BASE}/items/{n}")
    return response.json()["owner"]


async def total(session: requests.Session, ids) -> int:
    return sum([session.get(f"{BASE}/items/{n}").json()["price"] for n in ids])


async def main():
    with requests.Session() as session:
        print(await owner(session, 1), await owner(session, 2))
        print(await total(session, [1, 2, 3]))


asyncio.run(main())
