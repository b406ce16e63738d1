"""Prices, and who wants to hear of them."""

import asyncio

active = 0
peak = 0


async def quote(symbol: str) -> float:
    global active, peak
    active += 1
    peak = max(peak, active)
    await asyncio.sleep(0.004)
    active -= 1
    return float(len(symbol))


async def quotes(symbols):
    return await asyncio.gather(*[quote(symbol) for symbol in symbols])
