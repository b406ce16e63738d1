import asyncio


async def items(count):
    await asyncio.sleep(0)
    return list(range(count))
