# expect: safe=requests-to-httpx exit=3
"""A command line that grew an async command: the synchronous half goes on using requests."""
import asyncio
import os
import sys

import requests

BASE = os.environ["BASE_URL"]


def ping():
    try:
        return requests.get(BASE + "/", timeout=5).ok
    except requests.ConnectionError:
        return False


def list_items(session=None):
    session = session or requests.Session()
    return [item["id"] for item in session.get(BASE + "/items").json()["items"]]


async def sync_item(item_id):
    try:
        response = requests.get(f"{BASE}/items/{item_id}", timeout=5)
        response.raise_for_status()
    except requests.RequestException as error:
        print("failed", item_id, type(error).__name__)
        return None
    return response.json()["price"]


def main(argv):
    if not ping():
        print("down")
        return 2
    ids = list_items()
    print("ids", ids)

    async def run():
        return [await sync_item(item_id) for item_id in ids]

    print("prices", asyncio.run(run()))
    return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv))
