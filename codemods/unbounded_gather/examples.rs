//! What unbounded-gather rewrites, reports and leaves alone.

pub(super) const EXAMPLES: &str = r#"
# one coroutine for each item
 import asyncio


+async def gather_bounded(coros, *, limit=100, return_exceptions=False):
+    """Like `asyncio.gather(*coros)`, but with at most `limit` of them running at a time."""
+    slots = asyncio.Semaphore(limit)
+    failed = asyncio.get_running_loop().create_future()
+    tasks = []
+
+    def finished(task):
+        slots.release()
+        error = task.cancelled() or task.exception() is not None
+        if error and not return_exceptions and not failed.done():
+            failed.set_result(None)
+
+    async def start():
+        waiting = iter(coros)
+        try:
+            await slots.acquire()
+            for coro in waiting:
+                tasks.append(asyncio.ensure_future(coro))
+                tasks[-1].add_done_callback(finished)
+                await slots.acquire()
+        finally:
+            if waiting is not coros:  # a generator has not made the others yet
+                for coro in waiting:
+                    coro.close() if asyncio.iscoroutine(coro) else coro.cancel()
+
+    # As with `gather`, the first error is raised at once, and the others still run.
+    starting = asyncio.create_task(start())
+    try:
+        await asyncio.wait({starting, failed}, return_when=asyncio.FIRST_COMPLETED)
+    except asyncio.CancelledError:
+        for task in [starting, *tasks]:
+            task.cancel()
+        await asyncio.gather(*tasks, return_exceptions=return_exceptions)
+        raise
+    if starting.done():
+        starting.result()
+    return await asyncio.gather(*tasks, return_exceptions=return_exceptions)
+
+
 async def fetch(url):
     await asyncio.sleep(1)
     return url


 async def crawl(urls):
-    return await asyncio.gather(*[fetch(url) for url in urls])
+    return await gather_bounded([fetch(url) for url in urls])
# a generator stays one where nobody can tell when it is read
! helper-module pkg.aio
 import asyncio
 import sys
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl():
     urls = sys.stdin.read().split()
-    await asyncio.gather(*(fetch(url) for url in urls))
+    await gather_bounded(fetch(url) for url in urls)
# a collection that others may change meanwhile is read at once, as `gather` does
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 class Hub:
     def __init__(self):
         self.clients = {}

     async def broadcast(self, text):
-        await asyncio.gather(*(self.send(name, text) for name in self.clients))
+        await gather_bounded([self.send(name, text) for name in self.clients])

     async def send(self, name, text):
         await asyncio.sleep(1)
         self.clients.pop(name, None)
# so is one whose conditions may
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded

 SEEN = set()


 async def visit(url):
     SEEN.add(url)
     await asyncio.sleep(1)


 async def crawl(text):
-    await asyncio.gather(*(visit(url) for url in text.split() if url not in SEEN))
+    await gather_bounded([visit(url) for url in text.split() if url not in SEEN])
# tasks are made when their turn comes
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)
     return url


 async def crawl(path):
     with open(path) as file:
         urls = file.read().splitlines()
-    return await asyncio.gather(*[asyncio.create_task(fetch(url)) for url in urls])
+    return await gather_bounded(fetch(url) for url in urls)
# tasks in a list that serves nothing else
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)
     return url


 async def crawl(urls):
-    tasks = [asyncio.ensure_future(fetch(url)) for url in urls]
+    tasks = [fetch(url) for url in urls]
     print(f"{len(tasks)} pages")
-    results = await asyncio.gather(*tasks, return_exceptions=True)
+    results = await gather_bounded(tasks, return_exceptions=True)
     return [result for result in results if not isinstance(result, Exception)]
# a loop that only made the tasks goes, and what stood deeper comes back
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(note):
     await asyncio.sleep(1)


 async def crawl(urls):
-    loop = asyncio.get_running_loop()
     tasks = [
-        loop.create_task(
-            fetch(
-                """two
-                lines""",
-            )
-        )
+        fetch(
+            """two
+                lines""",
+        )
         for url in urls
     ]
-    await asyncio.gather(*tasks)
+    await gather_bounded(tasks)
# a list filled in a loop
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(sites):
     tasks = []
     for site in sites:
         for page in site.pages:
             if page.is_new:
-                tasks.append(asyncio.create_task(fetch(page)))
+                tasks.append(fetch(page))
     if not tasks:
         return
-    await asyncio.gather(*tasks)
+    await gather_bounded(tasks)
# a list named in a condition
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
-    if tasks := [asyncio.create_task(fetch(url)) for url in urls if url]:
-        await asyncio.gather(*tasks)
+    if tasks := [fetch(url) for url in urls if url]:
+        await gather_bounded(tasks)
     print(len(urls))
# coroutines in a list, whatever happens before they are gathered
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(pages):
     coros: list = []
     while pages:
         coros.append(fetch(pages.pop()))
         await asyncio.sleep(0)
     try:
-        return await asyncio.gather(*coros)
+        return await gather_bounded(coros)
     except OSError:
         return []
# a generator in a name is read at once where it must be
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
     pages = (fetch(url) for url in urls)
     images = map(fetch, sorted(urls))
-    return await asyncio.gather(*pages), await asyncio.gather(*images)
+    return await gather_bounded([*pages]), await gather_bounded(images)
# a script without a running loop
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 def main(urls):
     loop = asyncio.new_event_loop()
-    tasks = [loop.create_task(fetch(url)) for url in urls]
-    loop.run_until_complete(asyncio.gather(*tasks))
+    tasks = [fetch(url) for url in urls]
+    loop.run_until_complete(gather_bounded(tasks))
# `map`
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls, text):
-    await asyncio.gather(*map(fetch, text.split()))
-    await asyncio.gather(*map(fetch, urls), return_exceptions=True)
+    await gather_bounded(map(fetch, text.split()))
+    await gather_bounded([*map(fetch, urls)], return_exceptions=True)
# `gather` under another name, over several lines
! helper-module pkg.aio
-from asyncio import gather, sleep
+from asyncio import sleep
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await sleep(1)


 async def crawl(text):
-    return await gather(
-        *[fetch(line) for line in text.splitlines()],  # one for each line
+    return await gather_bounded(
+        (fetch(line) for line in text.splitlines()),  # one for each line
         return_exceptions=True,
     )
# what takes a coroutine as well as a future
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
-    return await asyncio.shield(asyncio.gather(*[fetch(url) for url in urls]))
+    return await asyncio.shield(gather_bounded([fetch(url) for url in urls]))


 def main(urls):
     loop = asyncio.new_event_loop()
-    loop.run_until_complete(asyncio.gather(*(fetch(url) for url in urls)))
+    loop.run_until_complete(gather_bounded([fetch(url) for url in urls]))
# a future that is awaited at once
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
-    pages = asyncio.gather(*[fetch(url) for url in urls])
+    pages = gather_bounded([fetch(url) for url in urls])
     return await pages
# a method, in another file
! helper-module pkg.aio
@ app/main.py
 import asyncio

 from app.client import Client
+from pkg.aio import gather_bounded


 async def crawl(urls):
     client = Client()
     await asyncio.sleep(0)
-    await asyncio.gather(*(client.fetch(url) for url in urls))
+    await gather_bounded([client.fetch(url) for url in urls])
@ app/client.py
 import asyncio


 class Client:
     async def fetch(self, url):
         await asyncio.sleep(1)
# the module that has the helper
! helper-module aio
@ aio.py
 import asyncio


 async def gather_bounded(coros, *, limit=100, return_exceptions=False):
     return await asyncio.gather(*coros, return_exceptions=return_exceptions)
@ main.py
 import asyncio
+
+from aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
-    await asyncio.gather(*[fetch(url) for url in urls])
+    await gather_bounded([fetch(url) for url in urls])
# a helper module that does not have it yet gets it, and the others import it from then on
! helper-module aio
@ aio.py
 '''What asyncio lacks.'''
+
+import asyncio
+
+
+async def gather_bounded(coros, *, limit=100, return_exceptions=False):
+    """Like `asyncio.gather(*coros)`, but with at most `limit` of them running at a time."""
+    slots = asyncio.Semaphore(limit)
+    failed = asyncio.get_running_loop().create_future()
+    tasks = []
+
+    def finished(task):
+        slots.release()
+        error = task.cancelled() or task.exception() is not None
+        if error and not return_exceptions and not failed.done():
+            failed.set_result(None)
+
+    async def start():
+        waiting = iter(coros)
+        try:
+            await slots.acquire()
+            for coro in waiting:
+                tasks.append(asyncio.ensure_future(coro))
+                tasks[-1].add_done_callback(finished)
+                await slots.acquire()
+        finally:
+            if waiting is not coros:  # a generator has not made the others yet
+                for coro in waiting:
+                    coro.close() if asyncio.iscoroutine(coro) else coro.cancel()
+
+    # As with `gather`, the first error is raised at once, and the others still run.
+    starting = asyncio.create_task(start())
+    try:
+        await asyncio.wait({starting, failed}, return_when=asyncio.FIRST_COMPLETED)
+    except asyncio.CancelledError:
+        for task in [starting, *tasks]:
+            task.cancel()
+        await asyncio.gather(*tasks, return_exceptions=return_exceptions)
+        raise
+    if starting.done():
+        starting.result()
+    return await asyncio.gather(*tasks, return_exceptions=return_exceptions)
# until then they wait
! helper-module aio
! reported does not define
@ aio.py
 # asyncfix: ignore-file
 import asyncio


 async def pause():
     await asyncio.sleep(1)
@ main.py
 import asyncio


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
     await asyncio.gather(*[fetch(url) for url in urls])
# a coroutine that is not of this project
! unsafe not a coroutine function of this project
! helper-module pkg.aio
-import asyncio
 import aiofiles.os
+from pkg.aio import gather_bounded


 async def clean(paths):
-    await asyncio.gather(*[aiofiles.os.remove(path) for path in paths])
+    await gather_bounded([aiofiles.os.remove(path) for path in paths])
# a method of who knows what
! unsafe `send`
! helper-module pkg.aio
-import asyncio
+from pkg.aio import gather_bounded


 async def broadcast(sockets, text):
-    await asyncio.gather(*(socket.send(text) for socket in sockets), return_exceptions=True)
+    await gather_bounded([socket.send(text) for socket in sockets], return_exceptions=True)
# a function that a decorator may have changed
! unsafe more than its own code shows
! helper-module pkg.aio
 import asyncio
+from pkg.aio import gather_bounded
 from tools import traced


 @traced
 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
-    await asyncio.gather(*[fetch(url) for url in urls])
+    await gather_bounded([fetch(url) for url in urls])
# a timeout for each would count from a later start
! unsafe timeout
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
-    await asyncio.gather(*[asyncio.wait_for(fetch(url), 5) for url in urls])
+    await gather_bounded([asyncio.wait_for(fetch(url), 5) for url in urls])
# so would one for all of them
! unsafe the timeout around it
! helper-module pkg.aio
! python 3.11
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
     async with asyncio.timeout(30):
-        await asyncio.gather(*[fetch(url) for url in urls])
+        await gather_bounded([fetch(url) for url in urls])
-    await asyncio.wait_for(asyncio.gather(*[fetch(url) for url in urls]), timeout=30)
+    await asyncio.wait_for(gather_bounded([fetch(url) for url in urls]), timeout=30)
# tasks that wait for one another
! unsafe what other tasks do
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 class Game:
     def __init__(self):
         self.ready = asyncio.Event()

     async def play(self, player):
         await self.ready.wait()

     async def start(self, players):
-        await asyncio.gather(*[self.play(player) for player in players])
+        await gather_bounded([self.play(player) for player in players])
# tasks that share a queue
! unsafe what other tasks do
! helper-module pkg.aio
-import asyncio
+from pkg.aio import gather_bounded


 async def produce(item, queue):
     await queue.put(item)


 async def run(items, queue):
-    await asyncio.gather(*[produce(item, queue) for item in items])
+    await gather_bounded([produce(item, queue) for item in items])
# tasks that wait for what another of them gives
! unsafe what other tasks do
! helper-module pkg.aio
 import asyncio
 from collections import defaultdict
+
+from pkg.aio import gather_bounded

 done = defaultdict(asyncio.Event)


 async def build(target):
     for name in target.needs:
         await done[name].wait()
     done[target.name].set()


 async def make(targets):
-    await asyncio.gather(*[build(target) for target in targets])
+    await gather_bounded([build(target) for target in targets])
# tasks that run until they are told to stop
! unsafe until it is told to stop
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 class Bot:
     running = True

     async def poll(self, feed):
         while self.running:
             await asyncio.sleep(1)

     async def run(self, feeds):
-        await asyncio.gather(*[self.poll(feed) for feed in feeds])
+        await gather_bounded([self.poll(feed) for feed in feeds])
# others beside the collection
! unsafe more than this collection
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
-    await asyncio.gather(fetch("/"), *[fetch(url) for url in urls], return_exceptions=True)
+    await gather_bounded([fetch("/"), *[fetch(url) for url in urls]], return_exceptions=True)
# tasks with names
! unsafe lose their names
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
-    await asyncio.gather(*[asyncio.create_task(fetch(url), name=url) for url in urls])
+    await gather_bounded([fetch(url) for url in urls])
# tasks that run while something else is awaited
! reported awaited while the tasks run
 import asyncio


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
     tasks = []
     for url in urls:
         tasks.append(asyncio.create_task(fetch(url)))
         await asyncio.sleep(0.1)
     await asyncio.gather(*tasks)
# tasks that run while the loop runs something else
! reported the event loop runs in between
 import asyncio


 async def fetch(url):
     await asyncio.sleep(1)


 def main(urls):
     loop = asyncio.new_event_loop()
     tasks = [loop.create_task(fetch(url)) for url in urls]
     loop.run_until_complete(asyncio.sleep(1))
     loop.run_until_complete(asyncio.gather(*tasks))
# a future that is running when it is handed on
! reported a coroutine would not start
 import asyncio


 async def fetch(url):
     await asyncio.sleep(1)


 def crawl(urls):
     return asyncio.gather(*[fetch(url) for url in urls])


 async def main(urls):
     pages = asyncio.gather(*[fetch(url) for url in urls])
     print("started")
     return await pages
# what comes as it is done
! reported asyncio.Semaphore
 import asyncio


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
     tasks = [asyncio.create_task(fetch(url)) for url in urls]
     for page in asyncio.as_completed(tasks):
         print(await page)


 async def race(urls):
     await asyncio.wait([asyncio.create_task(fetch(url)) for url in urls])
# a task group
! reported a task group has no limit
! python 3.11
 import asyncio


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
     async with asyncio.TaskGroup() as group:
         for url in urls:
             group.create_task(fetch(url))
# fixed arguments and literals
 import asyncio


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl():
     await asyncio.gather(fetch("a"), fetch("b"))
     await asyncio.gather(*[fetch("a"), fetch("b")])
     await asyncio.gather(*[fetch(url) for url in ("a", "b")])
     await asyncio.gather(*map(fetch, {"a": 1, "b": 2}))
# collections known to be small
 import asyncio
 from enum import Enum
 from itertools import islice

 SITES = ["a", "b", "c"]
 MOST = 50


 class Colour(Enum):
     RED = 1
     BLUE = 2


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
     await asyncio.gather(*[fetch(url) for url in SITES])
     await asyncio.gather(*[fetch(number) for number in range(MOST)])
     await asyncio.gather(*[fetch(url) for url in urls[:20]])
     await asyncio.gather(*[fetch(url) for url in islice(urls, MOST)])
     await asyncio.gather(*[fetch(colour) for colour in Colour])
     await asyncio.gather(*[fetch(url) for number, url in enumerate(SITES) for _ in range(3)])
     await asyncio.gather(*[fetch(a) for a, b in zip(urls, "abc")])
     await asyncio.gather(*[fetch(url) for url in "a b c".split()])
# too many are too many
! helper-module pkg.aio
! limit 20
 import asyncio
+
+from pkg.aio import gather_bounded

 MOST = 50


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
-    await asyncio.gather(*[fetch(number) for number in range(MOST)])
+    await gather_bounded(fetch(number) for number in range(MOST))
     await asyncio.gather(*[fetch(url) for url in urls[:20]])
# batches
 import asyncio
 from itertools import batched


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls, size):
     for start in range(0, len(urls), 50):
         batch = urls[start : start + 50]
         await asyncio.gather(*[fetch(url) for url in batch])
     for part in batched(urls, 50):
         await asyncio.gather(*map(fetch, part))
     coros = [fetch(url) for url in urls]
     for start in range(0, len(coros), size):
         await asyncio.gather(*coros[start : start + size])
# a list that is emptied now and then
 import asyncio


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
     tasks = []
     for url in urls:
         tasks.append(fetch(url))
         if len(tasks) == 10:
             await asyncio.gather(*tasks)
             tasks = []
     await asyncio.gather(*tasks)
# a coroutine that waits for a semaphore
 import asyncio

 gate = asyncio.Semaphore(10)


 class Client:
     def __init__(self):
         self.limit = asyncio.BoundedSemaphore(10)

     async def fetch(self, url):
         return await self.request(url)

     async def request(self, url):
         async with self.limit:
             await asyncio.sleep(1)


 async def visit(url):
     await gate.acquire()
     try:
         await asyncio.sleep(1)
     finally:
         gate.release()


 async def crawl(urls):
     await asyncio.gather(*[Client().fetch(url) for url in urls])
     await asyncio.gather(*[visit(url) for url in urls])
# a semaphore around each call
 import asyncio


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
     semaphore = asyncio.Semaphore(10)

     async def bounded(url):
         async with semaphore:
             return await fetch(url)

     return await asyncio.gather(*[bounded(url) for url in urls])
# a semaphore that is handed on
 import asyncio


 async def fetch(url, sem):
     async with sem:
         await asyncio.sleep(1)


 async def crawl(urls):
     sem = asyncio.Semaphore(10)
     await asyncio.gather(*[fetch(url, sem) for url in urls])
# a semaphore that is handed on further
 import asyncio
 from client import get


 async def crawl(urls):
     sem = asyncio.Semaphore(10)

     async def fetch(url):
         return await get(url, sem)

     await asyncio.gather(*[fetch(url) for url in urls])
     await asyncio.gather(*[get(url, semaphore=sem) for url in urls])
# a rate limiter, in another file
@ client.py
 import asyncio
 from aiolimiter import AsyncLimiter

 per_second = AsyncLimiter(10, 1)


 async def fetch(url):
     async with per_second:
         await asyncio.sleep(1)
@ main.py
 import asyncio
 from client import fetch


 async def crawl(urls):
     await asyncio.gather(*[fetch(url) for url in urls])
# a decorator that limits
 import asyncio
 from tools import rate_limited


 @rate_limited(10)
 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
     await asyncio.gather(*[fetch(url) for url in urls])
# threads are handed out by a pool
 import asyncio


 async def read(paths, loop):
     await asyncio.gather(*[asyncio.to_thread(open, path) for path in paths])
     loop = asyncio.get_running_loop()
     await asyncio.gather(*[loop.run_in_executor(None, open, path) for path in paths])
# a coroutine that never returns would keep the rest from starting
 import asyncio


 async def poll(feed):
     while True:
         await asyncio.sleep(1)


 async def watch(feed):
     print("watching", feed)
     await poll(feed)


 async def run(feeds, servers):
     await asyncio.gather(*[watch(feed) for feed in feeds])
     await asyncio.gather(*[server.serve_forever() for server in servers])
# a loop with a way out returns
! helper-module pkg.aio
 import asyncio
+
+from pkg.aio import gather_bounded


 async def fetch(url):
     while True:
         await asyncio.sleep(1)
         if url:
             return url


 async def crawl(urls):
-    await asyncio.gather(*[fetch(url) for url in urls])
+    await gather_bounded([fetch(url) for url in urls])
# worker pools
 import asyncio


 async def worker(number, queue):
     while not queue.empty():
         print(number, await queue.get())


 async def run(queue, count, num_workers):
     await asyncio.gather(*[worker(0, queue) for _ in range(count)])
     await asyncio.gather(*[worker(number, queue) for number in range(num_workers)])
     workers = []
     for _ in range(count):
         workers.append(asyncio.create_task(worker(1, queue)))
     await asyncio.gather(*workers)
# tasks that exist already
 import asyncio


 class Jobs:
     def __init__(self):
         self.tasks = {}

     async def stop(self, others):
         await asyncio.gather(*self.tasks.values())
         await asyncio.gather(*others, return_exceptions=True)
         await asyncio.gather(*[task for task in others if not task.done()])
# what runs already, by its name
 import asyncio


 async def work(hass, actors, futures, executor):
     await asyncio.gather(*[hass.async_create_task(actor.ping()) for actor in actors])
     await asyncio.gather(*[actor.ping.remote() for actor in actors])
     await asyncio.gather(*[asyncio.wrap_future(future) for future in futures])
     await asyncio.gather(*[executor.submit(actor.ping) for actor in actors])
# tasks that serve something else too
 import asyncio


 async def fetch(url):
     await asyncio.sleep(1)


 async def crawl(urls):
     tasks = [asyncio.create_task(fetch(url)) for url in urls]
     try:
         await asyncio.gather(*tasks)
     finally:
         for task in tasks:
             task.cancel()
# what is open already is waited for or closed
 import asyncio


 async def shutdown(connections, processes):
     await asyncio.gather(*[connection.close() for connection in connections])
     await asyncio.gather(*[process.wait() for process in processes])
     await asyncio.gather(*[safe_close(connection) for connection in connections])


 async def safe_close(connection):
     try:
         await connection.close()
     except OSError as error:
         print(error)
# something else called gather
 from recipes import gather


 async def fetch(url):
     return url


 async def crawl(urls):
     await gather(*[fetch(url) for url in urls])
"#;
