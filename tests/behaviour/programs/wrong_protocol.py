# expect: safe=blocking-context-manager peak=0 min-python=3.11
"""`with` and `for` where `async with` and `async for` belong, and the reverse: each fails, and then the right way is gone.

The number of those that failed goes to stderr as the peak: none is left after the rewrite.
"""
import asyncio
import contextlib
import os
import sys
import tempfile

import httpx

lock = asyncio.Lock()


class Feed:
    def __init__(self, items):
        self.items = list(items)

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.items:
            raise StopAsyncIteration
        await asyncio.sleep(0)
        return self.items.pop(0)


class Transaction:
    def __init__(self, log):
        self.log = log

    async def __aenter__(self):
        await asyncio.sleep(0)
        self.log.append("begin")
        return self

    async def __aexit__(self, kind, error, traceback):
        await asyncio.sleep(0)
        self.log.append("rollback" if kind else "commit")


@contextlib.asynccontextmanager
async def opened(name):
    await asyncio.sleep(0)
    yield name.upper()


@contextlib.contextmanager
def noted(log):
    log.append("in")
    yield
    log.append("out")


async def numbers(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i


def squares(n):
    for i in range(n):
        yield i * i


async def entered():
    with httpx.AsyncClient() as client:
        inside = client.is_closed
    return inside, client.is_closed


async def entered_rightly():
    async with httpx.AsyncClient() as client:
        inside = client.is_closed
    return inside, client.is_closed


async def committed():
    log = []
    with Transaction(log), lock:
        log.append("work")
    return log


async def committed_rightly():
    log = []
    async with Transaction(log), lock:
        log.append("work")
    return log


async def written(folder):
    # Two of different kinds, and a string that must not be moved.
    with opened("a") as name, open(os.path.join(folder, "out"), "w") as file:
        file.write(f"""{name}
  indented
""")
    return name


async def written_rightly(folder):
    async with opened("a") as name:
        with open(os.path.join(folder, "out"), "w") as file:
            file.write(f"{name}\n  indented\n")
    return name


async def collected():
    found = []
    for item in Feed("abc"):
        found.append(item)
    found += [n for n in numbers(3) if n]
    async for square in squares(4):
        found.append(square)
    return found + [square async for square in squares(3)]


async def collected_rightly():
    found = [item async for item in Feed("abc")]
    found += [n async for n in numbers(3) if n]
    found += list(squares(4))
    return found + list(squares(3))


async def logged():
    log = []
    async with noted(log):
        log.append("between")
    return log


async def logged_rightly():
    log = []
    with noted(log):
        log.append("between")
    return log


async def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for wrong, right in [
            (entered, entered_rightly),
            (committed, committed_rightly),
            (lambda: written(folder), lambda: written_rightly(folder)),
            (collected, collected_rightly),
            (logged, logged_rightly),
        ]:
            try:
                result = await wrong()
            except (AttributeError, TypeError):
                failed += 1
                result = await right()
            print(result)
        with open(os.path.join(folder, "out")) as file:
            print(repr(file.read()))
    print(f"peak={failed}", file=sys.stderr)


asyncio.run(main())
