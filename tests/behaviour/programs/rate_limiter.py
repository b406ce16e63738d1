# expect: safe=time-sleep loop=freed
"""A token bucket for an API client; `time` is used for more than sleeping, so its import stays."""
import asyncio
import time
from collections import deque


class RateLimiter:
    def __init__(self, calls, period):
        self.calls = calls
        self.period = period
        self.stamps = deque()

    async def acquire(self):
        while True:
            now = time.monotonic()
            while self.stamps and now - self.stamps[0] >= self.period:
                self.stamps.popleft()
            if len(self.stamps) < self.calls:
                self.stamps.append(now)
                return
            time.sleep(self.period - (now - self.stamps[0]))

    async def __aenter__(self):
        await self.acquire()
        return self

    async def __aexit__(self, *exc_info):
        return False


async def main():
    limiter = RateLimiter(calls=2, period=0.16)
    started = time.monotonic()
    done = []
    for n in range(5):
        async with limiter:
            done.append(n)
    elapsed = time.monotonic() - started
    print(done, 0.3 <= elapsed < 1.5, time.strftime("%Y", time.gmtime(0)))


if __name__ == "__main__":
    asyncio.run(main())
