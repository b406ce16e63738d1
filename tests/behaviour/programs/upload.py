# expect: safe=requests-to-httpx
"""Uploads a report as multipart, with fields beside it."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def upload(path, title):
    with open(path, "rb") as handle:
        response = requests.post(
            f"{BASE}/echo/upload",
            data={"title": title, "public": "yes"},
            files={"report": ("report.csv", handle, "text/csv")},
        )
    body = response.json()
    return body["form"], body["files"]


async def main():
    with open("report.csv", "w") as out:
        out.write("id,amount\n1,20\n2,35\n")
    form, files = await upload("report.csv", "Q3")
    print(form)
    print(files)


if __name__ == "__main__":
    asyncio.run(main())
