# expect: safe=fire-and-forget
"""Every way to lose a task."""
import asyncio
from asyncio import create_task, ensure_future

seen = []


async def work(name):
    await asyncio.sleep(0.001)
    seen.append(name)


def on_done(task):
    seen.append("done " + task.get_name())


async def losing(loop: asyncio.AbstractEventLoop):
    asyncio.create_task(work("create_task"))
    create_task(work("imported"))
    ensure_future(work("ensure_future"))
    _ = asyncio.create_task(work("underscore"))
    unused = asyncio.create_task(work("unused"))
    loop.create_task(work("parameter"))
    asyncio.get_running_loop().create_task(work("running"))
    asyncio.create_task(work("callback"), name="cb").add_done_callback(on_done)
    task = asyncio.create_task(work("only a callback"), name="named")
    task.add_done_callback(on_done)
    if loop.is_running(): asyncio.create_task(work("one line"))
    for n in range(2): create_task(work(f"loop {n}")); seen.append(f"after {n}")
    try:
        asyncio.create_task(work("try"))
    except RuntimeError:
        seen.append("no loop")
    else:
        asyncio.create_task(work("else"))
    running = loop
    running.create_task(work("renamed"))


async def main():
    await losing(asyncio.get_running_loop())
    await asyncio.sleep(0.05)
    print(len(seen))
    for line in sorted(seen):
        print(line)


asyncio.run(main())
