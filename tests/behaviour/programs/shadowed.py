# expect: untouched
"""Names that look like ours and are not."""
import asyncio
import os


class Store:
    """Has `get`, like a response, a session, a dict and a queue."""

    def __init__(self):
        self.session = {"get": 1}

    def get(self, key, default=None):
        return self.session.get(key, default)

    def post(self, url, json=None):
        return (url, json)


class requests:
    calls = []

    @classmethod
    def get(cls, url):
        cls.calls.append(url)
        return url.upper()


def get_event_loop():
    return "mine"


def create_task(coroutine):
    coroutine.close()
    return "not a task"


async def gather(*values):
    return sum(values)


async def value():
    return 1


async def handle(requests):
    # a list of requests, not the library
    return [r for r in requests if requests.count(r) == 1]


async def main():
    store = Store()
    queue = asyncio.Queue()
    await queue.put(store.get("get"))
    print(await queue.get(), store.post("/x", json={}), os.environ.get("NOPE"))
    print(requests.get("url"), requests.calls, await handle(["a", "b", "a"]))
    create_task(value())
    print(get_event_loop(), await gather(*[n for n in range(4)]))
    asyncio_like = {"sleep": lambda n: n}
    print(asyncio_like["sleep"](3))


asyncio.run(main())
