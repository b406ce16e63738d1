# expect: untouched
"""A synchronous program, with one async corner that does nothing wrong."""
import asyncio
import os
import time

import requests

BASE = os.environ["BASE_URL"]


class Client:
    def __init__(self):
        self.session = requests.Session()
        self.session.headers["X-Client"] = "cli"

    def get(self, path):
        for attempt in range(3):
            response = self.session.get(BASE + path)
            if response.status_code != 503:
                return response
            time.sleep(0.01)
        raise SystemExit("gave up")

    def close(self):
        self.session.close()


async def tick(n):
    await asyncio.sleep(0.001)
    return n


def main():
    client = Client()
    print(client.get("/items/1").json(), client.get("/flaky/cli?fail=1").json())
    print(client.get("/headers").json()["x-client"], bool(client.get("/status/404")))
    client.close()
    print(asyncio.run(tick(5)))


main()
