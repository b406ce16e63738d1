# expect: safe=requests-to-httpx
"""Redirects: followed by default, not by `head`, and looked at by hand."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def final(path):
    response = requests.get(BASE + path)
    return response.status_code, len(response.history), [r.status_code for r in response.history], response.json()["path"]


async def unshorten(path):
    response = requests.head(f"{BASE}{path}")
    return response.status_code, response.headers["Location"]


async def by_hand(path, limit=5):
    hops = []
    url = BASE + path
    for _ in range(limit):
        response = requests.get(url, allow_redirects=False)
        if not response.is_redirect:
            break
        hops.append(response.status_code)
        url = BASE + response.headers["location"]
    return hops


async def posted():
    r = requests.post(BASE + "/redirect/1?status=302", data={"a": "1"})
    kept = requests.post(BASE + "/redirect/1?status=307", data={"a": "1"})
    return r.json()["method"], kept.json()["method"], kept.json()["form"]


async def main():
    print(await final("/redirect/3"))
    print(await final("/echo/landed"))
    print(await unshorten("/redirect/1"))
    print(await by_hand("/redirect/4"))
    print(await posted())
    response = requests.get(BASE + "/redirect/1")
    print(response.url == BASE + "/echo/landed", f"{response.url}"[-7:], response.url.endswith("landed"))


asyncio.run(main())
