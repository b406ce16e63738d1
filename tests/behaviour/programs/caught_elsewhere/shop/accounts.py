"""What the shop knows of its users."""

from . import client


async def describe(name):
    record = await client.user(name)
    return f"{record['name']} is number {record['id']}"
