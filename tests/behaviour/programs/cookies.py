# expect: safe=requests-to-httpx
"""Cookies: kept by a session, sent with one request, read from a response."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def in_session():
    session = requests.Session()
    session.cookies.update({"theme": "dark"})
    session.get(BASE + "/cookies/set", params={"lang": "en"})
    seen = session.get(BASE + "/cookies").json()
    jar = dict(session.cookies)
    session.close()
    return seen, sorted(jar.items())


async def one_request():
    response = requests.get(BASE + "/cookies", cookies={"token": "abc"})
    return response.json()


async def main():
    print(await in_session())
    print(await one_request())


asyncio.run(main())
