# expect: safe=fire-and-forget
"""The file has a set for its tasks already: half of the code forgot to use it."""
import asyncio

background_tasks = set()
done = []


async def job(n):
    await asyncio.sleep(0.001 * n)
    done.append(n)


async def careful(n):
    task = asyncio.create_task(job(n))
    background_tasks.add(task)
    task.add_done_callback(background_tasks.discard)


async def careless(n):
    task = "kept"
    asyncio.create_task(job(n))
    return task


async def main():
    await careful(1)
    print(await careless(2))
    await careful(3)
    await asyncio.sleep(0.05)
    print(sorted(done))


asyncio.run(main())
