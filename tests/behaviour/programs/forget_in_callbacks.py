# expect: safe=fire-and-forget
"""Tasks lost inside lambdas and callbacks, where no statement can stand."""
import asyncio

seen = []


async def work(name):
    await asyncio.sleep(0.001)
    seen.append(name)


class Button:
    def __init__(self):
        self.handlers = []

    def on_click(self, handler):
        self.handlers.append(handler)

    def click(self):
        for handler in self.handlers:
            handler()


def on_timer(name):
    asyncio.ensure_future(work(name))


async def main():
    loop = asyncio.get_running_loop()
    loop.call_later(0.005, lambda: asyncio.create_task(work("call_later")))
    loop.call_soon(lambda: asyncio.ensure_future(work("call_soon")))
    loop.call_soon(on_timer, "function")
    button = Button()
    button.on_click(lambda: asyncio.create_task(work("click")))
    button.click()
    task = asyncio.create_task(work("first"))
    task.add_done_callback(lambda _: asyncio.create_task(work("second")))
    await task
    await asyncio.sleep(0.05)
    print(sorted(seen))


asyncio.run(main())
