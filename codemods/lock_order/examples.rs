//! Locks that stop one another, and those that do not.

pub(super) const EXAMPLES: &str = r#"
# opposite orders
! reported neither goes on
 import asyncio

 accounts, log = asyncio.Lock(), asyncio.Lock()


 async def pay(entry):
     async with accounts:
         async with log:
             await entry.write()


 async def audit(entry):
     async with log:
         async with accounts:
             await entry.write()
# the second lock is taken further down, in another file
! reported `Bank.lock` is taken while `log` is held, and elsewhere `log` while `Bank.lock` is
@ app/__init__.py
@ app/bank.py
 import asyncio

 from app import journal


 class Bank:
     def __init__(self):
         self.lock = asyncio.Lock()

     async def pay(self, entry):
         async with self.lock:
             await self.note(entry)

     async def note(self, entry):
         await journal.write(entry)

     async def balance(self):
         async with self.lock:
             return 3


 bank = Bank()
@ app/journal.py
 import asyncio

 from app.bank import bank

 log = asyncio.Lock()


 async def write(entry):
     async with log:
         await entry.write()


 async def audit():
     async with log:
         return await bank.balance()
# several in one line are taken one after another
! reported neither goes on
 import asyncio


 class Store:
     def __init__(self):
         self.a = asyncio.Lock()
         self.b = asyncio.Lock()

     async def read(self, source):
         async with self.a, self.b:
             return await source.read()

     async def write(self, source):
         async with self.b, self.a:
             return await source.write()
# taken again by the task that holds it
! reported waits for itself
 import asyncio


 class Counter:
     def __init__(self):
         self._lock = asyncio.Lock()
         self._n = 0

     async def add(self, n):
         async with self._lock:
             self._n += n
             return await self.total()

     async def total(self):
         async with self._lock:
             return self._n
# taken again for certain, whoever runs this codemod
! by default
! reported waits for itself
 import asyncio


 class Pool:
     def __init__(self):
         self.lock = asyncio.Lock()
         self.connections = {}

     async def close(self):
         async with self.lock:
             for name in list(self.connections):
                 await self.remove(name)

     async def remove(self, name):
         async with self.lock:
             await self.connections.pop(name).close()
# taken again under a condition, which may be there for that
! by default
 import asyncio


 class Pool:
     def __init__(self):
         self.lock = asyncio.Lock()
         self.owner = None

     async def close(self):
         async with self.lock:
             await self.remove("all")

     async def remove(self, name):
         if asyncio.current_task() is self.owner:
             return
         async with self.lock:
             print(name)

     async def drop(self):
         async with self.lock:
             await self.forget_all()

     async def forget_all(self):
         await self.forget("all")

     async def forget(self, name):
         async with self.lock:
             print(name)
# and who asks for it hears of it
! reported waits for itself
 import asyncio


 class Pool:
     def __init__(self):
         self.lock = asyncio.Lock()
         self.owner = None

     async def close(self):
         async with self.lock:
             await self.remove("all")

     async def remove(self, name):
         if asyncio.current_task() is self.owner:
             return
         async with self.lock:
             print(name)
# two orders through many functions may never meet
! by default
 import asyncio

 money, log = asyncio.Lock(), asyncio.Lock()


 async def pay():
     async with money:
         await note()


 async def note():
     await write()


 async def write():
     await append()


 async def append():
     async with log:
         print("paid")


 async def audit():
     async with log:
         async with money:
             print("right")
# at once, and with `acquire`
! reported waits for itself
 import asyncio

 lock = asyncio.Lock()


 async def work(source):
     async with lock:
         await lock.acquire()
         try:
             await source.read()
         finally:
             lock.release()
# a lock that stays locked when something raises
! unsafe stays locked when line
 import asyncio

 lock = asyncio.Lock()


 async def work(source):
-    await lock.acquire()
-    # Nobody else may write.
-    data = await source.read()
-    await source.write(data)
-    lock.release()
+    async with lock:
+        # Nobody else may write.
+        data = await source.read()
+        await source.write(data)
     return data
# in a branch, and of an object
! unsafe whatever happens
 import asyncio


 class Store:
     def __init__(self):
         self.slots = asyncio.Semaphore(3)

     async def read(self, source, wait):
         if wait:
-            await self.slots.acquire()
-            await source.read()
-            self.slots.release()
+            async with self.slots:
+                await source.read()
# released in several places
! reported stays locked when line
 import asyncio

 lock = asyncio.Lock()


 async def work(source):
     await lock.acquire()
     if not await source.ready():
         lock.release()
         return None
     data = source.read()
     lock.release()
     return data
# a thread's lock across an `await`
! reported stops the event loop
 import threading

 lock = threading.Lock()


 async def work(source):
     lock.acquire()
     try:
         await source.read()
     finally:
         lock.release()


 async def work_again(source):
     with lock:
         await source.read()
# a function that takes it again only through itself has a way out of its own
 import asyncio


 class Feed:
     def __init__(self):
         self.lock = asyncio.Lock()
         self.open = False

     async def ensure(self):
         if not self.open:
             async with self.lock:
                 await self.connect()

     async def connect(self):
         self.open = True
         await self.ensure()
# one order everywhere
 import asyncio

 accounts, log = asyncio.Lock(), asyncio.Lock()


 async def pay(entry):
     async with accounts:
         async with log:
             await entry.write()


 async def audit(entry):
     async with accounts, log:
         await entry.write()


 async def one_after_another(entry):
     async with log:
         await entry.write()
     async with accounts:
         await entry.write()
# a third lock around both orders lets one task in at a time
 import asyncio

 gate, a, b = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()


 async def one(entry):
     async with gate, a:
         async with b:
             await entry.write()


 async def two(entry):
     async with gate, b:
         async with a:
             await entry.write()
# locks of different objects
 import asyncio


 class Account:
     def __init__(self):
         self.lock = asyncio.Lock()
         self.balance = 0

     async def pay(self, other, amount):
         async with self.lock:
             await other.receive(amount)

     async def give(self, other: "Account", amount):
         async with self.lock:
             async with other.lock:
                 other.balance += amount

     async def receive(self, amount):
         async with self.lock:
             self.balance += amount


 async def swap(a: Account, b: Account):
     async with a.lock, b.lock:
         a.balance, b.balance = b.balance, a.balance
# a lock that is released before, or whose second taker is another task
 import asyncio


 class Counter:
     def __init__(self):
         self._lock = asyncio.Lock()
         self._n = 0

     async def add(self, n):
         async with self._lock:
             self._n += n
             task = asyncio.create_task(self.total())
         return await task + await self.total()

     async def total(self):
         async with self._lock:
             return self._n

     async def pause(self, source):
         async with self._lock:
             self._lock.release()
             await self.total()
             await self._lock.acquire()
# a lock that lets a task in again, or several
 import asyncio

 slots = asyncio.Semaphore(5)


 async def outer(source):
     async with slots:
         await inner(source)


 async def inner(source):
     async with slots:
         await source.read()
# other code of the program between
! unsafe `lock` stays locked when line
 import asyncio

 lock = asyncio.Lock()
 totals = {}


 def parse(line):
     return int(line)


 async def add(name, line):
-    await lock.acquire()
-    totals[name] = parse(line)
-    lock.release()
+    async with lock:
+        totals[name] = parse(line)
# released whatever happens, or elsewhere
 import asyncio

 lock = asyncio.Lock()


 async def work(source):
     await lock.acquire()
     try:
         return await source.read()
     finally:
         lock.release()


 async def work_or_raise(source):
     await lock.acquire()
     try:
         await source.read()
     except BaseException:
         lock.release()
         raise
     lock.release()


 async def begin():
     await lock.acquire()


 async def end():
     lock.release()


 async def take_turns(turns):
     await lock.acquire()
     turns = list(turns)
     lock.release()
     return turns


 async def maybe(source, alone):
     if alone:
         await lock.acquire()
     try:
         return await source.read()
     finally:
         if alone:
             lock.release()
# a lock made of others
 import asyncio


 class Both:
     def __init__(self):
         self.a = asyncio.Lock()
         self.b = asyncio.Lock()

     async def __aenter__(self):
         await self.a.acquire()
         if not await self.wanted():
             self.a.release()
         return self
# permits that another task gives back
 import asyncio

 slots = asyncio.Semaphore(5)
 lock = asyncio.Lock()


 async def start(source):
     await slots.acquire()
     if not await source.ready():
         slots.release()
         return
     asyncio.create_task(source.run(slots))


 async def start_alone(source):
     await lock.acquire()
     task = asyncio.create_task(source.run())
     task.add_done_callback(lambda _: lock.release())
     await source.started()
     if task.done():
         lock.release()
# a thread's lock that is only asked for
 import asyncio
 import threading

 lock = threading.Lock()


 async def work(source):
     while not lock.acquire(blocking=False):
         await asyncio.sleep(0.01)
     lock.release()
# another lock that is let go of
 import asyncio


 class Service:
     def __init__(self):
         self._serving = asyncio.Lock()
         self._changing = asyncio.Lock()

     async def lease(self, source):
         async with self._serving:
             await self._changing.acquire()
         try:
             return await source.read()
         finally:
             self._changing.release()
# in a test, what the test itself has made
@ test_entry.py
 import asyncio


 class Entry:
     def __init__(self):
         self.lock = asyncio.Lock()


 async def test_waiter():
     entry = Entry()
     await entry.lock.acquire()
     await asyncio.sleep(0)
     entry.lock.release()
# a thread's lock that is let go of while a task waits
 import threading


 class Queue:
     def __init__(self, not_full):
         self._mutex = threading.Lock()
         self._not_full = not_full

     async def put(self, item):
         with self._mutex:
             while self.is_full():
                 self._mutex.release()
                 try:
                     await self._not_full.wait()
                 finally:
                     self._mutex.acquire()
             self.items.append(item)
"#;
