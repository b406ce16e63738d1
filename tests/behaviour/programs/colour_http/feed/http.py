import os
import time

import requests

BASE = os.environ["BASE_URL"]


def get_json(path):
    time.sleep(0.12)
    response = requests.get(f"{BASE}{path}", timeout=5)
    if response.status_code != 200:
        return None
    return response.json()
