# expect: untouched-safe unsafe=sync-client min-python=3.11 needs=redis
"""A real Redis: commands, pipelines, locks, scans, subscriptions, scripts in one round trip, and the end."""
import asyncio
import os

import redis


class Store:
    def __init__(self, url):
        self.redis = redis.Redis.from_url(url, decode_responses=True)

    async def fill(self):
        self.redis.flushdb()
        self.redis.set("counter", 1)
        for _ in range(3):
            self.redis.incr("counter")
        self.redis.hset("user:1", mapping={"name": "ada", "age": "36"})
        return self.redis.get("counter"), self.redis.hgetall("user:1")

    async def many(self):
        with self.redis.pipeline() as pipe:
            for n in range(5):
                pipe.set(f"item:{n}", n).expire(f"item:{n}", 60)
            done = pipe.execute()
        return done, sorted(self.redis.scan_iter("item:*"))

    async def each(self):
        total = 0
        for key in self.redis.scan_iter("item:*"):
            total += int(self.redis.get(key))
        return total, sorted(int(value) for value in self.redis.mget([f"item:{n}" for n in range(5)]))

    async def locked(self):
        with self.redis.lock("door", timeout=5):
            inside = self.redis.exists("door")
        return inside, self.redis.exists("door")

    async def news(self):
        pubsub = self.redis.pubsub()
        pubsub.subscribe("news")
        pubsub.get_message(timeout=1)
        self.redis.publish("news", "hello")
        message = pubsub.get_message(timeout=1)
        pubsub.close()
        return message["channel"], message["data"]

    async def wrong(self):
        self.redis.set("text", "words")
        try:
            self.redis.incr("text")
        except redis.ResponseError as error:
            return type(error).__name__

    async def close(self):
        self.redis.close()


async def main():
    store = Store(os.environ["REDIS_URL"])
    print(await store.fill())
    print(await store.many())
    print(await store.each())
    print(await store.locked(), await store.news(), await store.wrong())
    await store.close()


asyncio.run(main())
