# expect: safe=requests-to-httpx
"""A feed reader that asks only for what has changed."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


class Feed:
    def __init__(self, name):
        self.url = f"{BASE}/article/{name}"
        self.etag = None
        self.title = None

    async def refresh(self):
        headers = {}
        if self.etag:
            headers["If-None-Match"] = self.etag
        response = requests.get(self.url, headers=headers)
        response.raise_for_status()
        if response.status_code == 304:
            return "unchanged"
        self.etag = response.headers["ETag"]
        self.title = response.json()["title"]
        return "new"


async def main():
    feed = Feed("python")
    print(await feed.refresh(), feed.title)
    print(await feed.refresh(), feed.title)
    feed.etag = '"stale"'
    print(await feed.refresh(), feed.etag)


asyncio.run(main())
