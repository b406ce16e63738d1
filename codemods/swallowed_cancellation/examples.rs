//! What swallowed-cancellation rewrites, reports and leaves alone.

pub(super) const EXAMPLES: &str = r#"
# a bare `except`
! unsafe
+import asyncio
+
 async def poll(client):
     while True:
         try:
             await client.fetch()
+        except asyncio.CancelledError:
+            raise
         except:
             print("failed")
# `BaseException`
! unsafe
 import asyncio


 async def poll(client, log):
     try:
         return await client.fetch()
+    except asyncio.CancelledError:
+        raise
     except BaseException as error:
         log.warning("failed: %s", error)
         return None
# the cancellation itself, in a loop that goes on
! unsafe
 import asyncio


 async def poll(client, log):
     while True:
         try:
             await client.fetch()
         except asyncio.CancelledError:
             log.info("cancelled")
+            raise
# where nothing is done about it
! unsafe
 import asyncio


 async def poll(client):
     try:
         await client.fetch()
     except asyncio.CancelledError:
-        pass
+        raise
     await client.report()
# among other errors
! unsafe
 import asyncio


 async def poll(client):
     try:
         await client.fetch()
+    except asyncio.CancelledError:
+        raise
     except (asyncio.CancelledError, ConnectionError):
         print("lost")
     await client.report()
# in trio code
! unsafe
 import trio


 async def poll(client):
     while True:
         try:
             await client.fetch()
+        except trio.Cancelled:
+            raise
         except BaseException:
             print("failed")
# a handler that goes on on purpose with `continue`
! reported goes on in several ways
 import asyncio


 async def poll(client):
     while True:
         try:
             await client.fetch()
         except asyncio.CancelledError:
             if client.closed:
                 continue
             print("again")
# raised again
 import asyncio


 async def poll(client):
     while True:
         try:
             await client.fetch()
         except BaseException:
             await client.close()
             raise
# raised again by another handler, by whatever way the class comes there
 from ours import get_cancelled_exc_class


 async def poll(client):
     while True:
         try:
             await client.fetch()
         except get_cancelled_exc_class():
             raise
         except BaseException:
             print("failed")
# raised again by another handler
 import asyncio


 async def poll(client):
     while True:
         try:
             await client.fetch()
         except asyncio.CancelledError:
             raise
         except BaseException:
             print("failed")
# the task ends
 import asyncio


 async def poll(client, log):
     try:
         while True:
             await client.fetch()
     except asyncio.CancelledError:
         log.info("stopped")


 async def serve(client):
     while True:
         try:
             await client.fetch()
         except asyncio.CancelledError:
             break


 async def watch(client):
     while True:
         try:
             await client.fetch()
         except asyncio.CancelledError:
             return
# a task that was cancelled here
 import asyncio


 async def stop(task, log):
     task.cancel()
     try:
         await task
     except asyncio.CancelledError:
         pass
     log.info("stopped")
# a task somebody else cancelled
 import asyncio


 class Worker:
     async def join(self):
         try:
             await self.task
         except asyncio.CancelledError:
             pass
         self.task = None
# the error is handed on
 import asyncio


 async def run(work, future):
     while True:
         try:
             await work()
         except BaseException as error:
             future.set_exception(error)
# kept with what belongs to it
 import asyncio
 import sys


 async def close(callbacks):
     raised = None
     for callback in callbacks:
         try:
             await callback()
         except:
             raised = sys.exc_info()
     if raised:
         raise raised[1]
# given to what decides whether to try again
 import sys


 async def attempt(state, work):
     while state.goes_on():
         try:
             result = await work()
         except BaseException:
             state.set_exception(sys.exc_info())
         else:
             state.set_result(result)
# remembered for later
 import asyncio


 async def run(work, rest):
     cancelled = False
     try:
         await work()
     except asyncio.CancelledError:
         cancelled = True
     await rest()
     return cancelled
# cleaning up after something else
 import asyncio


 async def run(work, client):
     try:
         await work()
     except BaseException:
         try:
             await client.notify()
         except BaseException:
             pass
         raise
     try:
         await client.aclose()
     except BaseException:
         print("not closed")
     print("done")
# by default where the task is seen to wait again
! by default
! unsafe
+import asyncio
+
 class Worker:
     async def work(self, queue):
         while True:
             job = await queue.get()
             try:
                 await job.run()
+            except asyncio.CancelledError:
+                raise
             except:
                 print("failed")

     async def bind(self, stored, server):
         try:
             await server.login(stored)
+        except asyncio.CancelledError:
+            raise
         except BaseException:
             print("refused")
         else:
             return
         await server.login(await server.new_token())

     async def refresh(self, server):
         try:
             await server.subscribe()
+        except asyncio.CancelledError:
+            raise
         except BaseException:
             return

     async def start(self, server, queue):
         await self.refresh(server)
         await self.work(queue)
# and not where it may be about to end
! by default
 import asyncio


 async def trigger(callbacks):
     try:
         await asyncio.gather(*callbacks)
     except:
         print("failed")


 async def describe(response):
     text = None
     if response.status == 400:
         try:
             text = await response.text()
         except BaseException:
             pass
         raise ValueError(text)
     return await response.json()


 async def scan(queue, writer):
     try:
         while True:
             try:
                 print(await queue.get())
             except:
                 break
     finally:
         await writer.drain()


 async def pipe(reader, writer):
     try:
         await reader.pipe(writer)
     except BaseException as error:
         print(error)
     await writer.wait_closed()
# a coroutine that a program runs alone
 import asyncio


 async def amain(url):
     try:
         await url.connect()
     except:
         print("failed")


 asyncio.run(amain("smb://host"))
# a handler that puts back what was changed has to run for a cancellation too
! reported puts something right
 class Socket:
     async def resubscribe(self):
         subscriptions, self.active = self.active, {}
         try:
             await self.subscribe(subscriptions)
         except BaseException:
             self.active = subscriptions
             return
         await self.report()
# a function that closes goes on to the end, by default
! by default
 async def shutdown(replica, metrics):
     try:
         await replica.call_destructor()
     except:
         print("not all of it was there yet")
     await metrics.end()
# named among others, and the task ends
 import asyncio


 async def watch(client):
     try:
         while True:
             await client.fetch()
     except (asyncio.CancelledError, ConnectionError):
         pass
     return client.last
# a test that makes the cancellation itself
 import asyncio


 async def test_poll(client, queue):
     queue.get.side_effect = asyncio.CancelledError
     try:
         await client.poll(queue)
     except asyncio.CancelledError:
         pass
     await client.check()
# named outside of loops, it may be meant
! by default
 import asyncio


 async def serve(stopped, workers):
     try:
         await stopped.wait()
     except asyncio.CancelledError:
         pass
     await workers.join()
# waiting for tasks to the end, and for what closes
 import asyncio


 async def drain(task, others, agent):
     while not task.done():
         try:
             await asyncio.wait([task])
         except asyncio.CancelledError:
             continue
     for other in others:
         try:
             await asyncio.shield(agent.stop())
         except asyncio.CancelledError:
             pass
         try:
             await asyncio.wait_for(other.close(), timeout=1)
         except BaseException:
             print("not closed")


 async def shutdown(callbacks):
     for callback in callbacks:
         try:
             await callback()
         except asyncio.CancelledError:
             pass
# a test that expects it
 import asyncio


 async def check(exchange):
     for name in ["a", "b"]:
         try:
             await exchange.watch(name)
             assert False, "not closed"
         except asyncio.CancelledError:
             assert True
# a comment says that it is meant
! by default
 async def connect(tools):
     for tool in tools:
         try:
             await tool.connect()
         # Only this function runs here, so a cancellation is the tool's own.
         except BaseException:
             print("not connected")


 async def connect_all(tools):
     # A tool that is not there cancels what waits for it. Nobody else
     # does: only this function runs here, in a loop of its own, and
     # what it waits for has a limit of time.
     for tool in tools:
         done = False
         try:
             await tool.connect()
             done = True
         except BaseException:
             print("not connected", done)


 async def clean(tool):
     # A tool that is not there cancels what waits for it.
     cleanup = getattr(tool, "cleanup", None)
     if cleanup is None:
         return
     try:
         made = cleanup()
         await made
     except BaseException:
         pass
# a comment at the head of the file is not about it
! unsafe
 # Whoever cancels this reads the log.
 import asyncio


 async def poll(source):
     for _ in range(3):
         try:
             await source.fetch()
+        except asyncio.CancelledError:
+            raise
         except:
             print("failed")
# undoing something, after which the first failure is raised
 async def rollback_order(database, order):
     try:
         await database.remove(order)
     except BaseException:
         print("not undone")
# a flag ends the loop, and who cancels sets it
 import asyncio


 class Consumer:
     async def consume(self):
         while not self.should_stop:
             try:
                 await self.perform(await self.queue.get())
             except asyncio.CancelledError:
                 print("cancelled")

     async def stop(self):
         self.should_stop = True
         self.task.cancel()
# a flag that somebody else sets
! unsafe
 import asyncio


 class Consumer:
     async def consume(self):
         while not self.should_stop:
             try:
                 await self.perform(await self.queue.get())
             except asyncio.CancelledError:
                 print("cancelled")
+                raise

     async def stop(self):
         self.task.cancel()

     async def finish(self):
         self.should_stop = True
# named by a function, in a tuple
! by default
 import logging

 from anyio import get_cancelled_exc_class


 async def stream(send):
     try:
         await send("event")
     except (get_cancelled_exc_class(),) as error:
         logging.warning(error)
     await send("end")
# a loop that ends by itself
! by default
 import asyncio


 class Proxy:
     async def send(self):
         while not self.done:
             try:
                 await self.socket.send(await self.reader.read(1024))
             except asyncio.CancelledError:
                 pass

     def stop(self):
         self.done = True
         self.cancel_tasks()
# one without an end of its own
! by default
! unsafe
 import asyncio


 class Proxy:
     async def send(self):
         while True:
             try:
                 await self.socket.send(await self.reader.read(1024))
             except asyncio.CancelledError:
-                pass
+                raise
# told apart from the cancellation of the loop itself
! by default
 import asyncio


 class Worker:
     async def work(self):
         try:
             while True:
                 event = await self.queue.get()
                 try:
                     await self.run_task(self.handle(event))
                 except asyncio.CancelledError:
                     continue
         except asyncio.CancelledError:
             raise
# a coroutine that is all of its task, and ends
 import asyncio
 import concurrent.futures


 def run_code(loop, work):
     future = concurrent.futures.Future()

     async def callback():
         try:
             result = await work()
         except BaseException:
             result = False
         future.set_result(result)

     loop.call_soon_threadsafe(loop.create_task, callback())
     return future.result()
# a method that is all of its task
 import asyncio
 import contextvars


 class Cycle:
     async def serve(self, app):
         try:
             await app(self.receive, self.send)
         except BaseException as error:
             print("exception in the application", error)
             await self.send_error()
         finally:
             self.done = True


 class Protocol:
     def __init__(self, app):
         self.loop = asyncio.get_running_loop()
         self.app = app

     def answer(self):
         cycle = Cycle()
         task = self.loop.create_task(cycle.serve(self.app))
         task.add_done_callback(print)
         contextvars.Context().run(self.loop.create_task, cycle.serve(self.app)).add_done_callback(print)
# a task that is made and awaited, and that somebody else cancels
 import asyncio


 class Session:
     async def work(self):
         while True:
             try:
                 self.connection = asyncio.create_task(self.connect())
                 await self.connection
             except asyncio.CancelledError:
                 print("cancelled, once more")
# a class that is worked out
 def watch_error() -> type[BaseException]:
     from redis import WatchError

     return WatchError


 async def renew(pipe):
     while True:
         try:
             return await pipe.execute()
         except watch_error():
             continue
# nothing is awaited
 async def parse(text):
     try:
         return int(text)
     except:
         return 0
# `Exception` does not catch it
 async def poll(client):
     while True:
         try:
             await client.fetch()
         except Exception:
             print("failed")
# a plain function is not cancelled
 def poll(client):
     try:
         client.fetch()
     except:
         print("failed")
# going on with the next
! unsafe `except asyncio.CancelledError` swallows the cancellation
 import asyncio


 async def work(queue):
     while True:
         try:
             await queue.get()
         except asyncio.CancelledError:
             print("cancelled")
-            continue
+            raise
# a stream is waited for without an `await`
! unsafe `except BaseException` swallows the cancellation
+import asyncio
+
 async def show(stream, client):
     try:
         async for item in stream:
             print(item)
+    except asyncio.CancelledError:
+        raise
     except BaseException:
         print("lost")
     await client.tell("done")
# a log that says that the cancellation is to have no effect
! by default
 import asyncio
 import logging


 async def process(stream, handle):
     async for event in stream:
         try:
             await handle(event)
         except asyncio.CancelledError as error:
             logging.info("Cancelled stream attempt but overriding: %s", error)
             await handle(event)
# what is handed on with `sys.exc_info()`, and a console that shows whatever ends what was typed
! by default
 import sys


 async def attempt(state, work):
     while not state.is_over():
         try:
             result = await work()
         except BaseException:
             state.set_exception(sys.exc_info())
         else:
             state.set_result(result)


 class Console:
     async def run(self, lines):
         for line in lines:
             try:
                 await self.execute(line)
             except BaseException:
                 self.showtraceback()

     async def run_code(self, result, code):
         try:
             await self.execute(code)
         except:
             result.error = sys.exc_info()[1]
         await self.flush()
"#;
