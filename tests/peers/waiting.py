"""Waiting for a person or for time to pass, and tasks that are lost, in the shapes that ruff and flake8-async document."""
import asyncio
import time
from time import sleep


async def ask():
    name = input("Who is there? ")  # ASYNC250 ruff flake8-async
    return name


async def pause():
    time.sleep(1)  # ASYNC251 ruff flake8-async
    sleep(1)  # ASYNC251 ruff flake8-async


async def work(number):
    return number


async def start():
    asyncio.create_task(work(1))  # RUF006 ruff
    asyncio.ensure_future(work(2))  # RUF006 ruff
    for number in range(10):
        asyncio.create_task(work(number))  # RUF006 ruff
    loop = asyncio.get_running_loop()
    loop.create_task(work(3))  # RUF006 ruff
    unused = asyncio.create_task(work(4))  # RUF006 ruff


async def fine(tasks):
    task = asyncio.create_task(work(6))
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    await asyncio.sleep(1)
