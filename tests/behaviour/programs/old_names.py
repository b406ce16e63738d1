# expect: safe=deprecated-asyncio unsafe=deprecated-asyncio
"""A small job runner that grew up with Python 3.5: names and habits that asyncio has other words for today."""
import asyncio
import functools
import sys
from asyncio import iscoroutinefunction

if sys.version_info >= (3, 9):
    all_tasks = asyncio.all_tasks
else:
    all_tasks = asyncio.Task.all_tasks

order = []


async def fetch(name, delay=0.01):
    order.append(f"start {name}")
    await asyncio.sleep(delay)
    order.append(f"end {name}")
    return name.upper()


def plain(name):
    return name.title()


class Runner:
    def __init__(self):
        self.ready = asyncio.Event()
        self.jobs = {}

    async def call(self, function, *args):
        if asyncio.iscoroutinefunction(function):
            return await function(*args)
        return function(*args)

    async def _wait(self):
        await self.ready.wait()
        return "ready"

    async def run(self):
        waiting = asyncio.ensure_future(self._wait())
        self.jobs["a"] = asyncio.ensure_future(fetch("a"))
        self.jobs.update({name: asyncio.ensure_future(fetch(name)) for name in "bc"})
        pause = asyncio.ensure_future(asyncio.sleep(0.03, result="pause"))
        # A future stays what it is.
        same = asyncio.ensure_future(self.jobs["a"])
        print(same is self.jobs["a"], len(all_tasks()))
        done, pending = await asyncio.wait(self.jobs.values())
        print(sorted(task.result() for task in done), len(pending))
        self.ready.set()
        return await asyncio.gather(waiting, pause)


def own_loop(coroutine):
    loop = asyncio.get_event_loop_policy().new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


async def main():
    runner = Runner()
    print(await runner.run())
    print(await runner.call(fetch, "d"), await runner.call(plain, "e"))
    print(await runner.call(functools.partial(fetch, "f")))
    print([iscoroutinefunction(each) for each in (fetch, plain, runner.run, Runner)])
    print(order)


asyncio.run(main())
print(own_loop(fetch("g")))
