# expect: unsafe=get-event-loop
"""The main of 2016: loop, try, run, close."""
import asyncio


async def fetch(n):
    await asyncio.sleep(0)
    return n * n


async def main():
    print(await asyncio.gather(fetch(2), fetch(3)))
    return 7


def run():
    loop = asyncio.get_event_loop()
    try:
        result = loop.run_until_complete(main())
    finally:
        loop.close()
    return result


print(run())
