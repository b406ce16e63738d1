# expect: untouched
"""A loop of its own in a thread of its own is right, and so is one after another."""
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor


async def work(n):
    await asyncio.sleep(0)
    return n + 1


def blocking(n):
    return asyncio.run(work(n))


async def main():
    print(await asyncio.to_thread(blocking, 1))
    with ThreadPoolExecutor() as pool:
        print(await asyncio.get_running_loop().run_in_executor(pool, lambda: asyncio.run(work(2))))


asyncio.run(main())
thread = threading.Thread(target=lambda: print(asyncio.run(work(3))))
thread.start()
thread.join()
