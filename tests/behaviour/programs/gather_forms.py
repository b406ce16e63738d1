# expect: safe=unbounded-gather peak=5
# config: concurrency-limit = 5
"""Every way to hand gather a collection of unknown size."""
import asyncio
import functools
import sys

active = 0
peak = 0


async def fetch(n, scale=1):
    global active, peak
    active += 1
    peak = max(peak, active)
    await asyncio.sleep(0.003 * (1 + n % 3))
    active -= 1
    return n * scale


def load(count):
    return list(range(count))


async def comprehension(xs):
    return await asyncio.gather(*[fetch(x) for x in xs])


async def generator(xs):
    return await asyncio.gather(*(fetch(x, scale=2) for x in xs if x % 2))


async def appended(xs):
    coros = []
    for x in xs:
        if x == 3:
            continue
        coros.append(fetch(x))
    results = await asyncio.gather(*coros)
    return results


async def tasks(xs):
    return await asyncio.gather(*[asyncio.create_task(fetch(x)) for x in xs])


async def task_list(xs):
    pending = [asyncio.create_task(fetch(x, 3)) for x in xs]
    return await asyncio.gather(*pending)


async def mapped(xs):
    return await asyncio.gather(*map(fetch, xs))


async def named(xs):
    jobs = [fetch(x) for x in xs]
    print("jobs", len(jobs))
    return await asyncio.gather(*jobs)


async def set_and_dict(mapping):
    values = await asyncio.gather(*(fetch(value) for value in mapping.values()))
    return dict(zip(mapping, values))


async def main():
    xs = load(int(sys.argv[1]) if len(sys.argv) > 1 else 14)
    print(await comprehension(xs))
    print(await generator(xs))
    print(await appended(xs))
    print(await tasks(xs))
    print(await task_list(xs))
    print(await mapped(xs))
    print(await named(xs))
    print(await set_and_dict({f"k{x}": x for x in xs}))
    print(await asyncio.gather(*map(functools.partial(fetch, scale=4), xs)))
    print(await comprehension([]))
    # through a name of its own
    gathered = asyncio.gather
    print(sum(await gathered(*[fetch(x) for x in xs])))
    print(f"peak={peak}", file=sys.stderr)


asyncio.run(main())
