# expect: untouched-safe reported=get-event-loop
"""One loop, run twice, with a task that lives from the first run into the second."""
import asyncio

log = []


async def background():
    for n in range(4):
        log.append(n)
        await asyncio.sleep(0.005)


async def start():
    return asyncio.create_task(background())


async def finish(task):
    await task
    return len(log)


loop = asyncio.get_event_loop()
task = loop.run_until_complete(start())
print(task.done())
print(loop.run_until_complete(finish(task)), log)
loop.close()
