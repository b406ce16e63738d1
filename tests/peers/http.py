"""Blocking HTTP in coroutines, in the shapes that ruff and flake8-async document."""
import asyncio
import urllib.request
from urllib.request import urlopen

import httpx
import requests
import urllib3


async def page(address):
    text = urllib.request.urlopen(address).read()  # ASYNC210 ruff flake8-async
    urlopen(address)  # ASYNC210 ruff flake8-async
    return text


async def calls(address, body):
    requests.get(address)  # ASYNC210 ruff flake8-async
    requests.post(address, json=body)  # ASYNC210 ruff flake8-async
    requests.put(address, data=body)  # ASYNC210 ruff flake8-async
    requests.patch(address, data=body)  # ASYNC210 ruff flake8-async
    requests.delete(address)  # ASYNC210 ruff flake8-async
    requests.head(address)  # ASYNC210 ruff flake8-async
    requests.options(address)  # ASYNC210 ruff flake8-async
    requests.request("GET", address)  # ASYNC210 ruff flake8-async
    httpx.get(address)  # ASYNC210 ruff flake8-async
    httpx.post(address, json=body)  # ASYNC210 ruff flake8-async
    httpx.request("GET", address)  # ASYNC210 ruff flake8-async
    urllib3.request("GET", address)  # ASYNC210 ruff flake8-async


async def pools(address):
    pool = urllib3.PoolManager()
    pool.request("GET", address)  # ASYNC212 flake8-async
    single = urllib3.HTTPConnectionPool("localhost")
    single.urlopen("GET", "/")  # ASYNC212 flake8-async


async def clients(address):
    client = httpx.Client()
    first = client.get(address)  # ASYNC212 ruff flake8-async
    second = client.post(address)  # ASYNC212 ruff flake8-async
    third = client.request("GET", address)  # ASYNC212 ruff flake8-async
    client.close()  # ASYNC212 ruff flake8-async | differs: it waits for nobody, and goes with the client when that is rewritten
    return first, second, third


async def entered(address):
    with httpx.Client() as client:
        return client.get(address)  # ASYNC212 ruff flake8-async


async def handed(client: httpx.Client, address):
    return client.get(address)  # ASYNC212 ruff flake8-async


async def fine(address):
    async with httpx.AsyncClient() as client:
        await client.get(address)
    return await asyncio.to_thread(requests.get, address)
