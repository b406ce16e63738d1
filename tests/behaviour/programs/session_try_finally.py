# expect: safe=requests-to-httpx
"""A session without `with`: opened, used, closed in `finally`."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def crawl(ids):
    session = requests.Session()
    session.headers.update({"X-Crawler": "yes"})
    found = []
    try:
        for item_id in ids:
            response = session.get(f"{BASE}/items/{item_id}", timeout=4)
            if response.status_code == 200:
                found.append(response.json()["owner"])
        echoed = session.get(BASE + "/headers").json()
        print(echoed.get("x-crawler"), session.get(BASE + "/weather/Rome?units=metric").json()["units"])
    finally:
        session.close()
    return found


async def main():
    print(await crawl([1, 2, 3]))


asyncio.run(main())
