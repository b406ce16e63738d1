# expect: safe=time-sleep loop=freed
"""Code written for anyio keeps to anyio."""
import time

import anyio


async def crunch(name, seconds, results):
    time.sleep(seconds)
    results.append(name)


async def main():
    results = []
    started = time.monotonic()
    async with anyio.create_task_group() as group:
        group.start_soon(crunch, "slow", 0.16, results)
        group.start_soon(crunch, "slower", 0.19, results)
    print(results, time.monotonic() - started >= 0.15)
    with anyio.move_on_after(5):
        time.sleep(0.01)
        await anyio.sleep(0)
    print("done")


anyio.run(main)
