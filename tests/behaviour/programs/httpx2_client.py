# expect: safe=requests-to-httpx min-python=3.11
# config: http-client = "httpx2"
"""A project on httpx2: the same rewrite, another name."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def fetch(path, **query):
    try:
        response = requests.get(BASE + path, params=query, timeout=(3, 10))
        response.raise_for_status()
    except requests.HTTPError as error:
        return f"status {error.response.status_code}"
    except (requests.ConnectionError, requests.Timeout):
        return "unreachable"
    return response.json()


async def main():
    print(await fetch("/echo", a="1"))
    print(await fetch("/status/500"))
    print(await fetch("/drop"))
    with requests.Session() as session:
        session.get(BASE + "/cookies/set?flavour=oat")
        print(session.get(BASE + "/cookies").json())


asyncio.run(main())
