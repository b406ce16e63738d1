# expect: untouched reported=make-async
# config: select = ["make-async"]
"""Helpers that somebody off the loop needs as they are, and what depends on them."""
import asyncio
import threading
import time

lock = threading.Lock()


def wait():
    time.sleep(0.01)
    return 1


def numbers():
    time.sleep(0.01)
    yield from (1, 2)


def locked():
    with lock:
        time.sleep(0.01)
    return 2


def handed():
    time.sleep(0.01)
    return 3


class Sensor:
    @property
    def value(self):
        time.sleep(0.01)
        return 4


CALLBACKS = {"handed": handed}


async def main():
    print(wait(), list(numbers()), locked(), handed(), Sensor().value)


print(wait(), CALLBACKS["handed"]())
asyncio.run(main())
