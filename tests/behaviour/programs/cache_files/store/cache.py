"""The connection: nothing here waits for it."""

import os

import redis

cache = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
