# expect: safe=requests-to-httpx,time-sleep loop=freed
"""Aliases, and imports inside the functions."""
import asyncio as aio
import os
import time as clock

import requests as http

BASE = os.environ["BASE_URL"]


async def one():
    import requests

    r = requests.get(BASE + "/items/1")
    return r.json()["owner"]


async def two():
    from requests import get as fetch
    from time import sleep as nap

    nap(0.13)
    return fetch(BASE + "/items/2").json()["owner"]


async def three():
    started = clock.monotonic()
    clock.sleep(0.12)
    r = http.get(BASE + "/items/3")
    return r.json()["owner"], clock.monotonic() - started >= 0.11


async def main():
    print(await one(), await two(), await three())


aio.run(main())
