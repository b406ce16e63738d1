# expect: safe=requests-to-httpx
"""Downloads files in chunks, with a progress line and a digest."""
import asyncio
import hashlib
import os
from pathlib import Path

import requests

BASE = os.environ["BASE_URL"]


async def download(name, count, target):
    digest = hashlib.sha256()
    size = 0
    with requests.get(f"{BASE}/stream/{count}", params={"size": "700"}, stream=True, timeout=15) as response:
        response.raise_for_status()
        with open(target, "wb") as out:
            for chunk in response.iter_content(chunk_size=1024):
                if not chunk:
                    continue
                out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
    print(f"{name}: {size} bytes, {digest.hexdigest()[:12]}")
    return size


async def main():
    folder = Path("downloads")
    folder.mkdir()
    total = 0
    for index, count in enumerate([1, 5, 12]):
        total += await download(f"file-{index}", count, folder / f"{index}.bin")
    print("total", total, sorted(path.stat().st_size for path in folder.iterdir()))


asyncio.run(main())
