"""Asks everything at once."""

import asyncio

import shop
from shop import clients
from shop.answers import answer, tell


async def owner(name):
    return shop.llm.models.retrieve(name).owned_by


async def names():
    return [model.id for model in clients.client.models.list()]


async def main():
    print(await asyncio.gather(answer("Why?"), tell("How?"), owner("m-1"), names()))
    shop.llm.close()


asyncio.run(main())
