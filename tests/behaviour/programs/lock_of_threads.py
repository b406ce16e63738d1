# expect: untouched-safe safe-only reported=lock-order remedied min-python=3.10
# output: the loop stands still
"""A lock for threads, held across an await: the second task stops the loop."""
import asyncio
import os
import sys
import threading

lock = threading.Lock()


def watch():
    print("the loop stands still")
    sys.stdout.flush()
    os._exit(0)


async def work(n):
    lock.acquire()
    try:
        await asyncio.sleep(0.01 * n)
    finally:
        lock.release()


async def main():
    timer = threading.Timer(0.5, watch)
    timer.daemon = True
    timer.start()
    await asyncio.gather(work(1), work(2))
    timer.cancel()
    print("done")


asyncio.run(main())
