# expect: broken safe=missing-await
# prints: ['locked', 'worked', 'first']
"""Coroutines of the standard library: sleeping, locks, queues."""
import asyncio

LOG = []


async def main():
    lock, queue = asyncio.Lock(), asyncio.Queue()
    asyncio.sleep(0.01)
    lock.acquire()
    LOG.append("locked" if lock.locked() else "open")
    queue.put("first")
    LOG.append("worked")
    LOG.append(queue.get_nowait() if not queue.empty() else "empty")
    lock.release() if lock.locked() else None
    print(LOG)


asyncio.run(main())
