"""What the shop knows of its users."""

import os

import requests

from . import answers
from .answers import kind

BASE = os.environ["BASE_URL"]


async def describe(name):
    response = requests.get(f"{BASE}/users/{name}", timeout=10)
    try:
        answers.check(name, response)
    except requests.HTTPError as error:
        return name, error.response.status_code, kind(response)
    record = answers.record(response)
    return record["name"], record["id"], kind(response)
