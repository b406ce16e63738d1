# expect: untouched reported=multiple-asyncio-run remedied min-python=3.10
# A lock of the module belongs to the loop of the first run that had to wait for it.
# output: ['a', 'b']
# output: RuntimeError
import asyncio

lock = asyncio.Lock()


async def take(name, taken):
    async with lock:
        await asyncio.sleep(0.01)
        taken.append(name)


async def take_both():
    taken = []
    await asyncio.gather(take("a", taken), take("b", taken))
    return taken


def attempts():
    for _ in range(2):
        try:
            print(asyncio.run(take_both()))
        except RuntimeError as error:
            print(type(error).__name__)


if __name__ == "__main__":
    attempts()
