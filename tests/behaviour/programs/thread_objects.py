# expect: untouched-safe unsafe=blocking-thread-wait min-python=3.10
"""Locks, events and queues of the threading world that only coroutines use."""
import asyncio
import queue
import threading


class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.opened = threading.Event()
        self.slots = threading.Semaphore(2)
        self.balance = 0

    async def pay(self, amount):
        with self.lock:
            before = self.balance
            await asyncio.sleep(0)
            self.balance = before + amount

    async def enter(self):
        self.opened.wait()
        self.slots.acquire()
        self.slots.release()
        return self.opened.is_set()

    async def open(self):
        self.lock.acquire()
        self.opened.set()
        self.lock.release()


async def orders():
    items = queue.PriorityQueue()
    for n in (3, 1, 2):
        items.put(n)
    items.put_nowait(0)
    seen = []
    while not items.empty():
        seen.append(items.get())
        items.task_done()
    items.join()
    return seen, items.qsize()


async def main():
    account = Account()
    await account.open()
    for amount in (1, 2, 3):
        await account.pay(amount)
    print(account.balance, await account.enter())
    print(await orders())


asyncio.run(main())
