# expect: safe=requests-to-httpx
"""Named status codes, and one that only requests knows by that name."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def lookup(name):
    response = requests.get(f"{BASE}/users/{name}")
    if response.status_code == requests.codes.not_found:
        return "missing"
    if response.status_code == requests.codes.ok:
        return response.json()["id"]
    raise RuntimeError(response.status_code)


async def kind(code):
    response = requests.get(f"{BASE}/status/{code}")
    if response.status_code in (requests.codes.moved_permanently, requests.codes.found):
        return "moved"
    if response.status_code == requests.codes.teapot:
        return "teapot"
    if response.status_code >= requests.codes.internal_server_error:
        return "server"
    return "other"


async def main():
    print(await lookup("grace"), await lookup("zoe"))
    print([await kind(code) for code in (418, 500, 503, 200, 404)])


asyncio.run(main())
