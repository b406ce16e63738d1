# expect: untouched-safe unsafe=make-async loop=freed
# config: extend-select = ["make-async"]
"""Methods that override one another take the colour together."""
import asyncio
import time
from abc import ABC, abstractmethod


class Source(ABC):
    @abstractmethod
    def read(self):
        ...

    def lines(self):
        return self.read().split()


class Slow(Source):
    def read(self):
        time.sleep(0.12)
        return "a b c"


class Known(Source):
    def __init__(self, text):
        self.text = text

    def read(self):
        return self.text

    def lines(self):
        return super().lines()[::-1]


async def count(source: Source):
    return len(source.lines())


async def main():
    slow = Slow()
    print(slow.lines(), await count(Known("x y")), slow.read().upper())


asyncio.run(main())
