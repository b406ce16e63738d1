# expect: untouched-safe unsafe=transitive-blocking loop=freed
"""The blocking method is inherited, and belongs to an object that is kept on `self`."""
import asyncio
import time


class Disk:
    def fetch(self, name):
        time.sleep(0.15)
        return name.upper()


class Cache(Disk):
    def __init__(self):
        self.known = {}

    def get(self, name):
        if name not in self.known:
            self.known[name] = self.fetch(name)
        return self.known[name]


class Service:
    def __init__(self):
        self.cache = Cache()

    async def name(self, key):
        return self.cache.get(key) + "!"


async def main():
    service = Service()
    print(await service.name("a"), await service.name("b"), await service.name("a"))
    print(sorted(service.cache.known))


asyncio.run(main())
