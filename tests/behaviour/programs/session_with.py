# expect: safe=requests-to-httpx
"""Logs in, keeps the cookie in a session, reads a page behind the login."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def fetch_account(user, password):
    with requests.Session() as session:
        session.headers["X-Device"] = "cli"
        login = session.post(f"{BASE}/login", data={"user": user, "password": password})
        if login.status_code != 200:
            return {"error": login.json()["error"], "status": login.status_code}
        account = session.get(f"{BASE}/account")
        account.raise_for_status()
        print("cookies:", sorted(session.cookies.keys()))
        return account.json()


async def anonymous():
    with requests.Session() as s, open(os.devnull) as _:
        return s.get(f"{BASE}/account").status_code


async def main():
    print(await fetch_account("ada", "secret"))
    print(await fetch_account("ada", "wrong"))
    print(await anonymous())


asyncio.run(main())
