# expect: untouched min-python=3.10
# output: done
"""The same with a lock for tasks."""
import asyncio
import os
import sys
import threading

lock = asyncio.Lock()


def watch():
    print("the loop stands still")
    sys.stdout.flush()
    os._exit(0)


async def work(n):
    async with lock:
        await asyncio.sleep(0.01 * n)


async def main():
    timer = threading.Timer(0.5, watch)
    timer.daemon = True
    timer.start()
    await asyncio.gather(work(1), work(2))
    timer.cancel()
    print("done")


asyncio.run(main())
