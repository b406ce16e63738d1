# expect: safe=fire-and-forget
"""A class with its loop at hand, in the style of the older libraries."""
import asyncio
from typing import Optional


class Connection:
    def __init__(self, loop: Optional[asyncio.AbstractEventLoop] = None):
        self.loop = loop or asyncio.get_running_loop()
        self.events = []

    async def _dispatch(self, event, delay):
        await asyncio.sleep(delay)
        self.events.append(event)

    def dispatch(self, event):
        self.loop.create_task(self._dispatch(event, 0.002))

    async def reconnect(self):
        self.loop.create_task(self._dispatch("reconnected", 0.001))
        await asyncio.sleep(0)


class Wrapped:
    def __init__(self, connection: Connection):
        self._loop = asyncio.get_running_loop()
        self.connection = connection

    async def send(self, text):
        self._loop.create_task(self.connection._dispatch(text, 0.003))


async def main():
    connection = Connection()
    connection.dispatch("ready")
    connection.dispatch("message")
    await connection.reconnect()
    await Wrapped(connection).send("sent")
    await asyncio.sleep(0.04)
    print(sorted(connection.events))


asyncio.run(main())
