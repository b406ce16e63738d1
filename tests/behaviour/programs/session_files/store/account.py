"""Who buys."""

import requests

from store.web import BASE, session


async def login(user, password):
    reply = session.post(f"{BASE}/login", data={"user": user, "password": password}, timeout=5)
    return reply.status_code


async def account():
    try:
        reply = session.get(f"{BASE}/account")
        reply.raise_for_status()
    except requests.HTTPError as error:
        return error.response.status_code
    return reply.json()
