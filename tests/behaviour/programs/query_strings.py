# expect: safe=requests-to-httpx
"""Parameters beside a query that is already in the URL, lists, and parameters that are missing."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def search(**filters):
    response = requests.get(f"{BASE}/echo", params={"q": "async io", "tag": ["a", "b"], "n": 3})
    print(response.json()["query"])
    response = requests.get(BASE + "/echo?kind=book")
    print(response.json()["query"])
    response = requests.get(BASE + "/echo", params=None)
    print(response.json()["query"])
    response = requests.get(BASE + "/echo", params=[("a", "1"), ("a", "2")])
    print(response.json()["query"])


async def both():
    response = requests.get(BASE + "/echo?kind=book&page=1", params={"sort": "name"})
    print(response.json()["query"])


async def main():
    await search()
    await both()


asyncio.run(main())
