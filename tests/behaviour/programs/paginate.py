# expect: safe=requests-to-httpx
"""Walks a paginated API twice: by the page number in the body, and by the Link header."""
import asyncio
import os

import requests

API = os.environ["BASE_URL"] + "/items"
HEADERS = {"Accept": "application/json", "X-Client": "inventory"}


async def all_items():
    items = []
    page = 1
    while page is not None:
        response = requests.get(API, params={"page": page, "per_page": 5}, headers=HEADERS)
        payload = response.json()
        items.extend(payload["items"])
        page = payload["next"]
    return items


async def follow_links(url):
    owners = []
    while url:
        response = requests.get(url, timeout=5)
        owners += [item["owner"] for item in response.json()["items"]]
        url = response.links.get("next", {}).get("url")
    return owners


async def details(ids):
    prices = {}
    for item_id in ids:
        detail = requests.get(f"{API}/{item_id}").json()
        prices[item_id] = detail["price"]
    return prices


async def main():
    items = await all_items()
    print(len(items), [item["owner"] for item in items])
    print(await follow_links(API + "?per_page=7"))
    print(await details([item["id"] for item in items[:3]]))


asyncio.run(main())
