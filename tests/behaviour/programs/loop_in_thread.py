# expect: untouched
"""A thread with a loop of its own: the one right use of new_event_loop and set_event_loop."""
import asyncio
import threading


class Background:
    def __init__(self):
        self.loop = None
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        self.ready.wait()

    def _run(self):
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.loop.call_soon(self.ready.set)
        self.loop.run_forever()
        self.loop.close()

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=5)

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()


async def work(n):
    await asyncio.sleep(0.01)
    return n + 1


background = Background()
print([background.call(work(n)) for n in range(3)])
background.stop()
print(background.loop.is_closed())
