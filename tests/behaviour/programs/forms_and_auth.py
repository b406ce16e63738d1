# expect: safe=requests-to-httpx
"""Forms, raw bodies, basic auth by tuple and by object, bearer tokens."""
import asyncio
import os

import requests
from requests.auth import HTTPBasicAuth

BASE = os.environ["BASE_URL"]


async def forms():
    r = requests.post(BASE + "/echo", data={"name": "Ada Lovelace", "tags": ["math", "engines"], "year": 1843})
    print(r.json()["form"], r.json()["type"])
    r = requests.post(BASE + "/echo", data="plain text body")
    print(repr(r.json()["text"]), repr(r.json()["type"]))
    r = requests.put(BASE + "/echo", data=b"\x01\x02bytes", headers={"Content-Type": "application/octet-stream"})
    print(repr(r.json()["text"]), r.json()["type"], r.json()["method"])
    r = requests.patch(BASE + "/echo", json={"a": [1, 2, {"b": None}], "é": True})
    print(r.json()["json"], r.json()["method"])


async def auth():
    good = requests.get(f"{BASE}/basic/ada/pw", auth=("ada", "pw"))
    bad = requests.get(f"{BASE}/basic/ada/pw", auth=HTTPBasicAuth("ada", "nope"))
    print(good.json(), good.status_code, bad.status_code, bad.json())
    token = requests.get(f"{BASE}/bearer/t0k", headers={"Authorization": "Bearer t0k"})
    print(token.json()["scope"])


async def main():
    await forms()
    await auth()


asyncio.run(main())
