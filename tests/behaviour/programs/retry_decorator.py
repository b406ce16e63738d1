# expect: safe=time-sleep loop=freed
"""A decorator that retries both kinds of function: only its async half may await."""
import asyncio
import functools
import inspect
import time


def retry(times=3, delay=0.12):
    def decorate(function):
        if inspect.iscoroutinefunction(function):
            @functools.wraps(function)
            async def async_wrapper(*args, **kwargs):
                for attempt in range(1, times + 1):
                    try:
                        return await function(*args, **kwargs)
                    except ConnectionError as error:
                        print(f"{function.__name__}: attempt {attempt}: {error}")
                        if attempt == times:
                            raise
                        time.sleep(delay)
            return async_wrapper

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            for attempt in range(times):
                try:
                    return function(*args, **kwargs)
                except ConnectionError:
                    time.sleep(0.001)
            raise ConnectionError("gave up")
        return wrapper
    return decorate


failures = {"load": 2, "save": 1, "never": 9}


def fail(name):
    if failures[name]:
        failures[name] -= 1
        raise ConnectionError(f"{name} is away")


@retry()
async def load():
    fail("load")
    return "loaded"


@retry(times=2)
async def never():
    fail("never")


@retry()
def save():
    fail("save")
    return "saved"


async def main():
    print(await load())
    print(save())
    try:
        await never()
    except ConnectionError as error:
        print("raised", error)


asyncio.run(main())
