//! What is rewritten, what is not, and what is only reported.

pub(super) const EXAMPLES: &str = r#"
# a coroutine that is to run becomes a task
 import asyncio


 async def fetch(url):
     return url


 async def main(urls):
-    first = asyncio.ensure_future(fetch(urls[0]))
+    first = asyncio.create_task(fetch(urls[0]))
-    rest = [asyncio.ensure_future(fetch(url)) for url in urls[1:]]
+    rest = [asyncio.create_task(fetch(url)) for url in urls[1:]]
-    pause = asyncio.ensure_future(asyncio.sleep(1))
+    pause = asyncio.create_task(asyncio.sleep(1))
     await asyncio.gather(first, pause, *rest)
# under any name
-from asyncio import ensure_future
+import asyncio


 async def fetch(url):
     return url


 async def main(url):
-    task = ensure_future(fetch(url))
+    task = asyncio.create_task(fetch(url))
     return await task
# what may be a future already is left alone, and so is what names a loop
 import asyncio


 async def fetch(url):
     return url


 async def main(what, loop):
     first = asyncio.ensure_future(what)
     second = asyncio.ensure_future(loop.run_in_executor(None, print))
     third = asyncio.ensure_future(fetch("a"), loop=loop)
     return await first, await second, await third
# a plain function may run anywhere
 import asyncio


 async def fetch(url):
     return url


 class Client:
     def start(self, url):
         self.task = asyncio.ensure_future(fetch(url))
# a subclass may return a future
! unsafe something else may be in the function's place
 import asyncio


 class Client:
     async def fetch(self):
         return 1

     async def start(self):
-        self.task = asyncio.ensure_future(self.fetch())
+        self.task = asyncio.create_task(self.fetch())


 class Cached(Client):
     def fetch(self):
         return asyncio.get_running_loop().create_future()
# where a module is executed no loop runs
! reported no event loop runs here
 import asyncio


 async def fetch(url):
     return url


 task = asyncio.ensure_future(fetch("a"))
 other = asyncio.create_task(fetch("b"))
 both = asyncio.gather(fetch("c"), fetch("d"))
 ready = asyncio.Future()
# but the loop that was set may be asked
 import asyncio


 async def fetch(url):
     return url


 loop = asyncio.new_event_loop()
 asyncio.set_event_loop(loop)
 task = asyncio.ensure_future(fetch("a"))
 loop.run_until_complete(asyncio.gather(task, fetch("b")))
# `loop=` arguments are gone
! python 3.10
 import asyncio


 class Worker:
     def __init__(self, loop):
-        self.queue = asyncio.Queue(10, loop=loop)
+        self.queue = asyncio.Queue(10)
-        self.lock = asyncio.Lock(loop=loop)
+        self.lock = asyncio.Lock()
-        self.ready = asyncio.Condition(self.lock, loop=loop)
+        self.ready = asyncio.Condition(self.lock)

     async def run(self, *jobs, loop=None):
-        await asyncio.sleep(1, loop=loop)
+        await asyncio.sleep(1)
-        await asyncio.gather(*jobs, loop=loop, return_exceptions=True)
+        await asyncio.gather(*jobs, return_exceptions=True)
-        await asyncio.wait_for(self.queue.get(), timeout=1, loop=loop)
+        await asyncio.wait_for(self.queue.get(), timeout=1)
-        await asyncio.wait(jobs, loop=loop)
+        await asyncio.wait(jobs)
         reader, writer = await asyncio.open_connection(
             "localhost",
             80,
-            loop=loop
         )
-        server = await asyncio.start_server(print, "localhost", 80, loop=loop)
+        server = await asyncio.start_server(print, "localhost", 80)
-        return await asyncio.create_subprocess_exec("ls", loop=loop), server
+        return await asyncio.create_subprocess_exec("ls"), server
# where older Pythons take them they may say something
! unsafe before Python 3.10
! python 3.8
 import asyncio


 async def main(loop):
-    queue = asyncio.Queue(loop=loop)
+    queue = asyncio.Queue()
     await queue.join()
# but `None` says nothing
! python 3.8
 import asyncio


 async def main():
-    await asyncio.Queue(loop=None).join()
+    await asyncio.Queue().join()
# tasks, futures and readers still take a loop
! python 3.12
 import asyncio
 from queues import Queue


 def make(loop, coroutine):
     task = asyncio.Task(coroutine, loop=loop)
     asyncio.run_coroutine_threadsafe(coroutine, loop=loop)
     return task, asyncio.Future(loop=loop), asyncio.StreamReader(loop=loop), Queue(loop=loop)
# methods of `Task` became functions
 import asyncio


 async def main():
-    current = asyncio.Task.current_task()
+    current = asyncio.current_task()
-    return [task for task in asyncio.Task.all_tasks() if task is not current]
+    return [task for task in asyncio.all_tasks() if task is not current]
# done tasks are left out
! unsafe that are done
! python 3.8
 import asyncio


 async def main():
-    return asyncio.Task.all_tasks()
+    return asyncio.all_tasks()
# they need a running loop
! unsafe a running loop
 import asyncio


 def pending():
-    return [task for task in asyncio.Task.all_tasks() if not task.done()]
+    return [task for task in asyncio.all_tasks() if not task.done()]
# or a loop that is named
 import asyncio


 def pending(loop):
-    return len(asyncio.Task.all_tasks(loop=loop))
+    return len(asyncio.all_tasks(loop=loop))
# `async` is a keyword
 import asyncio


 def start(job):
-    return getattr(asyncio, "async")(job)
+    return asyncio.ensure_future(job)
# `wait` wants tasks
 import asyncio


 async def fetch(url):
     return url


 async def main(urls, task):
-    await asyncio.wait([fetch(url) for url in urls])
+    await asyncio.wait([asyncio.create_task(fetch(url)) for url in urls])
-    await asyncio.wait({fetch("a"), task}, timeout=5)
+    await asyncio.wait({asyncio.create_task(fetch("a")), task}, timeout=5)
-    jobs = [fetch("a"), fetch("b")]
+    jobs = [asyncio.create_task(fetch("a")), asyncio.create_task(fetch("b"))]
     done, pending = await asyncio.wait(jobs)
     return done, pending
# coroutines that were collected before start where they did
 import asyncio


 async def fetch(url):
     return url


 async def main(urls):
     jobs = [fetch(url) for url in urls]
     await asyncio.sleep(1)
-    return await asyncio.wait(jobs)
+    return await asyncio.wait([asyncio.create_task(each) for each in jobs])
# a loop that does not run yet makes tasks too
! python 3.12
 import asyncio


 async def fetch(url):
     return url


 loop = asyncio.new_event_loop()
-loop.run_until_complete(asyncio.wait([fetch("a"), fetch("b")]))
+loop.run_until_complete(asyncio.wait([loop.create_task(fetch("a")), loop.create_task(fetch("b"))]))
# nothing there makes tasks
! reported make tasks of them where the loop runs
 import asyncio


 async def fetch(url):
     return url


 def both():
     return asyncio.wait([fetch("a"), fetch("b")])
# tasks and whatever else may be tasks are fine
 import asyncio


 async def fetch(url):
     return url


 async def main(urls, start):
     jobs = [asyncio.create_task(fetch(url)) for url in urls]
     jobs.append(start("a"))
     more = [fetch("a")]
     more[0] = asyncio.create_task(more[0])
     await asyncio.wait(jobs)
     await asyncio.wait([start(url) for url in urls])
     await asyncio.wait(more)
     done = asyncio.Event()
     await done.wait()
# `inspect` has the function that stays
! python 3.12
-import asyncio
+import inspect


 def is_handler(function):
-    return asyncio.iscoroutinefunction(function)
+    return inspect.iscoroutinefunction(function)


 def handlers(functions):
-    return list(filter(asyncio.iscoroutinefunction, functions))
+    return list(filter(inspect.iscoroutinefunction, functions))
# before Python 3.12 functions can be marked for asyncio
! unsafe _is_coroutine
! python 3.11
-from asyncio import iscoroutinefunction
+import inspect


 def is_handler(function):
-    return iscoroutinefunction(function)
+    return inspect.iscoroutinefunction(function)
# not where the file makes such functions
! reported as asyncio's
! python 3.8
 import asyncio


 def is_handler(function):
     return asyncio.iscoroutinefunction(function)


 def handler(function):
     function._is_coroutine = asyncio.coroutines._is_coroutine
     return function
# before Python 3.10 it did not know mocks either
! unsafe AsyncMock
! python 3.9
 import asyncio
 import inspect


 def is_handler(function):
     if inspect.isclass(function):
         return False
-    return asyncio.iscoroutinefunction(function)
+    return inspect.iscoroutinefunction(function)


 async def handle(function):
     await asyncio.sleep(1)
     return await function()
# an error that is the builtin one
! python 3.11
 import asyncio


 async def main(work):
     try:
         await asyncio.wait_for(work(), 1)
-    except asyncio.TimeoutError:
+    except TimeoutError:
         return None
-    except (asyncio.TimeoutError, TimeoutError):
+    except TimeoutError:
         return 1
-    except (OSError, asyncio.TimeoutError, TimeoutError):
+    except (OSError, TimeoutError):
         return 2
-    except (OSError, asyncio.exceptions.TimeoutError):
+    except (OSError, TimeoutError):
         return 3
# below Python 3.11 it is another error
! python 3.10
 import asyncio


 async def main(work):
     try:
         await asyncio.wait_for(work(), 1)
     except asyncio.TimeoutError:
         return None
# the builtin is hidden
! reported means something else here
! python 3.11
 import asyncio


 class TimeoutError(Exception):
     pass


 async def main(work):
     try:
         await asyncio.wait_for(work(), 1)
     except asyncio.TimeoutError:
         raise TimeoutError
# asyncio has a timeout of its own
! python 3.11
+import asyncio
-import async_timeout


 async def fetch(client):
-    async with async_timeout.timeout(10):
+    async with asyncio.timeout(10):
         return await client.get()
# whose object is another one
! reported `expired` is a method
! python 3.11
 import async_timeout


 async def fetch(client):
     async with async_timeout.timeout(10) as timer:
         await client.get()
     return timer.expired
# but not before Python 3.11
! python 3.10
 import async_timeout


 async def fetch(client):
     async with async_timeout.timeout(10):
         return await client.get()
# a policy says which loop is made
! reported loop_factory
 import asyncio
 import sys


 async def main():
     print("hello")


 if sys.platform == "win32":
     asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
 asyncio.run(main())
# which `asyncio.run` can be told
! python 3.12
 import asyncio

 import uvloop


 async def main():
     print("hello")


 if __name__ == "__main__":
-    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
-    asyncio.run(main(), debug=True)
+    asyncio.run(main(), debug=True, loop_factory=uvloop.new_event_loop)
# before Python 3.12 uvloop can be asked itself
! unsafe since 0.18
! python 3.9
 import asyncio

 import uvloop


 async def main():
     await asyncio.sleep(1)


 if __name__ == "__main__":
-    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
-    asyncio.run(main())
+    uvloop.run(main())
# but not if other loops are made
! reported loop_factory
! python 3.12
 import asyncio

 import uvloop


 async def main():
     print("hello")


 asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
 asyncio.run(main())
 asyncio.run(main())
# what a policy does for a function of asyncio's
 import asyncio


 def make():
-    loop = asyncio.get_event_loop_policy().new_event_loop()
+    loop = asyncio.new_event_loop()
-    asyncio.get_event_loop_policy().set_event_loop(loop)
+    asyncio.set_event_loop(loop)
     return loop
# a policy of one's own
! reported loop_factory
 import asyncio


 class Policy(asyncio.DefaultEventLoopPolicy):
     pass
# child watchers need no loop
 import asyncio


 def setup():
     loop = asyncio.new_event_loop()
-    asyncio.get_child_watcher().attach_loop(loop)
     return loop
# and are gone
! reported by itself
 import asyncio


 def setup(loop):
     watcher = asyncio.SafeChildWatcher()
     watcher.attach_loop(loop)
     asyncio.set_child_watcher(watcher)
# generators that were coroutines
 import asyncio


 class Client:
-    @asyncio.coroutine
-    def fetch(self, url):
+    async def fetch(self, url):
-        yield from asyncio.sleep(1)
+        await asyncio.sleep(1)
-        text = yield from self.read(url)
+        text = await self.read(url)
-        return (yield from asyncio.wait_for(self.read(text), 1))
+        return (await asyncio.wait_for(self.read(text), 1))

     async def read(self, url):
         return url


-@asyncio.coroutine
-def main():
+async def main():
     """Runs one."""
-    both = yield from asyncio.gather(pause(), pause())
+    both = await asyncio.gather(pause(), pause())
     print(both)


-@asyncio.coroutine
-def pause():
+async def pause():
     return None
# generators of several files that were coroutines
@ plugins.py
 import asyncio


 class Manager:
-    @asyncio.coroutine
-    def ask(self, name):
-        yield from asyncio.sleep(1)
+    async def ask(self, name):
+        await asyncio.sleep(1)
@ broker.py
-import asyncio
-
 from plugins import Manager


 class Broker:
     def __init__(self):
         self.manager = Manager()

-    @asyncio.coroutine
-    def ask(self, name):
-        return (yield from self.manager.ask(name))
+    async def ask(self, name):
+        return (await self.manager.ask(name))
# what it delegates to is not known
! unsafe can be awaited is not known
-import asyncio
-
-
-@asyncio.coroutine
-def fetch(client, lock):
+async def fetch(client, lock):
-    with (yield from lock):
+    async with lock:
-        return (yield from client.get() or client.head())
+        return (await (client.get() or client.head()))
# the lines aligned with a bracket move along
! python 3.8
 import asyncio


-@asyncio.coroutine
-def wait(reader):
+async def wait(reader):
-    return (yield from asyncio.wait_for(reader,
-                                        timeout=1))
+    return (await asyncio.wait_for(reader,
+                                   timeout=1))
# a decorator may want a generator
! unsafe another decorator
 import asyncio

 from web import route


 @route("/")
-@asyncio.coroutine
-def index():
+async def index():
-    yield from asyncio.sleep(1)
+    await asyncio.sleep(1)
# what other files do with it is changed in the same run
@ client.py
 import asyncio


 class Client:
-    @asyncio.coroutine
-    def publish(self, topic):
+    async def publish(self, topic):
-        yield from asyncio.sleep(1)
+        await asyncio.sleep(1)
@ main.py
 import asyncio

 from client import Client


 async def main():
     client = Client()
-    task = asyncio.ensure_future(client.publish("a"))
+    task = asyncio.create_task(client.publish("a"))
     await task
# a generator delegates to it, or it to what is no coroutine
! reported delegate
 import asyncio


 @asyncio.coroutine
 def pause():
     yield from asyncio.sleep(1)


 def steps():
     yield 1
     yield from pause()


 @asyncio.coroutine
 def nothing():
     yield from []
# a `yield` makes a generator of it
! reported a `yield`
 import asyncio


 @asyncio.coroutine
 def steps():
     yield
     yield from asyncio.sleep(1)
# whoever asks what there is knows what to do
 import asyncio
 import sys
 import unittest

 import pytest

 if sys.version_info >= (3, 7):
     all_tasks = asyncio.all_tasks
 else:
     all_tasks = asyncio.Task.all_tasks()
 try:
     from inspect import iscoroutinefunction
 except ImportError:
     iscoroutinefunction = asyncio.iscoroutinefunction


 def current():
     if hasattr(asyncio, "current_task"):
         return asyncio.current_task()
     return asyncio.Task.current_task() if sys.version_info < (3, 9) else None


 def is_async(function):
     return callable(function) and (sys.version_info < (3, 14) and asyncio.iscoroutinefunction(function))


 def test_policy():
     with pytest.deprecated_call():
         asyncio.set_event_loop_policy(None)


 class PolicyTest(unittest.TestCase):
     def test_policy(self):
         with self.assertWarns(DeprecationWarning):
             asyncio.set_event_loop_policy(None)
# names of others
 import asyncio
 from tools import Task, ensure_future, iscoroutinefunction


 async def fetch():
     return 1


 async def main(mock):
     asyncio.iscoroutinefunction = mock
     ensure_future(fetch())
     return Task.all_tasks(), iscoroutinefunction(fetch)
"#;
