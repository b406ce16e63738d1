# expect: safe=requests-to-httpx
"""Bodies: compressed, with a charset, binary, empty; and headers in any case."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def main():
    r = requests.get(BASE + "/gzip")
    print(r.json()["compressed"], len(r.json()["text"]), r.headers["content-encoding"])
    r = requests.get(BASE + "/text")
    print(r.text.split(), len(r.content), r.encoding)
    r = requests.get(BASE + "/bytes/300")
    print(len(r.content), r.content[:4], r.headers["CONTENT-TYPE"])
    r = requests.delete(BASE + "/status/204")
    print(r.status_code, r.content, repr(r.text))
    r = requests.get(BASE + "/headers", headers={"X-Custom": "1", "x-other": "two"})
    print(r.json(), r.headers.get("X-Request-Id"), r.headers.get("missing", "none"))


asyncio.run(main())
