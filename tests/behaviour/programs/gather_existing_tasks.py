# expect: untouched
"""Tasks that already run, kept in a dict: gather only waits for them."""
import asyncio


class Pool:
    def __init__(self):
        self.tasks = {}
        self.extra = []

    async def job(self, name, delay):
        await asyncio.sleep(delay)
        return name

    def start(self, name, delay):
        self.tasks[name] = asyncio.create_task(self.job(name, delay))

    async def join(self):
        return await asyncio.gather(*self.tasks.values())


async def main(names):
    pool = Pool()
    for n, name in enumerate(names):
        pool.start(name, 0.001 * n)
    print(await pool.join())
    done = await asyncio.gather(*[task for task in pool.tasks.values()])
    print(done, await asyncio.gather(*pool.extra))


asyncio.run(main(["a", "b", "c"]))
