# expect: untouched-safe unsafe=transitive-blocking loop=freed
"""Only what is given decides whether the helper waits: the other calls stay where they are."""
import asyncio
import threading
import time

HERE = threading.get_ident()
WHERE = []


def note(text, delay=None):
    WHERE.append(threading.get_ident() == HERE)
    if delay is not None:
        time.sleep(delay)
    return text


async def main():
    print(note("quick"), note("slow", 0.15), note("none", None))
    print(len(WHERE), WHERE[0], WHERE[2])


asyncio.run(main())
