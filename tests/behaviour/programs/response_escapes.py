# expect: unsafe=requests-to-httpx
"""A helper that hands the response on: others read it."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def fetch(path, **headers) -> requests.Response:
    response = requests.get(BASE + path, headers=headers)
    return response


def summarize(response):
    return response.status_code, response.json()["path"]


async def main():
    print(summarize(await fetch("/echo/a")))
    response = await fetch("/echo/b", X_Trace="1")
    print(response.json()["method"], response.headers["Content-Type"])
    cache = {}
    cache["c"] = await fetch("/echo/c")
    print(summarize(cache["c"]))


asyncio.run(main())
