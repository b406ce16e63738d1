# expect: safe=get-event-loop
"""Under the guard, with the loop in a name and closed after it."""
import asyncio
import logging

logger = logging.getLogger(__name__)


async def serve(requests):
    for name in requests:
        await asyncio.sleep(0.001)
        print("served", name)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    loop = asyncio.get_event_loop()
    try:
        loop.run_until_complete(serve(["a", "b"]))
    finally:
        loop.close()
