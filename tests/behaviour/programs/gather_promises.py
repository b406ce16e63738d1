# expect: safe=unbounded-gather peak=4
# config: concurrency-limit = 4
"""What `gather` promises besides the results: tasks of their own, siblings that go on, a collection read at once."""
import asyncio
import contextvars
import sys

active = 0
peak = 0
user = contextvars.ContextVar("user", default="nobody")


async def breathe():
    global active, peak
    active += 1
    peak = max(peak, active)
    try:
        await asyncio.sleep(0.002)
    finally:
        active -= 1


async def as_user(name):
    before = user.get()
    user.set(name)
    await breathe()
    return f"{before}-{user.get()}"


async def deliver(number, done):
    await breathe()
    if number in (1, 2, 7):
        raise LookupError(f"no address {number}")
    done.append(number)


async def give_up(number):
    await breathe()
    if number == 3:
        raise asyncio.CancelledError
    return number


async def error_as_value(number):
    await breathe()
    return ValueError(number)


class Room:
    def __init__(self, names):
        self.members = {name: [] for name in names}

    async def tell(self, name, text):
        await breathe()
        self.members[name].append(text)
        if len(name) == 1:
            # Leaves while the others are still being told.
            del self.members[name]

    async def broadcast(self, text):
        await asyncio.gather(*(self.tell(name, text) for name in self.members))


async def leaf(branch, number):
    await breathe()
    return branch * 10 + number


async def tree(branches):
    return [await asyncio.gather(*[leaf(branch, number) for number in range(branch + 5)]) for branch in branches]


async def main(words):
    user.set("main")
    print(await asyncio.gather(*[as_user(word) for word in words]), user.get())

    done = []
    try:
        await asyncio.gather(*[deliver(number, done) for number, _ in enumerate(words)])
    except LookupError as error:
        print(error)
    await asyncio.sleep(0.5)
    print("delivered", sorted(done))

    try:
        await asyncio.gather(*[give_up(number) for number, _ in enumerate(words)])
    except asyncio.CancelledError:  # asyncfix: ignore[swallowed-cancellation]
        print("given up")
    await asyncio.sleep(0.5)
    results = await asyncio.gather(*[give_up(number) for number, _ in enumerate(words)], return_exceptions=True)
    print([type(result).__name__ for result in results])
    print(await asyncio.gather(*[error_as_value(number) for number, _ in enumerate(words)]))
    print(await asyncio.gather(*[leaf(1, number) for number in range(len(words[:0]))]))

    room = Room(words)
    await room.broadcast("hello")
    print(room.members)
    print(await tree(range(3)))
    print(f"peak={peak}", file=sys.stderr)


asyncio.run(main("a bb c dd e ff g hh i jj".split()))
