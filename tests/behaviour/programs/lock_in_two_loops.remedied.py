# expect: untouched min-python=3.10
# Every run makes a lock of its own.
# output: ['a', 'b']
# output: ['a', 'b']
import asyncio


async def take(name, lock, taken):
    async with lock:
        await asyncio.sleep(0.01)
        taken.append(name)


async def take_both():
    lock, taken = asyncio.Lock(), []
    await asyncio.gather(take("a", lock, taken), take("b", lock, taken))
    return taken


def attempts():
    for _ in range(2):
        try:
            print(asyncio.run(take_both()))
        except RuntimeError as error:
            print(type(error).__name__)


if __name__ == "__main__":
    attempts()
