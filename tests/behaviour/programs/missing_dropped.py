# expect: broken safe=missing-await
# prints: saved a
# prints: saved b
# prints: ['a', 'b']
"""Coroutines that are called and dropped never run."""
import asyncio

SAVED = []


class Store:
    async def save(self, name):
        await asyncio.sleep(0)
        SAVED.append(name)
        print("saved", name)


async def main():
    store = Store()
    store.save("a")
    for name in ["b"]:
        store.save(name)
    print(SAVED)


asyncio.run(main())
