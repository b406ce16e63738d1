# expect: safe=time-sleep loop=freed
"""Waits for a job by polling, beside a heartbeat that must go on."""
import asyncio
import time


class Job:
    def __init__(self, ticks):
        self.left = ticks

    async def status(self):
        self.left -= 1
        return "done" if self.left <= 0 else "running"


async def wait_for(job, interval=0.13):
    polls = 0
    while await job.status() != "done":
        polls += 1
        time.sleep(interval)
    return polls


async def main():
    started = time.perf_counter()
    polls = await asyncio.gather(wait_for(Job(3)), wait_for(Job(2)))
    print(polls, time.perf_counter() - started >= 0.2)


asyncio.run(main())
