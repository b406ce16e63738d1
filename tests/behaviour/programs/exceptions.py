# expect: safe=requests-to-httpx loop=freed
"""Every way a request fails, and what the program says of it."""
import asyncio
import os
import socket

import requests

BASE = os.environ["BASE_URL"]


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def check(name, url):
    try:
        response = requests.get(url, timeout=0.4)
        response.raise_for_status()
    except requests.exceptions.HTTPError:
        print(name, "-> bad status")
    except requests.exceptions.Timeout:
        print(name, "-> timeout")
    except requests.exceptions.TooManyRedirects:
        print(name, "-> redirects")
    except requests.exceptions.ConnectionError:
        print(name, "-> connection")
    else:
        print(name, "-> fine", response.status_code)


async def status_of(url):
    try:
        response = requests.get(url)
        response.raise_for_status()
        return response.status_code
    except requests.HTTPError as error:
        return -error.response.status_code


async def anything(url):
    try:
        requests.get(url, timeout=0.3).raise_for_status()
        return "up"
    except requests.RequestException:
        return "down"


async def main():
    await check("plain", BASE + "/")
    await check("missing", BASE + "/status/404")
    await check("broken", BASE + "/status/500")
    await check("slow", BASE + "/slow/x?seconds=0.8")
    await check("loop", BASE + "/loop")
    await check("refused", f"http://127.0.0.1:{closed_port()}/")
    await check("dropped", BASE + "/drop")
    await check("garbage", BASE + "/garbage")
    print([await status_of(f"{BASE}/status/{code}") for code in (200, 404, 418, 503)])
    for path in ("/", "/status/403", "/drop", "/redirect/2"):
        print(path, await anything(BASE + path))


asyncio.run(main())
