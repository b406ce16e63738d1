"""The command line: the errors of the library that the client uses are caught here, two calls up."""

import asyncio

import requests

from .accounts import describe


async def main(names):
    for name in names:
        try:
            print(await describe(name))
        except requests.HTTPError as error:
            print(name, "->", error.response.status_code)


asyncio.run(main(["ada", "nobody"]))
