# expect: untouched-safe unsafe=make-async loop=freed
# config: extend-select = ["make-async"]
"""A helper that plain code needs goes to a thread from the one that becomes a coroutine function."""
import asyncio
import time


def parse(text):
    time.sleep(0.12)
    return text.split(",")


def load(name):
    time.sleep(0.12)
    return parse(f"{name},x")


async def main():
    print(load("a"), load("b"))


print(parse("1,2"))
asyncio.run(main())
