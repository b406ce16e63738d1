# expect: safe=requests-to-httpx
"""Calls in the middle of expressions: chains, f-strings, comprehensions, arguments, returns."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


def shout(text):
    return text.upper()


async def owner(n):
    return requests.get(f"{BASE}/items/{n}").json()["owner"]


async def banner(n):
    return f"item {n}: {requests.get(f'{BASE}/items/{n}').json()['owner']!r}"


async def prices(ids):
    return [requests.get(f"{BASE}/items/{n}").json()["price"] for n in ids if n % 2]


async def table(ids):
    return {n: requests.get(f"{BASE}/items/{n}").status_code for n in ids}


async def nested():
    first = requests.get(BASE + "/items/" + str(requests.get(BASE + "/items/2").json()["price"])).json()
    return shout(requests.get(f"{BASE}/items/1").json()["owner"]), first["id"]


async def walrus():
    if (r := requests.get(BASE + "/users/ada")).status_code == 200 and r.json()["id"] == 0:
        return r.json()["name"]
    return None


async def main():
    print(await owner(4))
    print(await banner(5))
    print(await prices(range(6)), await table((1, 2)))
    print(await nested())
    print(await walrus())
    print(len(requests.get(BASE + "/bytes/1000").content), requests.get(BASE + "/text").text.splitlines()[0])


asyncio.run(main())
