"""What the loop says of time."""
import asyncio


def after(seconds):
    return asyncio.get_event_loop().time() + seconds


def resolved(value):
    future = asyncio.get_event_loop().create_future()
    future.set_result(value)
    return future


def describe():
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return "no loop runs"
    return "open" if not loop.is_closed() else "closed"


def ticket(number):
    try:
        return asyncio.get_event_loop().time() > 0 and number
    except RuntimeError as error:
        return type(error).__name__


class Departures:
    def __init__(self):
        self.seen = []

    def note(self, name):
        self.seen.append((name, asyncio.get_event_loop().is_closed()))

    def plan(self, delay, name):
        asyncio.get_event_loop().call_later(delay, self.note, name)
