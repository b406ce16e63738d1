# expect: safe=requests-to-httpx loop=freed
"""Timeouts: a number, a pair, None, and what is caught."""
import asyncio
import os

import requests
from requests.exceptions import ConnectionError, ReadTimeout, Timeout

BASE = os.environ["BASE_URL"]
DEFAULT_TIMEOUT = (3, 0.3)


async def probe(seconds, timeout):
    try:
        response = requests.get(f"{BASE}/slow/probe", params={"seconds": seconds}, timeout=timeout)
    except ReadTimeout:
        return "read timeout"
    except Timeout:
        return "timeout"
    except ConnectionError:
        return "connection"
    return response.json()["slow"]


async def patient():
    r = requests.get(f"{BASE}/slow/patient?seconds=0.2", timeout=None)
    return r.json()["slow"]


async def main():
    print(await probe("0.01", 5))
    print(await probe("0.7", 0.2))
    print(await probe("0.7", DEFAULT_TIMEOUT))
    print(await probe("0.01", (2, 5)))
    print(await patient())


asyncio.run(main())
