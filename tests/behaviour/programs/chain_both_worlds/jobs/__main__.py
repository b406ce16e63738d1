"""The same helper in plain code and on the event loop: only the second call moves."""
import asyncio

from jobs.work import work


async def serve():
    return await asyncio.gather(one(1), one(2))


async def one(n):
    return work(n)


def main():
    print(work(0))
    print(asyncio.run(serve()))


main()
