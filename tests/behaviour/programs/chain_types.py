# expect: untouched-safe unsafe=transitive-blocking loop=freed
"""The type of an argument, the object at hand and the conditions around decide whether the helper waits."""
import asyncio
import threading
import time

HERE = threading.get_ident()
WHERE = []


def note(text, delay):
    WHERE.append(threading.get_ident() == HERE)
    if isinstance(delay, float):
        time.sleep(delay)
    return text


def pause(delay):
    WHERE.append(threading.get_ident() == HERE)
    if delay is not None:
        time.sleep(delay)


class Talk:
    def __init__(self, delay=None):
        self.delay = delay

    def say(self, text):
        WHERE.append(threading.get_ident() == HERE)
        if self.delay:
            self.wait()
        return text

    def wait(self):
        time.sleep(self.delay)


async def main(delay=None):
    print(note("quick", "no number"), note("slow", 0.15))
    quick = Talk()
    slow = Talk(0.15)
    print(quick.say("quick"), slow.say("slow"))
    if delay is None:
        pause(delay)
    print(len(WHERE), WHERE[0], WHERE[2], WHERE[4])


asyncio.run(main())
