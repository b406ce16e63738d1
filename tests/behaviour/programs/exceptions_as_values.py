# expect: untouched-safe unsafe=requests-to-httpx safe-only
"""Exceptions of requests that are not in an `except`: in a table, a check, a decorator, `suppress`."""
import asyncio
import contextlib
import functools
import os

import requests

BASE = os.environ["BASE_URL"]
TRANSIENT = (requests.ConnectionError, requests.Timeout)


def retry_on(*errors):
    def decorate(function):
        @functools.wraps(function)
        async def wrapper(*args):
            for attempt in range(3):
                try:
                    return await function(*args)
                except errors as error:
                    print("attempt", attempt + 1, type(error).__mro__[-4:-3] == (OSError,))
            return "gave up"
        return wrapper
    return decorate


@retry_on(requests.HTTPError)
async def flaky(name):
    response = requests.get(f"{BASE}/flaky/{name}?fail=2")
    response.raise_for_status()
    return response.json()["tries"]


async def from_table(path):
    try:
        return requests.get(BASE + path).status_code
    except TRANSIENT:
        return "transient"


async def suppressed(path):
    with contextlib.suppress(requests.RequestException):
        response = requests.get(BASE + path)
        response.raise_for_status()
        return response.status_code
    return "suppressed"


def is_status(error):
    return isinstance(error, requests.HTTPError)


async def checked(path):
    response = requests.get(BASE + path)
    response.raise_for_status()
    return response.status_code


async def main():
    print(await flaky("values"))
    print(await from_table("/"), await from_table("/drop"))
    print(await suppressed("/"), await suppressed("/status/404"))
    results = await asyncio.gather(checked("/"), checked("/status/500"), return_exceptions=True)
    print([is_status(result) for result in results])


asyncio.run(main())
