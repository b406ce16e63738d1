"""What is bought."""

from store import web


async def owner(number):
    return web.session.get(f"{web.BASE}/items/{number}").json()["owner"]


async def hops(count):
    reply = web.session.get(f"{web.BASE}/redirect/{count}", allow_redirects=False)
    return reply.status_code, reply.headers["Location"]
