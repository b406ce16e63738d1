# expect: untouched-safe reported=requests-to-httpx
"""A session with an adapter that retries: httpx has no such thing, so the session stays."""
import asyncio
import os

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

BASE = os.environ["BASE_URL"]


async def fetch(name):
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=Retry(total=3, status_forcelist=[503], backoff_factor=0)))
        response = session.get(f"{BASE}/flaky/{name}?fail=2")
        return response.json()["tries"]


async def main():
    print(await fetch("adapter"))


asyncio.run(main())
