# expect: safe=unbounded-gather peak=8 loop=free
# config: concurrency-limit = 8
"""A crawler that asks for everything at once; the server counts how much that is."""
import asyncio
import json
import os
from urllib.parse import urlsplit

HOST, PORT = urlsplit(os.environ["BASE_URL"]).netloc.split(":")


async def fetch(path):
    reader, writer = await asyncio.open_connection(HOST, int(PORT))
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body)
    finally:
        writer.close()
        await writer.wait_closed()


async def fetch_item(item_id):
    status, body = await fetch(f"/items/{item_id}")
    await fetch(f"/slow/{item_id}?seconds=0.05")
    return body["price"] if status == 200 else None


async def crawl(ids):
    prices = await asyncio.gather(*[fetch_item(item_id) for item_id in ids])
    return dict(zip(ids, prices))


async def main():
    prices = await crawl([int(n) for n in os.environ.get("IDS", " ".join(map(str, range(24)))).split()])
    print(len(prices), sum(prices.values()), prices[3])


asyncio.run(main())
