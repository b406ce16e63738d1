# expect: safe=requests-to-httpx
"""Arguments given by position, as the older tutorials do, and bodies on verbs that rarely have one."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def main():
    r = requests.get(BASE + "/echo", {"page": "2"})
    print(r.json()["query"])
    r = requests.post(BASE + "/echo", {"field": "value"})
    print(r.json()["form"])
    r = requests.post(BASE + "/echo", None, {"field": "value"})
    print(r.json()["json"])
    r = requests.request("PUT", BASE + "/echo", json={"x": 1})
    print(r.json()["method"], r.json()["json"])
    r = requests.delete(BASE + "/echo", json={"ids": [1, 2]})
    print(r.json()["method"], r.json()["json"])
    r = requests.options(BASE + "/echo")
    print(r.json()["method"])
    method = "PATCH"
    print(requests.request(method, url=BASE + "/echo", data="x").json()["method"])


asyncio.run(main())
