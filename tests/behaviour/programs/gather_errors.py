# expect: safe=unbounded-gather peak=4
# config: concurrency-limit = 4
"""Failures inside a big gather: the first one comes out, or all of them come back in order."""
import asyncio
import sys

active = 0
peak = 0
started = []


class Unavailable(Exception):
    pass


async def fetch(n):
    global active, peak
    active += 1
    peak = max(peak, active)
    try:
        await asyncio.sleep(0.002)
        if n % 5 == 3:
            raise Unavailable(f"item {n}")
        return n
    finally:
        active -= 1


async def all_or_nothing(ids):
    try:
        return await asyncio.gather(*[fetch(n) for n in ids])
    except Unavailable as error:
        return f"failed: {error}"


async def best_effort(ids):
    results = await asyncio.gather(*[fetch(n) for n in ids], return_exceptions=True)
    good = [r for r in results if not isinstance(r, BaseException)]
    bad = [str(r) for r in results if isinstance(r, Unavailable)]
    return good, bad


async def flagged(ids, quiet):
    results = await asyncio.gather(*(fetch(n) for n in ids), return_exceptions=quiet)
    return sum(1 for r in results if isinstance(r, Exception))


async def main():
    ids = [int(word) for word in "0 1 2 3 4 5 6 7 8 9 10 11 12".split()]
    print(await all_or_nothing(ids))
    await asyncio.sleep(0.5)
    print(*await best_effort(ids))
    print(await flagged(ids, True))
    print(await all_or_nothing([n for n in ids if n % 5 != 3]))
    print(f"peak={peak}", file=sys.stderr)


asyncio.run(main())
