"""The API of the shop."""

import os

import requests

BASE = os.environ["BASE_URL"]


async def user(name):
    response = requests.get(f"{BASE}/users/{name}", timeout=10)
    response.raise_for_status()
    return response.json()
