"""What is fetched: the stream is read by whoever asked for it."""

import os
import time

import requests

BASE = os.environ["BASE_URL"]


def body(name):
    return requests.get(f"{BASE}/users/{name}", stream=True, timeout=10)


def settle(name):
    time.sleep(0.01)
    return name.title()
