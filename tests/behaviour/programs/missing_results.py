# expect: broken safe=missing-await
# prints: 200 3
# prints: [2, 4] Ada 7
"""Coroutines used as if they were what they return: attributes, items, arithmetic, unpacking, texts."""
import asyncio


class Reply:
    status = 200
    rows = {"n": 3}


async def ask():
    await asyncio.sleep(0)
    return Reply()


async def number(n):
    return n


async def name():
    return "ada"


async def pair():
    return 3, 4


async def main():
    reply = ask()
    print(reply.status, ask().rows["n"])
    doubled = [number(n) * 2 for n in (1, 2)]
    a, b = pair()
    print(doubled, name().title(), a + b)


asyncio.run(main())
