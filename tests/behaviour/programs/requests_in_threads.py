# expect: untouched loop=free
"""requests where it does not hold the loop: in threads, by every road."""
import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import requests

BASE = os.environ["BASE_URL"]


def fetch(path):
    return requests.get(BASE + path).json()


def collect(out):
    out.append(fetch("/slow/thread?seconds=0.15"))


async def main():
    response = await asyncio.to_thread(requests.get, BASE + "/slow/a", params={"seconds": "0.15"})
    print(response.json())
    print(await asyncio.to_thread(fetch, "/items/2"))
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as pool:
        print(await loop.run_in_executor(pool, fetch, "/items/3"))
        print(await loop.run_in_executor(pool, lambda: requests.get(BASE + "/items/4").json()["owner"]))
    out = []
    thread = threading.Thread(target=collect, args=(out,))
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0.01)
    print(out)


asyncio.run(main())
