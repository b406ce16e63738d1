# expect: safe=requests-to-httpx
"""A response is false when it failed: the trap of every migration."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def user(name):
    r = requests.get(f"{BASE}/users/{name}")
    if not r:
        return None
    return r.json()


async def is_up(path):
    r = requests.get(BASE + path)
    return "up" if r.ok else "down"


async def first_good(paths):
    for path in paths:
        resp = requests.get(BASE + path)
        if resp:
            return path, resp.status_code
    return None


async def both(one, other):
    a = requests.get(BASE + one)
    b = requests.get(BASE + other)
    if a and b:
        return "both"
    if a.ok or b.ok:
        return "one"
    return "none"


async def describe(path):
    response = requests.get(BASE + path)
    label = "good" if response else f"bad ({response.reason})"
    assert bool(response) == response.ok
    while not response.ok and path != "/":
        path = "/"
        response = requests.get(BASE + path)
    return label, path


async def main():
    print(await user("ada"), await user("nobody"))
    print(await is_up("/"), await is_up("/status/500"), await is_up("/status/204"), await is_up("/status/304"))
    print(await first_good(["/status/404", "/status/503", "/status/201", "/"]))
    print(await both("/", "/"), await both("/", "/status/400"), await both("/status/404", "/status/400"))
    print(await describe("/status/404"), await describe("/"))


asyncio.run(main())
