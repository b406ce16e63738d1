# expect: untouched loop=free
"""Worker pools: their number is their bound, and they only end when they are told."""
import asyncio

NUM_WORKERS = 3


async def worker(name, queue, results):
    while True:
        item = await queue.get()
        await asyncio.sleep(0.001)
        results.append(item * 2)
        queue.task_done()


async def drain(queue, results):
    while not queue.empty():
        item = queue.get_nowait()
        await asyncio.sleep(0)
        results.append(item)


async def pool(items):
    queue = asyncio.Queue()
    for item in items:
        queue.put_nowait(item)
    results = []
    workers = [asyncio.create_task(worker(f"w{n}", queue, results)) for n in range(NUM_WORKERS)]
    await queue.join()
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    return sorted(results)


async def drainers(items):
    queue = asyncio.Queue()
    for item in items:
        queue.put_nowait(item)
    results = []
    await asyncio.gather(*[drain(queue, results) for _ in range(4)])
    return sorted(results)


async def main():
    print(await pool(range(7)))
    print(await drainers(range(5)))


asyncio.run(main())
