# expect: unsafe=requests-to-httpx
"""A helper returns the response (or nothing); its callers in the file test it, read it and catch its errors."""
import asyncio
import os
from typing import Optional

import requests

BASE = os.environ["BASE_URL"]


async def ask(path: str) -> Optional[requests.Response]:
    if not path:
        return None
    return requests.get(f"{BASE}{path}", timeout=5)


async def describe(path: str) -> str:
    reply = await ask(path)
    if not reply:
        return "nothing" if reply is None else f"{reply.status_code} {reply.reason}"
    return reply.json()["owner"] if reply.ok else "never"


async def strict(path: str) -> str:
    try:
        reply = await ask(path)
        reply.raise_for_status()
    except requests.HTTPError as error:
        return f"refused with {error.response.status_code}"
    except requests.RequestException as error:
        return type(error.response).__name__
    return "fine"


async def main():
    for path in ["", "/items/1", "/users/nobody"]:
        print(await describe(path))
    print(await strict("/items/1"), await strict("/users/nobody"))


asyncio.run(main())
