# expect: broken safe=nested-event-loop
# prints: pong pong
"""A running loop cannot be run again, whoever kept it."""
import asyncio


class Client:
    def __init__(self):
        self.loop = asyncio.get_running_loop()

    async def ping(self):
        await asyncio.sleep(0)
        return "pong"

    async def twice(self):
        loop = asyncio.get_running_loop()
        first = loop.run_until_complete(self.ping())
        return first + " " + loop.run_until_complete(self.ping())


async def main():
    print(await Client().twice())


asyncio.run(main())
