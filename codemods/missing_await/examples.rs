//! What missing-await rewrites, reports and leaves alone.

pub(super) const EXAMPLES: &str = r#"
# a coroutine that is called and dropped
 async def save(order):
     print(order)


 async def handler(order):
-    save(order)
+    await save(order)
# a method, of a class in another file
@ app/handler.py
 from app.store import Store


 async def handler(order):
     store = Store()
-    store.save(order)
+    await store.save(order)
@ app/__init__.py
@ app/store.py
 class Base:
     async def save(self, order):
         print(order)


 class Store(Base):
     pass
# through a package that hands the name on, and an attribute set in another method
@ main.py
 from app import Store


 class Service:
     def __init__(self):
         self.store = Store()

     async def handle(self, order):
-        self.store.save(order)
+        await self.store.save(order)
-        if self.store.has(order):
+        if await self.store.has(order):
             return order
@ app/__init__.py
 from .store import Store
@ app/store.py
 class Store:
     async def save(self, order):
         print(order)

     async def has(self, order):
         return order is not None
# known libraries
 import asyncio
 import httpx


 async def pause(lock: asyncio.Lock, queue: asyncio.Queue[int], writer: asyncio.StreamWriter):
-    asyncio.sleep(1)
+    await asyncio.sleep(1)
-    lock.acquire()
+    await lock.acquire()
-    queue.put(3)
+    await queue.put(3)
-    writer.drain()
+    await writer.drain()
-    asyncio.wait_for(queue.get(), 3)
+    await asyncio.wait_for(queue.get(), 3)
-    asyncio.to_thread(print, 1)
+    await asyncio.to_thread(print, 1)
     async with httpx.AsyncClient() as client:
-        client.post("http://localhost/")
+        await client.post("http://localhost/")
# an attribute of the result
 import httpx


 async def load(client: httpx.AsyncClient, url):
-    return client.get(url).json()
+    return (await client.get(url)).json()
# assigned, and used as if it were the result
 import httpx


 async def load(url):
     async with httpx.AsyncClient() as client:
-        response = client.get(url)
+        response = await client.get(url)
         response.raise_for_status()
         return response.json()["items"]
# aiohttp gives something to await or to enter
 import aiohttp


 async def load(session: aiohttp.ClientSession, url):
-    response = session.get(url)
+    response = await session.get(url)
     if response.status == 200:
-        data = response.json()
+        data = await response.json()
         return data["items"]
     async with session.get(url) as other:
         return await other.text()
# items, tests, comparisons, arithmetic, f-strings, print, iteration and with
 async def total(of):
     return len(of)


 async def handler(orders):
-    first = total(orders)[0]
+    first = (await total(orders))[0]
-    if total(orders) and not total(first):
+    if await total(orders) and not await total(first):
-        print(f"{total(orders)} orders", total(first))
+        print(f"{await total(orders)} orders", await total(first))
-    while total(orders) > 3:
+    while await total(orders) > 3:
-        orders.append(total(orders) + 1)
+        orders.append(await total(orders) + 1)
-    for order in total(orders):
+    for order in await total(orders):
         print(order)
-    with total(orders):
+    with await total(orders):
         pass
-    a, b = total(orders)
+    a, b = await total(orders)
-    count = len(total(orders))
+    count = len(await total(orders))
-    assert total(orders)
+    assert await total(orders)
     return a, b, count
# each use of a name
 async def total(of):
     return len(of)


 async def handler(orders):
-    a = total(orders)
+    a = await total(orders)
     if a:
         return 1
-    b = total(orders)
+    b = await total(orders)
     print(b)
-    c = total(orders)
+    c = await total(orders)
     message = f"{c} orders"
-    d = total(orders)
+    d = await total(orders)
     e = d
     return e + 1, message
# a name that nothing reads
 async def save(order):
     return order


 async def handler(order):
-    result = save(order)
+    result = await save(order)
-    _: int = save(order)
+    _: int = await save(order)
# a walrus
 import asyncio


 async def copy(reader: asyncio.StreamReader, out):
-    while chunk := reader.read(100):
+    while chunk := await reader.read(100):
         out.append(chunk + b"")
# in a comprehension, where it runs at once
 async def is_open(order):
     return order is not None


 async def handler(orders):
-    [is_open(order) for order in orders]
+    [await is_open(order) for order in orders]
-    return [order for order in orders if is_open(order)]
+    return [order for order in orders if await is_open(order)]
# behind a condition
 async def save(order):
     print(order)


 async def handler(order):
-    order and save(order)
+    order and await save(order)
-    save(order) if order else None
+    await save(order) if order else None
# a generator expression is no place for an `await`
! reported generator expression
 async def is_open(order):
     return order is not None


 async def handler(orders):
     return any(not is_open(order) for order in orders)
# a plain function cannot await
! reported plain function
 async def save(order):
     print(order)


 def handler(order):
     save(order)
# a plain function of another file cannot either
! reported plain function
@ app/handler.py
 import asyncio
 from app.store import save


 def handler(order):
     save(order)


 async def main():
     await asyncio.to_thread(print)
@ app/__init__.py
@ app/store.py
 async def save(order):
     print(order)
# nor can a lambda
! reported lambda
 async def is_open(order):
     return order is not None


 async def handler(orders):
     orders.sort(key=lambda order: not is_open(order))
# the program's own start
! unsafe
+import asyncio
+
 async def main():
     print("at work")


 if __name__ == "__main__":
-    main()
+    asyncio.run(main())
# at module level
! unsafe
 import asyncio


 async def main():
     await asyncio.sleep(1)


-main()
+asyncio.run(main())
# a module that is itself on a loop, as a notebook's code is
! reported module level
 async def main():
     print("at work")


 main()
 await main()
# a plain function that hands a coroutine on
! unsafe may give something else
 async def fetch(url):
     return url


 def fetch_first(urls):
     return fetch(urls[0])


 async def handler(urls):
-    fetch_first(urls)
+    await fetch_first(urls)
# or something else, or nothing
 async def fetch(url):
     return url


 def fetch_first(urls):
     if urls:
         return fetch(urls[0])
     print("nothing to fetch")


 def fetch_last(urls):
     if not urls:
         return None
     return fetch(urls[-1])


 async def handler(urls):
     fetch_first(urls)
     fetch_last(urls)
# gathered coroutines run already, but nobody hears of them
! unsafe runs already
 import asyncio


 async def handler(jobs):
-    asyncio.gather(*jobs)
+    await asyncio.gather(*jobs)
# a plain function may start them and go
 import asyncio


 def start(jobs):
     asyncio.gather(*jobs)
# but a future is not a list of results
 import asyncio


 async def handler(jobs):
-    results = asyncio.gather(*jobs)
+    results = await asyncio.gather(*jobs)
     return results[0]
# a coroutine without an end
! reported is it meant to be a task
 import asyncio


 async def watch():
     while True:
         await asyncio.sleep(1)


 async def handler():
     watch()
# in trio
 import trio


 async def handler():
-    trio.sleep(1)
+    await trio.sleep(1)
# what is to be entered with `async with` rather than awaited
 import aiofiles
 import aiohttp


 async def fetch(url, path, session: aiohttp.ClientSession):
     with session.get(url) as response:
         print(response)
     with aiofiles.open(path) as file:
         print(file)
# returned, awaited later, stored, passed on, gathered, made a task, closed
 import asyncio


 async def save(order):
     print(order)


 def later(order):
     return save(order)


 async def handler(order, jobs):
     first = save(order)
     await first
     jobs.append(save(order))
     jobs[0] = save(order)
     held = [save(order), save(order)]
     more = {"a": save(order)}
     await asyncio.gather(*held, *more.values())
     await asyncio.gather(save(order), save(order))
     task = asyncio.create_task(save(order))
     second = save(order)
     asyncio.create_task(second)
     third = save(order)
     jobs.append(third)
     fourth = save(order)
     fourth.close()
     save(order).close()
     await asyncio.wait_for(save(order), 3)
     await (save(order) if order else save(None))
     await task
     return save(order)
# a future has attributes of its own
 import asyncio


 async def handler(jobs):
     waiting = asyncio.gather(*jobs)
     waiting.add_done_callback(print)
     if waiting.done():
         print(waiting.result())
# a name given again, or on some paths only
 async def save(order):
     print(order)


 async def handler(order, again):
     result = save(order)
     result = order
     print(result)
     pending = None
     if again:
         pending = save(order)
     if pending:
         await pending
     other = save(order)
     if again:
         other = 3
     print(other)
# read by an inner function that awaits it
 async def save(order):
     return order


 async def handler(order):
     pending = save(order)

     async def wait():
         return await pending

     return wait
# a plain function
 def save(order):
     print(order)


 async def handler(order):
     save(order)
# an asynchronous generator is not awaited
 async def orders():
     yield 1


 async def handler():
     orders()
     for order in orders():
         print(order)
# a subclass overrides it with a plain function
@ app/base.py
 class Base:
     async def save(self, order):
         print(order)

     async def handle(self, order):
         self.save(order)
@ app/__init__.py
@ app/fake.py
 from app.base import Base


 class Fake(Base):
     def save(self, order):
         print(order)

     async def more(self):
         pass
# another base comes before the one they share
 class Base:
     async def step(self):
         return 1


 class Service(Base):
     pass


 class Plain(Base):
     def step(self):
         return 1


 class Both(Service, Plain):
     def run(self):
         self.step()


 class Task(Base):
     def run(self):
         self.step()


 class PlainTask(Task, Plain):
     pass
# a declaration whose implementations nobody knows
 import abc


 class Base(abc.ABC):
     @abc.abstractmethod
     async def save(self, order): ...

     async def handle(self, order):
         self.save(order)
# a declaration whose implementations are coroutine functions too
 import abc


 class Base(abc.ABC):
     @abc.abstractmethod
     async def save(self, order): ...

     async def handle(self, order):
-        self.save(order)
+        await self.save(order)


 class Store(Base):
     async def save(self, order):
         print(order)
# what tests put in its place
 from unittest.mock import MagicMock, patch

 import app


 async def fetch():
     return 1


 class Client:
     async def send(self):
         return 1


 async def test_fetch(monkeypatch):
     with patch("app.fetch"):
         assert fetch() == 3
     client = Client()
     client.send = MagicMock()
     client.send()
# code that asks which kind it deals with
 import asyncio
 import inspect

 _IS_SYNC = True


 class Client:
     async def close(self):
         print("closed")


 def stop(event: asyncio.Event):
     if _IS_SYNC:
         print("stop")
     else:
         asyncio.wait_for(event.wait(), 3)


 async def finish(client: Client):
     if inspect.iscoroutinefunction(client.close):
         await client.close()
     else:
         client.close()
# what is expected to fail
 import pytest


 async def save(order):
     print(order)


 def test_arguments():
     with pytest.raises(TypeError):
         save()
     with pytest.warns(RuntimeWarning):
         save(1)
# decorators of the project that wrap coroutine functions, or plain ones too
 import asyncio
 import functools


 def timed(function):
     @functools.wraps(function)
     async def wrapper(*args, **kwargs):
         print(function.__name__)
         return await function(*args, **kwargs)

     return wrapper


 def logged(function):
     if asyncio.iscoroutinefunction(function):

         async def wrapper(*args):
             return await function(*args)

         return wrapper
     else:

         def plain(*args):
             return function(*args)

         return plain


 @timed
 async def send(order):
     print(order)


 @logged
 async def keep(order):
     print(order)


 async def handle(order):
-    send(order)
-    keep(order)
+    await send(order)
+    await keep(order)
# a decorator of the project that runs the coroutine
 import asyncio
 import functools


 def command(function):
     @functools.wraps(function)
     def wrapper(*args):
         return asyncio.run(function(*args))

     return wrapper


 @command
 async def main():
     print("at work")


 main()
# a decorator that nobody knows
 import click
 from tools import run_in_loop, synchronize


 @run_in_loop
 async def main():
     print("at work")


 @click.command()
 async def command():
     print("at work")


 @synchronize
 class Client:
     async def send(self):
         print("sent")


 def start(client: Client):
     main()
     command()
     client.send()
# given another meaning afterwards
 from tools import synchronous


 async def save(order):
     print(order)


 save = synchronous(save)


 class Client:
     async def send(self):
         print("sent")

     async def close(self):
         print("closed")

     close = synchronous(close)


 Client.send = synchronous(Client.send)


 def start(client: Client):
     save(1)
     client.send()
     client.close()
# an attribute that holds a function may come to hold another
 async def nothing():
     print("nothing")


 class Client:
     def __init__(self):
         self.on_close = nothing

     async def close(self):
         self.on_close()
# defined in one way or the other
 import os

 if os.environ.get("SYNC"):

     def save(order):
         print(order)
 else:

     async def save(order):
         print(order)


 async def handler(order):
     save(order)
# another thing of the same name
 from tools import save as keep


 async def save(order):
     print(order)


 async def handler(order, save):
     save(order)
     keep(order)
     order.save()
# a type checker was told
 async def save(order):
     print(order)


 async def handler(order):
     save(order)  # type: ignore[unused-coroutine]
# a cell of a notebook awaits
@ analysis.ipynb
 # %%
 async def load(name):
     return name
 # %%
-load("a")
+await load("a")
-print(load("b").size)
+print((await load("b")).size)
# and may await later what it keeps
@ analysis.ipynb
 # %%
 async def load(name):
     return name

 later = load("a")
 # %%
 await load("b")
# what the project's decorators made of a coroutine function
@ app/decorators.py
 import functools


 def retry(times=3):
     def decorate(func):
         @functools.wraps(func)
         async def wrapper(*args):
             for _ in range(times):
                 try:
                     return await func(*args)
                 except OSError:
                     continue

         return wrapper

     return decorate
@ app/__init__.py
@ app/mail.py
 from app.decorators import retry


 @retry(times=5)
 async def send(text):
     print(text)


 async def greet():
-    send("hello")
+    await send("hello")
# decorators that run it, or that nobody knows
@ app/decorators.py
 import asyncio
 import functools


 def synchronous(func):
     @functools.wraps(func)
     def wrapper(*args):
         return asyncio.run(func(*args))

     return wrapper
@ app/__init__.py
@ app/mail.py
 import framework

 from app.decorators import synchronous


 @synchronous
 async def send(text):
     print(text)


 @framework.job
 async def later(text):
     print(text)


 def greet():
     send("hello")


 async def plan():
     later("hello")
# a truth test by `and`, and `match`
 async def ready(name):
     return name


 async def check(name):
-    first = ready(name) and name
+    first = await ready(name) and name
-    match ready(name):
+    match await ready(name):
         case "a":
             return first
# `async with` on a class of the project
 class Client:
     async def __aenter__(self):
         return self

     async def __aexit__(self, *error):
         return None

     async def send(self, text):
         print(text)


 async def greet():
     async with Client() as client:
-        client.send("hello")
+        await client.send("hello")
"#;
