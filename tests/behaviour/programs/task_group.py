# expect: untouched min-python=3.11
"""A task group keeps its tasks; so does a nursery of one's own."""
import asyncio

results = []


async def work(n):
    await asyncio.sleep(0.001 * n)
    results.append(n)
    return n


class Nursery:
    async def __aenter__(self):
        self.group = asyncio.TaskGroup()
        await self.group.__aenter__()
        return self

    async def __aexit__(self, *exc_info):
        return await self.group.__aexit__(*exc_info)

    def start(self, coroutine):
        self.group.create_task(coroutine)


async def main():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(work(3))
        tg.create_task(work(1))
        named = tg.create_task(work(2), name="two")
    print(results, named.result())
    async with Nursery() as nursery:
        nursery.start(work(4))
    print(results)


asyncio.run(main())
