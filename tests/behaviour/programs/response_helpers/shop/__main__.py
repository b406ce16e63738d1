"""Asks for users at the same time, and once more without an event loop."""

import asyncio
import os

import requests

from . import answers
from .accounts import describe

BASE = os.environ["BASE_URL"]


async def main():
    print(await asyncio.gather(*[describe(name) for name in ("ada", "nobody")]))


asyncio.run(main())
print(answers.record(requests.get(f"{BASE}/users/ada", timeout=10))["name"])
