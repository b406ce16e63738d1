import asyncio


async def order(item, amount=1):
    await asyncio.sleep(0.001)
    if amount < 1:
        raise ValueError(f"no {item} at all")
    return {"item": item, "amount": amount}
