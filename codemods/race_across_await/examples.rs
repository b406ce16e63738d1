//! The examples of `race-across-await`.

pub(super) const EXAMPLES: &str = r#"
# a total that loses what another task adds meanwhile
! reported one change is lost (it is a variable of the module, for all tasks)
 total = 0


 async def add(source):
     global total
     total += await source.count()
# through a local name, on three lines
! reported and written from that at line
 total = 0


 async def add(source):
     global total
     before = total
     found = await source.count()
     total = before + found
# an attribute, written out
! reported one change is lost
 class Meter:
     def __init__(self):
         self.n = 0

     async def add(self, source):
         self.n = self.n + await source.count()
# `async with` and `async for` give the loop away too
! reported task B reads it too
 total = 0


 async def add(pool):
     global total
     before = total
     async with pool.connection() as connection:
         total = before + connection.count


 async def add_all(stream):
     global total
     before = total
     async for n in stream:
         before += n
     total = before
# a variable of the function around, used by several tasks
! reported `work` is started as several tasks
 import asyncio


 async def main(sources):
     total = 0

     async def work(source):
         nonlocal total
         total += await source.count()

     await asyncio.gather(*[work(source) for source in sources])
     return total
# a check, and what it decides
! reported `cache[key]` is checked at line
 cache = {}


 async def get(key, load):
     if key not in cache:
         cache[key] = await load(key)
     return cache[key]
# the check as it is often written
! reported both load it
 pool = None
 users = {}


 async def get_pool(create):
     global pool
     if pool is not None:
         return pool
     pool = await create()
     return pool


 async def get_user(key, load):
     user = users.get(key)
     if user is None:
         user = await load(key)
         users[key] = user
     return user
# the check may be an exception
! reported both load it
 cache = {}


 async def get(key, load):
     try:
         return cache[key]
     except KeyError:
         cache[key] = await load(key)
         return cache[key]
# tasks that each look whether they are the first
! reported `url` of `self.seen` is checked at line
 import asyncio


 class Crawler:
     def __init__(self):
         self.seen = set()

     async def crawl(self, urls):
         await asyncio.gather(*[self.visit(url) for url in urls])

     async def visit(self, url):
         if url in self.seen:
             return
         await asyncio.sleep(0.1)
         self.seen.add(url)
# something that is to be done once
! reported both do it
 ready = False


 async def prepare(work):
     global ready
     if not ready:
         await work()
         ready = True
# state of the class, for all of its objects
! reported it belongs to the class
 class Client:
     _instances = {}

     @classmethod
     async def of(cls, name, connect):
         if name not in cls._instances:
             cls._instances[name] = await connect(name)
         return cls._instances[name]
# the class has a lock: it is named
! suggested `Client` has a lock
 import asyncio


 class Client:
     def __init__(self):
         self._lock = asyncio.Lock()
         self._token = None

     async def token(self, fetch):
-        if self._token is None:
-            self._token = await fetch()
+        async with self._lock:
+            if self._token is None:
+                self._token = await fetch()
         return self._token
# so has the module
! suggested one change is lost
 import asyncio

 lock = asyncio.Lock()
 total = 0


 async def add(source):
     global total
-    before = total
-    found = await source.count()
-    total = before + found
+    async with lock:
+        before = total
+        found = await source.count()
+        total = before + found
# a lock that is taken between check and write does not help
! reported finds it missing too
 import asyncio

 lock, other = asyncio.Lock(), asyncio.Lock()
 cache = {}


 async def get(key, load):
     if key not in cache:
         async with lock:
             cache[key] = await load(key)
     return cache[key]
# by default, of what is loaded twice only what there is to be one of
! by default
! reported `cls._instances[name]` is checked
 class Client:
     _instances = {}
     _names = {}

     @classmethod
     async def of(cls, name, connect):
         if name not in cls._instances:
             cls._instances[name] = await connect(name)
         return cls._instances[name]

     @classmethod
     async def name_of(cls, client_id, load):
         if client_id not in cls._names:
             cls._names[client_id] = await load(client_id)
         return cls._names[client_id]
# or what is made by a call that says so
! by default
! reported `_pages[key]` is checked
 _pages = {}


 async def page(key, browser):
     if key in _pages:
         return _pages[key]
     page = await browser.create_page(key)
     _pages[key] = page
     return page
# one value is as good as the other
! by default
 _version = None
 _blocks = {}


 async def version(database):
     global _version
     if _version is not None:
         return _version
     rows = await database.execute("show server_version")
     _version = int(rows[0])
     return _version


 async def block(number, chain):
     if number not in _blocks:
         _blocks[number] = await chain.read(number)
     return _blocks[number]
# an object that may belong to one task is reported only on request
! reported both load it
 class Page:
     def __init__(self):
         self._title = None

     async def title(self, load):
         if self._title is None:
             self._title = await load()
         return self._title
# and by default it is not
! by default
 class Page:
     def __init__(self):
         self._title = None

     async def title(self, load):
         if self._title is None:
             self._title = await load()
         return self._title
# no `await` between: nobody can come in
 counter = 0
 cache = {}


 async def count(source):
     global counter
     counter += 1
     await source.count()
     counter -= 1


 async def add(source):
     global counter
     found = await source.count()
     counter += found
     counter = counter + found


 async def put(key, load):
     value = await load(key)
     if key not in cache:
         cache[key] = value
# the `await` comes before the read
 total = 0


 async def add(source):
     global total
     total = await source.count() + total
# both under the same lock
 import asyncio

 lock = asyncio.Lock()
 total = 0
 cache = {}


 async def add(source):
     global total
     async with lock:
         total += await source.count()


 async def get(key, load):
     async with lock:
         if key not in cache:
             cache[key] = await load(key)
         return cache[key]


 async def take(source):
     global total
     await lock.acquire()
     try:
         total -= await source.count()
     finally:
         lock.release()
# called with the lock held
 import asyncio

 lock = asyncio.Lock()
 total = 0


 async def add(source):
     async with lock:
         await _add(source)


 async def _add(source):
     global total
     total += await source.count()
# a second look after the `await`
 import asyncio

 lock = asyncio.Lock()
 cache = {}


 async def get(key, load):
     if key not in cache:
         async with lock:
             if key not in cache:
                 cache[key] = await load(key)
     return cache[key]


 async def get_unlocked(key, load):
     if key in cache:
         return cache[key]
     value = await load(key)
     if key in cache:
         return cache[key]
     cache[key] = value
     return value
# locals, and objects that are nobody else's
 async def count(sources, found):
     total = 0
     cache = {}
     for source in sources:
         total += await source.count()
         if source not in cache:
             cache[source] = await source.load()
     found.total += await sources.count()
     return total, cache
# a constructor, and functions that run once
 class Session:
     @classmethod
     async def create(cls):
         self = cls()
         self.n = await self.count() + 1
         return self

     async def __aenter__(self):
         self.n += await self.count()
         return self


 total = 0


 async def main(source):
     global total
     total += await source.count()
# whoever comes second is told before the `await`
 tasks = {}
 busy = set()
 results = {}


 async def get(key, start):
     if key not in tasks:
         tasks[key] = start(key)
     return await tasks[key]


 async def work(key, load):
     if key in busy:
         return
     busy.add(key)
     if key not in results:
         results[key] = await load(key)


 async def get_or_none(key, load):
     try:
         return results[key]
     except KeyError:
         await load(key)
         return None
# what is written has nothing to do with what was read
 last = None


 async def refresh(load, log):
     global last
     log(last)
     last = await load()


 async def close():
     global last
     if last is not None:
         await last.close()
         last = None
# a coroutine that never waits gives nothing away
 total = 0


 async def count():
     return 3


 async def add():
     global total
     total += await count()
# a background task's own loop
 offset = 0


 async def poll(fetch):
     global offset
     while True:
         updates = await fetch(offset)
         offset = offset + len(updates)
         offset += await fetch.skip()
# a list that grows in place is the same list for all
 found = []


 async def search(source):
     global found
     found += await source.search()


 class Rooms:
     def __init__(self, rooms):
         self.rooms = rooms

     async def join(self, source):
         self.rooms |= await source.join()
# another name, and another key
 total = 0
 cache = {}


 async def add(source, total):
     total += await source.count()


 async def get(key, other, load):
     if key not in cache:
         cache[other] = await load(key)
     if other in cache:
         other = await load.next()
         cache[other] = await load(other)
# a decision between the read and the write
! reported `stock[item]` is read at line
 stock = {}


 async def buy(item, charge):
     left = stock[item]
     if left > 0:
         await charge(item)
         stock[item] = left - 1
# there was enough when it was asked
! reported where there was enough for one
! by default
 import asyncio


 balance = 100


 async def withdraw(amount, log):
     global balance
     if balance >= amount:
         await log(amount)
         balance -= amount


 async def withdraw_first(amount, log):
     global balance
     if balance >= amount:
         balance -= amount
         await log(amount)
# a variable of another module
! reported `state.total` is read at line
@ app/state.py
 total = 0
@ app/__init__.py
@ app/count.py
 from app import state


 async def count(source):
     total = state.total
     found = await source.count()
     state.total = total + found
# a connection that is asked for whenever one is needed
! reported both load it
 class Client:
     def __init__(self):
         self.connection = None

     async def connect(self, dial):
         if self.connection is None:
             self.connection = await dial()
         return self.connection
# an object for each call has one task
 import asyncio


 class Scan:
     def __init__(self, source):
         self.source = source
         self.count = 0

     async def main(self):
         while await self.source.more():
             await self.follow()

     async def follow(self):
         self.count += await self.source.count()


 def run(source):
     asyncio.run(Scan(source).main())
"#;
