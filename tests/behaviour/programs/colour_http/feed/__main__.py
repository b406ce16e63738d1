"""A client built on requests, in files of its own, becomes one built on httpx."""
import asyncio

from feed.api import Api


async def show(api: Api, path):
    try:
        return api.data(path)
    except ValueError as error:
        return str(error)


async def main():
    api = Api()
    print(sorted(await show(api, "/echo/a?b=1")))
    print(await show(api, "/status/404"))


asyncio.run(main())
