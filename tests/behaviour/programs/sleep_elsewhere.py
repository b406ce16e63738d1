# expect: untouched loop=free
"""`time.sleep` where it is right: threads, references, other names, synchronous code."""
import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor


def worker(seconds):
    time.sleep(seconds)
    return threading.current_thread() is threading.main_thread()


class FakeTime:
    def __init__(self):
        self.slept = 0

    def sleep(self, seconds):
        self.slept += seconds


async def simulated(time):
    time.sleep(5)
    time.sleep(7)
    return time.slept


async def local_name():
    class time:
        @staticmethod
        def sleep(n):
            return n + 1
    return time.sleep(41)


async def main():
    print(await asyncio.to_thread(worker, 0.15))
    await asyncio.to_thread(time.sleep, 0.15)
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        print(await loop.run_in_executor(pool, worker, 0.12))
        await loop.run_in_executor(pool, lambda: time.sleep(0.12))
    print(await simulated(FakeTime()), await local_name())
    naps = {"short": time.sleep}
    print(naps["short"] is time.sleep)
    thread = threading.Thread(target=worker, args=(0.01,))
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0.005)


time.sleep(0.01)
asyncio.run(main())
print(worker(0.01))
