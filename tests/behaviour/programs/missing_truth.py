# expect: broken safe=missing-await
# prints: not yet
# prints: equal
"""A coroutine is always true, and equal to nothing."""
import asyncio


async def is_ready():
    await asyncio.sleep(0)
    return False


async def version():
    return 3


async def main():
    if is_ready():
        print("ready")
    else:
        print("not yet")
    print("equal" if version() == 3 else "different")


asyncio.run(main())
