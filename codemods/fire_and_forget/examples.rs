//! What fire-and-forget rewrites, reports and leaves alone.

pub(super) const EXAMPLES: &str = r#"
# a task that nothing keeps
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def serve(queue):
-    asyncio.create_task(watch(queue))  # until the end
+    task = asyncio.create_task(watch(queue))  # until the end
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
     await queue.join()
# one set for the whole file, below its imports
 """Sends mail."""

 from __future__ import annotations

 import asyncio
 from typing import TYPE_CHECKING

 if TYPE_CHECKING:
     from .mail import Mail

+_background_tasks: set[asyncio.Task] = set()
+
 RETRIES = 3


 async def send_later(mail: Mail):
-    asyncio.create_task(mail.send(), name="mail")
+    task = asyncio.create_task(mail.send(), name="mail")
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)


 async def send_all(mails):
     for mail in mails:
-        asyncio.create_task(
-            mail.send(),
-        )
+        task = asyncio.create_task(
+            mail.send(),
+        )
+        _background_tasks.add(task)
+        task.add_done_callback(_background_tasks.discard)
# `ensure_future`, under any name
 import asyncio as aio
 from asyncio import ensure_future as start

+_background_tasks: set[aio.Task] = set()
+

 async def main():
-    start(work())
+    task = start(work())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
-    aio.create_task(work())
+    task = aio.create_task(work())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
     await aio.sleep(1)
# a loop's method, whatever holds the loop
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 class Bot:
     def __init__(self):
         self.loop = asyncio.get_event_loop()

     def start(self):
-        self.loop.create_task(self.run())
+        task = self.loop.create_task(self.run())
+        _background_tasks.add(task)
+        task.add_done_callback(_background_tasks.discard)


 def start(bot, loop: asyncio.AbstractEventLoop):
-    loop.create_task(bot.run())
+    task = loop.create_task(bot.run())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)


 async def restart(bot):
-    asyncio.get_running_loop().create_task(bot.run())
+    task = asyncio.get_running_loop().create_task(bot.run())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
# a loop that may be given, and is taken from asyncio if not
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 class Bot:
     def __init__(self, loop=None):
         self._loop = loop or asyncio.get_event_loop()

     def start(self):
-        self._loop.create_task(self.run())
+        task = self._loop.create_task(self.run())
+        _background_tasks.add(task)
+        task.add_done_callback(_background_tasks.discard)
# a loop whose name has no type written
 import asyncio
 from typing import Final

+_background_tasks: set[asyncio.Task] = set()
+

 def report(error):
     loop: Final = asyncio.get_running_loop()
-    loop.create_task(send(error))
+    task = loop.create_task(send(error))
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
# `ensure_future` of what was asked for being a coroutine
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 def emit(handlers):
     for handler in handlers:
         result = handler()
         if asyncio.iscoroutine(result):
-            asyncio.ensure_future(result)
+            task = asyncio.ensure_future(result)
+            _background_tasks.add(task)
+            task.add_done_callback(_background_tasks.discard)
# a script
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def tick():
     await asyncio.sleep(1)


 loop = asyncio.new_event_loop()
-loop.create_task(tick())
+task = loop.create_task(tick())
+_background_tasks.add(task)
+task.add_done_callback(_background_tasks.discard)
 loop.run_forever()
# a script that imports late
! reported imports follow
 import asyncio

 loop = asyncio.new_event_loop()
 loop.create_task(asyncio.sleep(1))

 import jobs

 loop.run_until_complete(jobs.main())
# a name that only throws the task away
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def main():
-    _ = asyncio.create_task(work())
+    task = asyncio.create_task(work())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
     for _ in range(3):
         await asyncio.sleep(1)
# a name that is never read again is kept
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def main():
     worker = asyncio.create_task(work())
+    _background_tasks.add(worker)
+    worker.add_done_callback(_background_tasks.discard)
     ticker: asyncio.Task = asyncio.create_task(tick())
+    _background_tasks.add(ticker)
+    ticker.add_done_callback(_background_tasks.discard)
# a name that is bound anew before it is read
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def main():
     task = asyncio.create_task(first())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
     task = asyncio.create_task(second())
     await task
# a name that is read only for a callback
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def main():
     job = asyncio.create_task(work())
+    _background_tasks.add(job)
+    job.add_done_callback(_background_tasks.discard)
     job.set_name("job")
     job.add_done_callback(report)
# a callback on the call itself
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def main():
-    asyncio.create_task(work()).add_done_callback(
+    task = asyncio.create_task(work())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
+    task.add_done_callback(
         report,
     )
# a callback on the call itself, over several lines
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+
+
+def _spawn(coro):
+    task = asyncio.create_task(coro)
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
+    return task
+

 async def main():
     (
-        asyncio.create_task(work())
+        _spawn(work())
         .add_done_callback(report)
     )
# `task` means something else here
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def retry(task):
-    asyncio.create_task(task.run())
+    task_2 = asyncio.create_task(task.run())
+    _background_tasks.add(task_2)
+    task_2.add_done_callback(_background_tasks.discard)


 async def outer():
     task = "outer"

     async def inner():
         print(task)
-        asyncio.create_task(work())
+        task_2 = asyncio.create_task(work())
+        _background_tasks.add(task_2)
+        task_2.add_done_callback(_background_tasks.discard)

     await inner()
# both names are taken
 import asyncio

 from .jobs import _background_tasks

+_background_tasks_2: set[asyncio.Task] = set()
+

 async def main():
     task, task_2 = _background_tasks
-    asyncio.create_task(work(task, task_2))
+    task_3 = asyncio.create_task(work(task, task_2))
+    _background_tasks_2.add(task_3)
+    task_3.add_done_callback(_background_tasks_2.discard)
# on Python 3.8, which cannot subscript `set`
! python 3.8
 import asyncio

+_background_tasks: "set[asyncio.Task]" = set()
+

 async def main():
-    asyncio.create_task(work())
+    task = asyncio.create_task(work())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
# unless annotations are not evaluated
! python 3.8
 from __future__ import annotations

 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def main():
-    asyncio.create_task(work())
+    task = asyncio.create_task(work())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
# asyncio is imported in the function only
 import sys

+_background_tasks: set = set()
+

 async def main():
     import asyncio

-    asyncio.create_task(work())
+    task = asyncio.create_task(work())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
# blocks on one line, and several statements on one
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def main(urgent):
-    if urgent: asyncio.create_task(alarm())
-    else: asyncio.create_task(note()).add_done_callback(print)
+    if urgent:
+        task = asyncio.create_task(alarm())
+        _background_tasks.add(task)
+        task.add_done_callback(_background_tasks.discard)
+    else: task = asyncio.create_task(note()); _background_tasks.add(task); task.add_done_callback(_background_tasks.discard); task.add_done_callback(print)
-    print(urgent); asyncio.create_task(work()); print("started")
+    print(urgent); task = asyncio.create_task(work()); _background_tasks.add(task); task.add_done_callback(_background_tasks.discard); print("started")
# in every kind of block
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def main(event, lock):
     try:
         match event:
             case "start":
-                asyncio.create_task(work())
+                task = asyncio.create_task(work())
+                _background_tasks.add(task)
+                task.add_done_callback(_background_tasks.discard)
             case _:
                 async with lock:
-                    asyncio.create_task(note())
+                    task = asyncio.create_task(note())
+                    _background_tasks.add(task)
+                    task.add_done_callback(_background_tasks.discard)
     except ValueError:
-        asyncio.create_task(alarm())
+        task = asyncio.create_task(alarm())
+        _background_tasks.add(task)
+        task.add_done_callback(_background_tasks.discard)
     else:
-        asyncio.create_task(done())
+        task = asyncio.create_task(done())
+        _background_tasks.add(task)
+        task.add_done_callback(_background_tasks.discard)
     finally:
         while event is None:
             if lock:
                 pass
             elif event:
                 late = asyncio.create_task(note())
+                _background_tasks.add(late)
+                late.add_done_callback(_background_tasks.discard)
# the file has a set for this
 import asyncio

 running = set()


 def start(coro):
     task = asyncio.create_task(coro)
     running.add(task)
     task.add_done_callback(running.discard)


 async def main():
-    asyncio.create_task(work())
+    task = asyncio.create_task(work())
+    running.add(task)
+    task.add_done_callback(running.discard)
# the class has a set for this
 import asyncio


 class Server:
     def __init__(self):
         self._tasks = set()

     def listen(self):
         task = asyncio.create_task(self._accept())
         self._tasks.add(task)
         task.add_done_callback(self._tasks.discard)
-        asyncio.create_task(self._report())
+        task = asyncio.create_task(self._report())
+        self._tasks.add(task)
+        task.add_done_callback(self._tasks.discard)
# sets that are made and emptied in other ways
 import asyncio
 from dataclasses import dataclass, field

 waiting = set()


 @dataclass
 class Server:
     _tasks: set[asyncio.Task] = field(default_factory=set)

     def listen(self):
         task = asyncio.create_task(self._accept())
         self._tasks.add(task)
         task.add_done_callback(self._tasks.discard)
-        asyncio.create_task(self._report())
+        task = asyncio.create_task(self._report())
+        self._tasks.add(task)
+        task.add_done_callback(self._tasks.discard)


 async def main():
     task = asyncio.create_task(work())
     waiting.add(task)
     task.add_done_callback(lambda done: waiting.remove(done))
-    asyncio.create_task(work())
+    task = asyncio.create_task(work())
+    waiting.add(task)
+    task.add_done_callback(waiting.discard)
# a weak set keeps nothing
 import asyncio
 import weakref

+_background_tasks: set[asyncio.Task] = set()
+
 running = weakref.WeakSet()


 async def main():
     known = asyncio.create_task(work())
     running.add(known)
     known.add_done_callback(running.discard)
-    asyncio.create_task(work())
+    task = asyncio.create_task(work())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
# tasks dropped in a list by a loop that runs for certain
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+
+
+def _spawn(coro):
+    task = asyncio.create_task(coro)
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
+    return task
+

 async def main(jobs):
     loop = asyncio.get_running_loop()
-    [loop.create_task(job()) for job in jobs]
+    [_spawn(job()) for job in jobs]
# more is done with that set than keeping
! unsafe what reads it would see this one too
 import asyncio


 class Server:
     def __init__(self):
         self._tasks: set[asyncio.Task] = set()

     def listen(self):
         task = asyncio.create_task(self._accept())
         self._tasks.add(task)
         task.add_done_callback(self._tasks.discard)

     def report(self):
-        asyncio.create_task(self._report())
+        task = asyncio.create_task(self._report())
+        self._tasks.add(task)
+        task.add_done_callback(self._tasks.discard)

     def close(self):
         for task in self._tasks:
             task.cancel()
# a lambda whose result nobody takes
 import asyncio
 import signal

+_background_tasks: set[asyncio.Task] = set()
+
+
+def _spawn(coro):
+    task = asyncio.create_task(coro)
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
+    return task
+

 async def main(server):
     loop = asyncio.get_running_loop()
-    loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.create_task(server.stop()))
+    loop.add_signal_handler(signal.SIGTERM, lambda: _spawn(server.stop()))
-    loop.call_later(60, lambda: loop.create_task(server.tick()))
+    loop.call_later(60, lambda: _spawn(server.tick()))
-    signal.signal(signal.SIGINT, lambda *_: asyncio.create_task(server.stop()))
+    signal.signal(signal.SIGINT, lambda *_: _spawn(server.stop()))
-    loop.call_soon_threadsafe(asyncio.create_task, server.poll())
+    loop.call_soon_threadsafe(_spawn, server.poll())
# a task dropped inside an expression
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+
+
+def _spawn(coro, **options):
+    task = asyncio.create_task(coro, **options)
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
+    return task
+

 async def main(jobs, verbose):
-    [asyncio.create_task(job(), name=str(job)) for job in jobs]
+    [_spawn(job(), name=str(job)) for job in jobs]
-    verbose and asyncio.create_task(report())
+    verbose and _spawn(report())
-    asyncio.create_task(report()) if verbose else None
+    _spawn(report()) if verbose else None
-    asyncio.create_task(tick()),
+    _spawn(tick()),
# a helper that is there already
 import asyncio

 _tasks = set()


 def fire(coro):
     """Starts a task."""
     task = asyncio.create_task(coro)
     _tasks.add(task)
     task.add_done_callback(_tasks.discard)
     return task


 async def main(loop: asyncio.AbstractEventLoop):
-    loop.call_soon(lambda: asyncio.create_task(work()))
+    loop.call_soon(lambda: fire(work()))
# a helper below a set that is there already
 import asyncio

 _tasks = set()

+
+def _spawn(coro):
+    task = asyncio.create_task(coro)
+    _tasks.add(task)
+    task.add_done_callback(_tasks.discard)
+    return task
+

 async def main(loop: asyncio.AbstractEventLoop):
     task = asyncio.create_task(work())
     _tasks.add(task)
     task.add_done_callback(_tasks.discard)
-    loop.call_soon(lambda: asyncio.create_task(work()))
+    loop.call_soon(lambda: _spawn(work()))
# another loop than the one that calls
! reported the loop may be another than the running one
 import asyncio


 async def main(jobs, loop: asyncio.AbstractEventLoop):
     [loop.create_task(job()) for job in jobs]


 def connect(here: asyncio.AbstractEventLoop, there: asyncio.AbstractEventLoop):
     here.call_soon_threadsafe(lambda: there.create_task(work()))
# the coroutine sees to its exceptions
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def work():
     while True:
         try:
             await step()
         except Exception:
             log.exception("step failed")


 async def main():
-    asyncio.create_task(work())
+    task = asyncio.create_task(work())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
# an awaitable that may be a future already
! reported nobody sees its exceptions
 import asyncio


 def main(here: asyncio.AbstractEventLoop, connect):
     here.call_soon(lambda: asyncio.ensure_future(connect()))
     here.call_soon(asyncio.ensure_future, connect())
# returned, awaited, yielded
 import asyncio


 def start():
     return asyncio.create_task(work())


 async def main():
     await asyncio.create_task(work())
     task = asyncio.create_task(work())
     print("started")
     await task
     yield asyncio.create_task(work())
     starters = [lambda: asyncio.create_task(work())]
     await starters[0]()
# stored, passed on, gathered
 import asyncio

 first = None


 class Bot:
     def start(self, tasks, jobs):
         self.task = asyncio.create_task(self.run())
         tasks.append(asyncio.create_task(self.run()))
         jobs["run"] = asyncio.create_task(self.run())
         job = asyncio.create_task(self.run())
         jobs["job"] = job
         return asyncio.gather(asyncio.create_task(self.run()), *[asyncio.create_task(job()) for job in jobs])


 async def main():
     global first
     first = asyncio.create_task(work())
     tasks = [asyncio.create_task(work()), asyncio.create_task(work())]
     both = {"a": asyncio.create_task(work())}
     await asyncio.wait(tasks + list(both.values()))
# closed over, or looked at by name
 import asyncio


 async def main(app):
     ticker = asyncio.create_task(tick())

     async def stop():
         ticker.cancel()

     app.on_shutdown(stop)


 async def debug():
     ticker = asyncio.create_task(tick())
     print(locals())


 def counter():
     last = None

     def start():
         nonlocal last
         last = asyncio.create_task(tick())

     return start


 async def watch():
     async def restart():
         nonlocal ticker
         if ticker is None:
             ticker = asyncio.create_task(tick())

     ticker = asyncio.create_task(tick())
     await restart()
# cancelled or stopped later
 import asyncio


 async def main():
     ticker = asyncio.create_task(tick())
     try:
         await work()
     finally:
         ticker.cancel()
# bound in both branches
 import asyncio


 async def main(fast):
     if fast:
         task = asyncio.create_task(quick())
     else:
         task = asyncio.create_task(slow())
     await task
# bound at the end of a loop and read at its beginning
 import asyncio


 async def main(jobs):
     task = None
     for job in jobs:
         if task:
             await task
         task = asyncio.create_task(job())
# task groups and nurseries keep their tasks
 import asyncio

 import anyio
 import trio


 async def main(jobs):
     async with asyncio.TaskGroup() as group:
         group.create_task(work())
     async with anyio.create_task_group() as group:
         group.start_soon(work)
     async with trio.open_nursery() as nursery:
         nursery.start_soon(work)
     async with open_group() as nursery:
         nursery.create_task(work())
# a project's own `create_task`
 from .tasks import create_task


 class Hub:
     def create_task(self, coro): ...

     async def run(self):
         self.create_task(self.poll())
         create_task(self.poll())


 async def main(loop):
     loop.create_task(work())
     Hub().create_task(work())
# `ensure_future` of what is a future already
 import asyncio


 async def main(waiting, loop: asyncio.AbstractEventLoop):
     for future in waiting:
         asyncio.ensure_future(future)
     ready = loop.create_future()
     asyncio.ensure_future(ready)
     asyncio.ensure_future(asyncio.gather(*waiting))
# the usual idiom
 import asyncio

 background_tasks = set()


 async def main():
     task = asyncio.create_task(work())
     background_tasks.add(task)
     task.add_done_callback(background_tasks.discard)
# a loop that another file keeps, in a plain function
@ app/core.py
 import asyncio


 class App:
     def __init__(self, loop: asyncio.AbstractEventLoop):
         self.loop = loop
@ app/watch.py
 import asyncio

 from app.core import App
+
+_background_tasks: set[asyncio.Task] = set()


 async def watch():
     await asyncio.sleep(60)


 def start(app: App):
-    app.loop.create_task(watch())
+    task = app.loop.create_task(watch())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
@ app/__init__.py
# a name that means something in the module is not hidden
 import asyncio

 from jobs import task
+
+_background_tasks: set[asyncio.Task] = set()


 async def start(watch):
-    asyncio.create_task(watch())
+    task_2 = asyncio.create_task(watch())
+    _background_tasks.add(task_2)
+    task_2.add_done_callback(_background_tasks.discard)


 print(task)
# in the cells of a notebook
@ analysis.ipynb
 # %%
 import asyncio
 from app import watch
+
+_background_tasks: set[asyncio.Task] = set()
+
 # %%
-asyncio.create_task(watch("a"))
+task = asyncio.create_task(watch("a"))
+_background_tasks.add(task)
+task.add_done_callback(_background_tasks.discard)
 print("watching")
# what a cell shows at its end is kept by IPython
@ analysis.ipynb
 # %%
 import asyncio
 from app import watch
 # %%
 asyncio.create_task(watch("a"))
 # %%
 print("watching")
"#;
