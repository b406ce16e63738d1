# expect: safe=fire-and-forget
"""Lost tasks that fail: the program goes on and the loop still hears of the exception."""
import asyncio
import gc

heard = []


async def fails(n):
    await asyncio.sleep(0)
    raise ValueError(f"task {n}")


def handler(loop, context):
    heard.append((type(context["exception"]).__name__, str(context["exception"])))


async def start(n):
    asyncio.create_task(fails(n))


async def main():
    asyncio.get_running_loop().set_exception_handler(handler)
    for n in range(3):
        await start(n)
    await asyncio.sleep(0.01)
    gc.collect()
    await asyncio.sleep(0.01)
    print(sorted(heard))


asyncio.run(main())
