//! Calls on the event loop that block somewhere further down.

use crate::engine::blocked::{GENERATOR_REASON, THREAD_REASON};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Context, Runs};
use crate::engine::fix::Fixes;
use crate::engine::project::Project;
use crate::engine::project::marks::Lead;
use crate::engine::ways::{Entry, ways};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "transitive-blocking",
    summary: "move a call that blocks further down, in helpers of any file, off the event loop",
    rationale: "\
A coroutine that calls a plain function holds the event loop for as long as that function and everything it calls
take. The blocking call is often several functions and files away, where nothing looks asynchronous. The finding
stands at the call on the loop and shows the way from there, once for each call site: the functions in between are
not wrong by themselves.

`await asyncio.to_thread(…)` at the boundary keeps the helpers as they are. It is not offered as safe: the work
can no longer be interrupted by cancelling the coroutine, and other tasks run while it goes on, so the helper must
not rely on having the loop's thread to itself.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[Lead::Blocking],
    examples: r#"
# one helper away
! unsafe
+import asyncio
 import time


 def settle():
     time.sleep(2)


 async def handler():
-    settle()
+    await asyncio.to_thread(settle)
# several functions and files away, arguments kept
! unsafe
@ app/handlers.py
+import asyncio
+
 from app.service import Service


 async def handler(request):
     service = Service()
-    order = service.load(request.id, retries=3)
+    order = await asyncio.to_thread(service.load, request.id, retries=3)
     return order.total
@ app/__init__.py
@ app/service.py
 from . import store


 class Base:
     def load(self, key, retries=1):
         return self.fetch(key)

     def fetch(self, key):
         return store.read(key)


 class Service(Base):
     pass
@ app/store/__init__.py
 from .disk import read
@ app/store/disk.py
 import time


 def read(key):
     time.sleep(0.1)
     return key
# a helper that goes over a folder, in a builtin
! unsafe
@ app/plugins.py
 from pathlib import Path


 def names(folder: Path):
     return sorted(folder.iterdir())
@ app/main.py
+import asyncio
 from pathlib import Path

 from app.plugins import names


 async def handler():
-    return names(Path("plugins"))
+    return await asyncio.to_thread(names, Path("plugins"))
@ app/__init__.py
# before Python 3.9, with the executor
! unsafe
! python 3.8
+import asyncio
+import functools
 import time


 def settle(seconds=2):
     time.sleep(seconds)


 async def handler():
-    settle()
-    settle(seconds=3)
+    await asyncio.get_running_loop().run_in_executor(None, settle)
+    await asyncio.get_running_loop().run_in_executor(None, functools.partial(settle, seconds=3))
# a generator argument gets its parentheses
! unsafe
+import asyncio
 import time


 def wait_all(delays):
     for delay in delays:
         time.sleep(delay)
     return delays


 async def handler(jobs):
-    return wait_all(job.delay for job in jobs).count(3)
+    return (await asyncio.to_thread(wait_all, (job.delay for job in jobs))).count(3)
# a constructor that blocks
! unsafe
+import asyncio
 import time


 class Robot:
     def __init__(self, port):
         self.port = port
         time.sleep(2)


 async def connect(port):
-    return Robot(port)
+    return await asyncio.to_thread(Robot, port)
# a property that blocks is reported: reading it is not a call that could move
! reported property
 import time


 class Sensor:
     @property
     def value(self):
         time.sleep(1)
         return 3


 async def read(sensor: Sensor):
     return sensor.value
# a context manager that blocks on entering is reported
! reported context manager
 import time


 class Lock:
     def __enter__(self):
         time.sleep(1)

     def __exit__(self, *exc):
         pass


 async def work():
     with Lock():
         print("in")
# a callback that the loop runs
! reported callback
 import asyncio
 import time


 def tick():
     time.sleep(1)


 async def main():
     asyncio.get_running_loop().call_soon(tick)
     await asyncio.sleep(5)
# handed to a thread it blocks nobody
 import asyncio
 import time


 def settle():
     time.sleep(2)


 async def handler():
     await asyncio.to_thread(settle)
     await asyncio.get_running_loop().run_in_executor(None, lambda: settle())
# only plain code calls it
 import time


 def settle():
     time.sleep(2)


 def main():
     settle()
# a coroutine in between is the place to look at
 import time


 async def inner():
     time.sleep(1)


 async def outer():
     await inner()
# a recursion that blocks nowhere
 def walk(tree):
     for child in tree:
         walk(child)


 async def main(tree):
     walk(tree)
# what a parameter decides, where it is not given
@ app/__init__.py
@ app/log.py
 class Log:
     def note(self, text, path=None, *, copy=False):
         print(text)
         if path is not None:
             with open(path, "a") as file:
                 file.write(text)
         if not copy:
             return
         with open("copy.log", "a") as file:
             file.write(text)

     def load(self, path):
         if not path:
             return ""
         path = f"{path}.txt"
         with open(path) as file:
             return file.read()


 class Failure(Exception):
     def __init__(self, message="", details=None):
         self.details: str | None = details
         if self.details:
             message += open(details).read()
         super().__init__(message)
@ app/main.py
 from app.log import Failure, Log


 async def main(log: Log):
     log.note("started")
     log.note("running", None, copy=False)
     log.load(None)
     raise Failure("stopped")
# what is only done where nothing was given, or in another thread than the loop's
 import threading
 import zipfile
 from concurrent.futures import Future
 from io import BytesIO


 class Page:
     def __init__(self, text, owner=None):
         if owner is None:
             owner = open("owner").read()
         self.owner = owner


 def tell(loop_thread, future: Future):
     if loop_thread != threading.get_ident():
         future.result()


 def names(data):
     with BytesIO(data) as file, zipfile.ZipFile(file) as archive:
         archive.testzip()
         return archive.namelist()


 async def main(owner, future):
     tell(1, future)
     return Page("", owner), names(b"")
# and where it is
! unsafe
@ app/__init__.py
@ app/log.py
 def note(text, path=None):
     print(text)
     if path is None:
         return
     with open(path, "a") as file:
         file.write(text)


 def fail(text, path=None):
     note(text, path)
@ app/main.py
+import asyncio
+
 from app.log import fail, note


 async def main(options):
-    note("started", "app.log")
-    note("running", path=options.path)
-    note(*options.note)
-    fail("stopped", options.path)
+    await asyncio.to_thread(note, "started", "app.log")
+    await asyncio.to_thread(note, "running", path=options.path)
+    await asyncio.to_thread(note, *options.note)
+    await asyncio.to_thread(fail, "stopped", options.path)
# what is not given further down either, because it is handed on
@ app/__init__.py
@ app/client.py
 def load(name, folder, *, keep=False):
     if folder is not None:
         return open(f"{folder}/{name}").read()
     if keep:
         return open(name).read()
     return name


 def preload(names, folder=None, keep=False):
     return [load(name, folder, keep=keep) for name in names]


 class Client:
     def __init__(self, names):
         self.loaded = preload(names)


 def client(address=None, resolve=True, options=None, mode=None):
     if mode is None:
         raise ValueError("no mode")
     if address and resolve:
         address = address.lower()
     if options:
         if not address:
             address = options.address
     if address:
         return open(address)
     return None


 def client_of(name, options=None):
     return client(options=options, mode=name)


 class Credential:
     def __init__(self, name, **options):
         self.name = name
         if options.pop("proxy", False) and name:
             self.certificate = open("proxy.pem").read()


 class Managed:
     def __init__(self, **options):
         kind = options.get("kind")
         self.inner = Credential(kind, **options)
@ app/main.py
 from app.client import Client, Credential, Managed, client, client_of


 async def main(name):
     Credential(name), Credential(name, proxy=False), Managed(), Managed(kind=name)
     return Client([name]), client(mode=name), client_of(name)
# and what is
! unsafe
@ app/__init__.py
@ app/client.py
 def load(name, folder):
     if folder is not None:
         return open(f"{folder}/{name}").read()
     return name


 def preload(names, folder=None):
     return [load(name, folder) for name in names]


 def preload_all(names, folder=None):
     folder = folder or "."
     return [load(name, folder) for name in names]


 class Credential:
     def __init__(self, name, **options):
         if options.pop("proxy", False) and name:
             self.certificate = open("proxy.pem").read()


 def client(address=None, options=None):
     if options:
         address = options.address
     if address:
         return open(address)
     return None


 def client_of(name, options=None):
     return client(options=options)


 class Managed:
     def __init__(self, **options):
         self.inner = Credential("managed", **options)


 class Proxied:
     def __init__(self, **options):
         options["proxy"] = True
         self.inner = Credential("proxied", **options)
@ app/main.py
+import asyncio
+
 from app.client import Managed, Proxied, client_of, preload, preload_all


 async def main(names, options):
-    preload(names, "plugins"), preload_all(names), client_of("a", options)
-    return Managed(proxy=True), Managed(**options), Proxied()
+    await asyncio.to_thread(preload, names, "plugins"), await asyncio.to_thread(preload_all, names), await asyncio.to_thread(client_of, "a", options)
+    return await asyncio.to_thread(Managed, proxy=True), await asyncio.to_thread(Managed, **options), await asyncio.to_thread(Proxied)
# what a text decides that the call spells out
@ app/__init__.py
@ app/secrets.py
 import os


 def secret(name, default=None):
     if name.startswith("env/"):
         name = name.replace("env/", "")
     if name.startswith(("file/", "path/")):
         kind, _, path = name.partition("/")
         if kind == "file":
             with open(path) as file:
                 return file.read()
     return os.environ.get(name, default)


 def secret_text(name, default=None):
     return str(secret(name=name, default=default))


 def write(text, mode):
     if mode == "print":
         print(text)
     elif mode in ("append", "write"):
         open("log", mode[0]).write(text)
@ app/main.py
 from app.secrets import secret, secret_text, write


 async def main():
     write("started", "print")
     return secret("TOKEN") or secret_text("API_KEY")
# and where it is the one that is asked for, or not known
! unsafe
@ app/__init__.py
@ app/secrets.py
 def secret(name, default=None):
     if name.startswith("env/"):
         name = name.replace("env/", "")
     if name.startswith(("file/", "path/")):
         with open(name.partition("/")[2]) as file:
             return file.read()
     return default


 def secret_text(name, default=None):
     return str(secret(name=name, default=default))


 def other(name):
     name = f"file/{name}"
     return secret(name)
@ app/main.py
+import asyncio
+
 from app.secrets import other, secret, secret_text


 async def main(name):
-    first = secret("file/token") or secret_text("env/file/token")
-    return first or secret(name) or other("TOKEN")
+    first = await asyncio.to_thread(secret, "file/token") or await asyncio.to_thread(secret_text, "env/file/token")
+    return first or await asyncio.to_thread(secret, name) or await asyncio.to_thread(other, "TOKEN")
# a descriptor that does not block
 import os


 class Reader:
     def __init__(self, fd):
         self.fd = fd
         os.set_blocking(self.fd, False)

     def drain(self):
         return os.read(self.fd, 4096)


 async def main(reader: Reader):
     return reader.drain()
# five levels deep, in another package, through what packages pass on
! unsafe
@ web/__init__.py
@ web/api.py
+import asyncio
+
 from shop import price


 async def handler(name):
-    return price(name)
+    return await asyncio.to_thread(price, name)
@ shop/__init__.py
 from .pricing import price
@ shop/pricing.py
 from . import catalogue


 def price(name):
     return catalogue.lookup(name) * 2
@ shop/catalogue.py
 from store import open_table


 def lookup(name):
     return open_table().read(name)
@ store/__init__.py
 from .table import open_table
@ store/table.py
 from store.disk import fetch


 class Table:
     def read(self, name):
         return self._row(name)

     def _row(self, name):
         return fetch(name)


 def open_table() -> Table:
     return Table()
@ store/disk.py
 import time


 def fetch(name):
     time.sleep(0.1)
     return len(name)
# a method of an attribute set in `__init__`, and one that is inherited, from other files
! unsafe
@ app/__init__.py
@ app/service.py
+import asyncio
+
 from app.client import Client


 class Service:
     def __init__(self, client: Client):
         self.client = client
         self.backup = Client()

     async def load(self, key):
-        return self.client.get(key) or self.backup.read(key)
+        return await asyncio.to_thread(self.client.get, key) or await asyncio.to_thread(self.backup.read, key)
@ app/client.py
 from app.base import Base


 class Client(Base):
     def get(self, key):
         return self.read(key)
@ app/base.py
 import time


 class Base:
     def read(self, key):
         time.sleep(1)
         return key
# a property, a constructor and context managers of another file are reported where they are used
! reported it calls
@ app/__init__.py
@ app/devices.py
 import time
 from contextlib import contextmanager


 class Sensor:
     def __init__(self, port):
         self.port = port

     @property
     def value(self):
         return self._measure()

     def _measure(self):
         time.sleep(1)
         return 3

     def __enter__(self):
         self._measure()
         return self

     def __exit__(self, *exc):
         pass


 @contextmanager
 def powered(port):
     time.sleep(1)
     yield port
@ app/main.py
 from app.devices import Sensor, powered


 async def main():
     print(Sensor(1).value)
     with Sensor(2) as sensor:
         print(sensor.port)
     with powered(3):
         pass
# a recursion that blocks on its way
! unsafe
@ app/__init__.py
@ app/tree.py
 import time


 def walk(tree):
     for child in tree:
         walk(child)
     leave()


 def leave():
     time.sleep(0.1)
@ app/main.py
+import asyncio
+
 from app.tree import walk


 async def main(tree):
-    walk(tree)
+    await asyncio.to_thread(walk, tree)
# called from both worlds it is reported on the loop's side only
! unsafe
@ app/__init__.py
@ app/work.py
 import time


 def work():
     time.sleep(1)
@ app/cli.py
 from app.work import work


 def main():
     work()


 main()
@ app/server.py
+import asyncio
+
 from app.work import work


 async def serve():
-    work()
+    await asyncio.to_thread(work)
# handed to threads and executors, from other files and in a lambda or a function of its own
@ app/__init__.py
@ app/work.py
 import time


 def work(n=1):
     time.sleep(n)
@ app/server.py
 import asyncio
 import functools
 from concurrent.futures import ThreadPoolExecutor

 from app.work import work


 async def serve(loop: asyncio.AbstractEventLoop):
     def twice():
         work()
         work()

     await asyncio.to_thread(work, 2)
     await asyncio.to_thread(lambda: work(3))
     await loop.run_in_executor(None, twice)
     await loop.run_in_executor(ThreadPoolExecutor(), functools.partial(work, n=4))
# another function of the same name
@ app/__init__.py
@ app/slow.py
 import time


 def load():
     time.sleep(1)
@ app/quick.py
 def load():
     return 3
@ app/main.py
 from app import slow
 from app.quick import load
 from app.slow import load as wait


 def wait():
     return slow


 async def main(slow):
     load()
     wait()
     slow.load()
# an unknown decorator may have moved it to a thread
 import time
 from tools import in_thread


 @in_thread
 def settle():
     time.sleep(2)


 async def handler():
     settle()
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    if !cx.project.has_blocking_functions() {
        // In pass 1 nothing is linked yet.
        return;
    }
    for way in ways(cx, Project::blocking_chain).into_iter().filter(|way| !way.is_idle(cx)) {
        let found = way.found(fixes, "blocks the event loop");
        match way.entry {
            Entry::Call(_) if way.runs == Runs::InGenerator => found.because(GENERATOR_REASON).report(),
            Entry::Call(call) => {
                found
                    .because(THREAD_REASON)
                    .unsafe_fix("run it in a thread", |fix| fix.call_in_thread(&call));
            }
            Entry::Callback => {
                let reason = "the event loop runs this callback itself; make it start a task, or a thread";
                found.because(reason).report();
            }
            Entry::Property => {
                let reason = "it is a property: make it a method that can be awaited or run in a thread";
                found.because(reason).report();
            }
            Entry::Manager => {
                let reason = "it is a context manager: entering it cannot be moved to a thread by itself";
                found.because(reason).report();
            }
        }
    }
}
