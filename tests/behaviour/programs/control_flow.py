# expect: safe=requests-to-httpx,time-sleep loop=freed
"""Calls inside loops with else, try with everything, early returns, conditions, deletes and globals."""
import asyncio
import os
import time

import requests

BASE = os.environ["BASE_URL"]
last_status = None


async def with_retries(name, attempts=4):
    for attempt in range(attempts):
        try:
            r = requests.get(f"{BASE}/flaky/{name}", params={"fail": "2"}, timeout=5)
            if r.ok:
                break
            print("status", r.status_code, "at", attempt)
        except requests.RequestException as e:
            print("failed", type(e).__name__)
        else:
            time.sleep(0.13)
    else:
        return "gave up"
    return r.json()["tries"]


async def everything(path):
    global last_status
    log = []
    try:
        response = requests.get(BASE + path)
        last_status = response.status_code
        response.raise_for_status()
    except requests.HTTPError as e:
        log.append(f"http {e.response.status_code}")
        if e.response.status_code == 404:
            return log
        raise ValueError("server") from e
    except requests.ConnectionError:
        log.append("connection")
    else:
        log.append(response.json().get("method", "none"))
    finally:
        log.append("finally")
        print("log", log)
    return log


async def conditional(path, fallback="/items/1"):
    data = requests.get(BASE + path).json() if path else requests.get(BASE + fallback).json()
    other = path and requests.get(BASE + path).status_code
    return data["id"], other


async def while_loop():
    page, owners = 1, []
    while True:
        body = requests.get(BASE + "/items", params={"page": page, "per_page": 5}).json()
        for item in body["items"]:
            if item["id"] == 7:
                continue
            owners.append(item["owner"][0])
        if not body["next"]:
            return "".join(owners)
        page = body["next"]


async def rebinding(ids):
    response = None
    for n in ids:
        if response is not None and response.status_code != 200:
            break
        response = requests.get(f"{BASE}/items/{n}" if n < 3 else f"{BASE}/status/404")
    text = response.text
    del response
    return len(text)


async def nested(names):
    found = {}
    with open(os.devnull) as nothing:
        for name in names:
            if name.startswith("#"):
                continue
            with requests.Session() as session:
                session.headers.update({"X-Name": name})
                reply = session.get(BASE + "/headers")
                found[name] = reply.json()["x-name"]
        assert nothing.read() == ""
    return found


async def main():
    print(await with_retries("control"), await with_retries("never", attempts=1))
    print(await everything("/echo"), last_status)
    print(await everything("/status/404"), last_status)
    print(await everything("/drop"), last_status)
    try:
        await everything("/status/500")
    except ValueError as error:
        print("raised", error, type(error.__cause__).__name__[:4])
    print(await conditional("/items/3"), await conditional(""))
    print(await while_loop(), await rebinding([1, 2, 3, 4]))
    print(await nested(["ada", "#skip", "ken"]))


asyncio.run(main())
