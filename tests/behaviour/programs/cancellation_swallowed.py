# expect: untouched-safe unsafe=swallowed-cancellation
"""Handlers that let a cancellation pass once they are mended; the program itself cancels nothing."""
import asyncio


async def poll(source, seen):
    for _ in range(3):
        try:
            seen.append(await source())
        except:
            seen.append("failed")


async def listen(source):
    while True:
        try:
            value = await source()
        except (asyncio.CancelledError, ValueError):
            value = "lost"
        if value:
            return value


async def main():
    answers = iter(["a", ValueError("b"), "c", "d"])

    async def source():
        await asyncio.sleep(0)
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    seen = []
    await poll(source, seen)
    print(seen, await listen(source))


asyncio.run(main())
