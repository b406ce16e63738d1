"""Counting."""

from .cache import cache as counters


async def count(names):
    with counters.pipeline() as pipe:
        for name in names:
            pipe.incr(f"count:{name}")
        return pipe.execute()


async def total():
    keys = [key for key in counters.scan_iter("count:*")]
    return sorted(keys), sum(int(value) for value in counters.mget(keys))
