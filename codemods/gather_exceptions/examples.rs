//! What gather-exceptions suggests, reports and leaves alone.

pub(super) const EXAMPLES: &str = r#"
# an error that is swallowed while the others go on
! suggested return_exceptions=True
 import asyncio


 async def load(name):
     await asyncio.sleep(1)
     return name


 async def start():
     try:
-        users, rooms = await asyncio.gather(load("users"), load("rooms"))
+        users, rooms = await asyncio.gather(load("users"), load("rooms"), return_exceptions=True)
     except Exception as error:
         print("not loaded", error)
         return None
     return users, rooms
# one for each item
! suggested go on unseen
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(names):
     try:
         await asyncio.gather(
-            *[load(name) for name in names],
+            *[load(name) for name in names], return_exceptions=True,
         )
     except ValueError:
         print("not loaded")
# results nobody uses: a task group
! unsafe an `ExceptionGroup` comes out
! python 3.11
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     try:
-        await asyncio.gather(load("users"), load("rooms"))
+        async with asyncio.TaskGroup() as tg:
+            tg.create_task(load("users"))
+            tg.create_task(load("rooms"))
     except Exception:
         print("not loaded")
# errors that are returned and never looked at
! reported nobody looks at
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(names):
     await asyncio.gather(*[load(name) for name in names], return_exceptions=True)
     results = await asyncio.gather(load("users"), load("rooms"), return_exceptions=True)
     print("done")
# before Python 3.11 there is no task group
! suggested or use a `TaskGroup`
! python 3.10
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     try:
-        await asyncio.gather(load("users"), load("rooms"), return_exceptions=False)
+        await asyncio.gather(load("users"), load("rooms"), return_exceptions=True)
     except:
         print("not loaded")
# without a `try`, for those who ask
! reported go on unseen
 import asyncio


 async def load(name):
     await asyncio.sleep(1)
     return name


 async def start(names):
     users, rooms = await asyncio.gather(load("users"), load("rooms"))
     return users, rooms, await asyncio.gather(*[load(name) for name in names])
# without a `try`, for all others
! by default
 import asyncio


 async def load(name):
     await asyncio.sleep(1)
     return name


 async def start(names):
     users, rooms = await asyncio.gather(load("users"), load("rooms"))
     return users, rooms, await asyncio.gather(*[load(name) for name in names])
# `gather` raises no group
! reported never raises an `ExceptionGroup`
! python 3.11
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except ExceptionGroup as group:
         print(group.exceptions)
         raise
# a handler that raises
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except Exception as error:
         raise RuntimeError("not loaded") from error
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except asyncio.CancelledError:
         print("stopped")
     except asyncio.TimeoutError:
         print("too late")
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except Exception as error:
         print(error)
         assert False
# a handler, or what comes after it, that sees to the others
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(names):
     tasks = [asyncio.create_task(load(name)) for name in names]
     try:
         await asyncio.gather(*tasks)
     except Exception:
         for task in tasks:
             task.cancel()
     try:
         await asyncio.gather(*tasks)
     except Exception:
         print("not loaded")
     finally:
         await asyncio.gather(*tasks, return_exceptions=True)
# a handler that is told of the others
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(names, give_up):
     tasks = [asyncio.create_task(load(name)) for name in names]
     try:
         await asyncio.gather(*tasks)
     except Exception as error:
         await give_up(error, tasks)


 async def start_all(names, drain):
     tasks = [asyncio.create_task(load(name)) for name in names]
     try:
         try:
             await asyncio.gather(*tasks)
         except ValueError:
             pass
         print("started")
     finally:
         await drain(tasks)
# a handler for a look-up beside it
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(names):
     try:
         user = names["user"]
         await asyncio.gather(load(user), load("rooms"))
     except KeyError:
         print("no user")
# a handler for a look-up in what is gathered
! suggested return_exceptions=True
 import asyncio


 async def load(name):
     await asyncio.sleep(1)
     return name


 async def start():
     try:
-        return await asyncio.gather(load("users"), load("rooms"))
+        return await asyncio.gather(load("users"), load("rooms"), return_exceptions=True)
     except KeyError:
         print("not there")
# a handler that only counts the others
! suggested return_exceptions=True
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(names):
     tasks = [asyncio.create_task(load(name)) for name in names]
     try:
-        await asyncio.gather(*tasks)
+        await asyncio.gather(*tasks, return_exceptions=True)
     except Exception:
         print(len(tasks), "not loaded")
# how an iterator ends is no failure
 import asyncio


 async def pairs(*streams):
     while True:
         try:
             yield await asyncio.gather(*(stream.__anext__() for stream in streams))
         except StopAsyncIteration:
             break
# an error that is kept for somebody else
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 class Runtime:
     async def publish(self, names, done):
         try:
             await asyncio.gather(*[load(name) for name in names])
         except BaseException as error:
             self.error = error
         try:
             await asyncio.gather(*[load(name) for name in names])
         except Exception as error:
             done.set_exception(error)
# what was cancelled before, or is closed
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 class Client:
     async def leave(self):
         for task in (self.reader, self.writer):
             task.cancel()
         try:
             await asyncio.gather(self.reader, self.writer)
         except ConnectionError:
             pass

     async def close(self):
         try:
             await asyncio.gather(self.reader, self.writer)
         except ConnectionError:
             pass

     async def type(self, Stopped):
         try:
             await asyncio.gather(load("users"), load("rooms"))
         except (asyncio.CancelledError, Stopped):
             pass
# tasks that somebody else made
 import asyncio


 class Syncer:
     async def sync(self, data):
         try:
             tasks = self.handle(data)
             await asyncio.gather(*tasks)
             await asyncio.gather(*self.handle(data))
         except Exception as error:
             print("not synced", error)

     def handle(self, data):
         return [asyncio.create_task(self.try_to(handler, data)) for handler in data]

     async def try_to(self, handler, data):
         await handler(data)
# one alone has no others
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     try:
         await asyncio.gather(load("users"))
     except Exception:
         print("not loaded")


 async def start_one(client):
     wanted = []
     if client.is_open:
         wanted = [load("users")]
     try:
         await asyncio.gather(*wanted)
         await asyncio.gather(*[load("rooms")])
     except Exception:
         print("not loaded")
# a list that grows
! suggested return_exceptions=True
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(names):
     wanted = [load("users")]
     for name in names:
         wanted.append(load(name))
     try:
-        await asyncio.gather(*wanted)
+        await asyncio.gather(*wanted, return_exceptions=True)
     except Exception:
         print("not loaded")
# coroutines that catch what fails themselves
 import asyncio


 async def load(name):
     try:
         await asyncio.sleep(1)
     except Exception as error:
         print(name, error)


 async def leave(name):
     try:
         await asyncio.sleep(1)
     except Exception as error:
         await logger.awarning(name, error)


 async def start(names):
     try:
         await asyncio.gather(load("users"), load("rooms"))
         await asyncio.gather(*[load(name) for name in names])
     except Exception:
         print("not loaded")
     await asyncio.gather(*[load(name) for name in names], return_exceptions=True)
     users = asyncio.create_task(load("users"))
     rooms = asyncio.create_task(leave("rooms"))
     try:
         await asyncio.gather(users, rooms)
     except Exception:
         print("not loaded")


 async def start_each(names):
     works = []
     for name in names:
         works.append(load(name))
         await asyncio.sleep(0)
     others = [leave(name) for name in names]
     try:
         await asyncio.gather(*works) if works else []
         await asyncio.gather(*others)
     except Exception:
         print("not loaded")
# and tell somebody of it
 import asyncio


 async def update_time(client, status):
     try:
         await status.set(time=await client.time())
     except Exception as error:
         await status.set(error=str(error))


 async def update(client, status):
     await asyncio.gather(update_time(client, status), update_time(client, status), return_exceptions=True)
# coroutines that wait only for those that catch what fails
 import asyncio


 class Mapper:
     def __init__(self, fetch):
         self.slots = asyncio.Semaphore(5)
         self.fetch = fetch

     async def fetch_all(self, urls):
         await asyncio.gather(*[self.fetch_one(url) for url in urls], return_exceptions=True)

     async def fetch_one(self, url):
         async with self.slots:
             await self.try_to_fetch(url)

     async def try_to_fetch(self, url):
         try:
             return await self.fetch(url)
         except Exception:
             return None
# an error that is told to somebody
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(state, signal_error):
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except Exception as error:
         signal_error(state, error)
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except Exception as error:
         return error
# and one that is only logged
! suggested go on unseen
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start(logger):
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except Exception as error:
         logger.error("not loaded: %s", error)
# shielded, the others are meant to go on
 import asyncio


 async def wait(dependencies):
     try:
         await asyncio.gather(*(asyncio.shield(dependency) for dependency in dependencies))
     except Exception:
         print("not ready")
# results that are looked at
 import asyncio


 async def load(name):
     await asyncio.sleep(1)


 async def start():
     results = await asyncio.gather(load("users"), load("rooms"), return_exceptions=True)
     for result in results:
         if isinstance(result, Exception):
             print(result)
     return await asyncio.gather(load("users"), load("rooms"), return_exceptions=True)
# what is cancelled or closed
 import asyncio


 class Server:
     def __init__(self):
         self.tasks = set()

     async def stop(self, connections):
         for task in self.tasks:
             task.cancel()
         await asyncio.gather(*self.tasks, return_exceptions=True)
         await asyncio.gather(*[connection.close() for connection in connections], return_exceptions=True)

     async def close(self, names):
         await asyncio.gather(*[self.leave(name) for name in names], return_exceptions=True)

     async def leave(self, name):
         await asyncio.sleep(1)
# coroutines of which nothing is known, for all but those who ask
! by default
 import asyncio


 async def start(users, rooms):
     try:
         await asyncio.gather(users.load(), rooms.load())
     except Exception:
         print("not loaded")
# tasks that keep their errors, and errors that are returned
 import asyncio


 async def joined(task):
     await asyncio.wait([task])


 async def drained(jobs):
     return await asyncio.gather(*jobs, return_exceptions=True)


 async def stop(first, second, jobs):
     try:
         await asyncio.gather(joined(first), joined(second), drained(jobs))
     except Exception:
         print("not stopped")
# a handler for groups around a task group, or around coroutines that have one
! python 3.11
 import asyncio


 async def load(name):
     async with asyncio.TaskGroup() as group:
         group.create_task(asyncio.sleep(1))


 async def start(other):
     try:
         await asyncio.gather(load("users"), load("rooms"))
     except ExceptionGroup:
         raise
     try:
         await asyncio.gather(other(), load("rooms"))
     except ExceptionGroup:
         raise
# a pause is nothing that goes on unseen
 import asyncio


 async def load(store):
     await store.read()


 async def reconcile(store):
     try:
         infos, _ = await asyncio.gather(load(store), asyncio.sleep(1))
     except Exception:
         print("failed")
         return
     print(infos)
# unsubscribing is done as well as it goes
 import asyncio


 class Handler:
     def __init__(self):
         self.subscriptions = {}

     async def unsubscribe_all(self):
         await asyncio.gather(*(self.forget(sid) for sid in self.subscriptions), return_exceptions=True)

     async def forget(self, sid):
         await self.subscriptions[sid].end()
"#;
