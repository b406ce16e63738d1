# expect: untouched-safe unsafe=transitive-blocking loop=freed
"""Every way of passing arguments, and every place the result can go to."""
import asyncio
import time


def total(values, *more, scale=1, **extra):
    time.sleep(0.12)
    return (sum(values) + sum(more)) * scale + sum(extra.values())


async def main():
    more, options = [1, 2], {"scale": 2, "bonus": 5}
    print(total(n * n for n in range(4)))
    print(total([1], *more, **options))
    print(-total((1, 2), scale=3), total([]) or "nothing")
    print([total([n]) for n in range(2)], f"{total([7])}")
    if (found := total([9])) and not total([0]):
        print(found, total([1]).bit_length())


asyncio.run(main())
