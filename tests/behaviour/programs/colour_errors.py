# expect: untouched-safe unsafe=make-async loop=freed
# config: extend-select = ["make-async"]
"""Errors come out where they did, in their order, and `finally` runs where it did."""
import asyncio
import time

LOG = []


class Refused(Exception):
    pass


def ask(n):
    LOG.append(f"ask {n}")
    time.sleep(0.11)
    if n == 2:
        raise Refused(n)
    return n


def guarded(n):
    try:
        return ask(n)
    finally:
        LOG.append(f"done {n}")


def retry(n):
    for attempt in range(2):
        try:
            return guarded(n)
        except Refused as error:
            LOG.append(f"refused {error} {attempt}")
    return None


async def main():
    print(retry(1), retry(2))
    print(LOG)


asyncio.run(main())
