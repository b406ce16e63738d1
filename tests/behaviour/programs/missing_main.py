# expect: broken untouched-safe unsafe=missing-await
# prints: started
"""The program's own start is a coroutine that nobody runs."""
import asyncio


async def main():
    await asyncio.sleep(0)
    print("started")


if __name__ == "__main__":
    main()
