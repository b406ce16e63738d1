# expect: untouched-safe reported=requests-to-httpx
"""What has no exact twin: prepared requests, hooks, the raw stream, proxies made at run time."""
import asyncio
import os
import shutil

import requests

BASE = os.environ["BASE_URL"]


async def prepared():
    request = requests.Request("GET", BASE + "/echo", params={"a": "1"})
    with requests.Session() as session:
        response = session.send(session.prepare_request(request))
    return response.json()["query"]


async def hooked():
    seen = []

    def remember(response, *args, **kwargs):
        seen.append(response.status_code)

    requests.get(BASE + "/items/1", hooks={"response": remember})
    return seen


async def raw():
    response = requests.get(BASE + "/bytes/100", stream=True)
    with open("raw.bin", "wb") as out:
        shutil.copyfileobj(response.raw, out)
    return os.path.getsize("raw.bin")


async def proxied(proxy=None):
    proxies = {"http": proxy} if proxy else {}
    return requests.get(BASE + "/items/2", proxies=proxies).json()["id"]


async def splat(**options):
    return requests.get(BASE + "/items/3", **options).status_code


async def main():
    print(await prepared(), await hooked(), await raw(), await proxied(), await splat(timeout=3))


asyncio.run(main())
