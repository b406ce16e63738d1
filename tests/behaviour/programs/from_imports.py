# expect: safe=requests-to-httpx
"""The names imported one by one."""
import asyncio
from os import environ

from requests import get, post, Session
from requests.exceptions import HTTPError, RequestException

BASE = environ["BASE_URL"]


async def load(path):
    try:
        response = get(BASE + path)
        response.raise_for_status()
    except HTTPError as err:
        return f"http {err.response.status_code}"
    except RequestException:
        return "failed"
    return response.json()


async def create(symbol):
    created = post(f"{BASE}/orders", json={"symbol": symbol})
    return created.status_code, created.headers["Location"], created.json()


async def many():
    with Session() as session:
        return [session.get(f"{BASE}/orders/{n}").json()["symbol"] for n in (1, 2)]


async def main():
    print(await load("/items/3"), await load("/status/410"))
    print(await create("BTC"))
    print(await create("ETH"))
    print(await many())


asyncio.run(main())
