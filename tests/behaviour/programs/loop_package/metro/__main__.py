"""The board, and a script that asks for a ticket before any loop runs."""
import asyncio
import threading

import metro
from metro import clock
from metro.clock import Departures, describe


class Board:
    def __init__(self):
        self.departures = Departures()

    async def run(self):
        self.departures.plan(0.02, "late")
        self.departures.plan(0.001, "early")
        await asyncio.sleep(0.05)
        return self.departures.seen


async def main():
    print(metro.later(5) > clock.after(0), await clock.resolved(3), describe())
    print(await Board().run())


print(describe())
asyncio.run(main())
thread = threading.Thread(target=lambda: print(clock.ticket(1)))
thread.start()
thread.join()
