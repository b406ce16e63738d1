//! Plain functions that block and become coroutine functions, with everything that calls them.

use ruff_text_size::{Ranged, TextRange};

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::Context;
use crate::engine::fix::Fixes;

/// What knows how to mend the blocking calls that such a function is made of.
pub(crate) const DIRECT: &[&Codemod] = &[
    &crate::blocking_call::CODEMOD,
    &crate::blocking_database::CODEMOD,
    &crate::blocking_fd::CODEMOD,
    &crate::blocking_file_io::CODEMOD,
    &crate::blocking_input::CODEMOD,
    &crate::blocking_socket::CODEMOD,
    &crate::blocking_subprocess::CODEMOD,
    &crate::blocking_thread_wait::CODEMOD,
    &crate::requests_to_httpx::CODEMOD,
    &crate::sync_client::CODEMOD,
    &crate::time_sleep::CODEMOD,
];

/// Why a conversion is not safe.
const REASON: &str = "other tasks run where these functions wait now, and code outside of the project gets coroutines from them";

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "make-async",
    summary: "make coroutine functions of helpers that block and that only coroutines call",
    rationale: "\
A helper that waits for the network with `requests` or for the clock with `time.sleep` holds the event loop up, however
far below a coroutine it is called. Where all of its callers are coroutines, or can become coroutines with it, it can be
a coroutine function itself: `def` becomes `async def`, every call of it in any file is awaited, and what blocks inside
becomes what asyncio has for it. Nothing is left to a thread that need not be.

A conversion is made in all files or in none. It is refused, with the reason, for special methods and properties,
generators, methods that may override one of a class outside of the project, functions that are used as values or
named in strings, and those that plain code calls which the event loop does not run. A function in which nothing
would be awaited, because what blocks in it has no fix, stays as it is. Where a thread's lock is held there
is no conversion either: other tasks would run while it is.

It runs only when it is asked for: `--select make-async` converts whatever can be, and `--make-async pkg.mod:func` one
function and what calls it.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Named,
    aliases: &[],
    leads: &[],
    examples: r#"
# a helper, and the helper of that
! unsafe
-import time
+import asyncio


-def wait(seconds):
-    time.sleep(seconds)
+async def wait(seconds):
+    await asyncio.sleep(seconds)


-def settle():
-    wait(2)
+async def settle():
+    await wait(2)
     return 3


 async def handler():
-    return [settle() + 1, settle()]
+    return [await settle() + 1, await settle()]
# across files, with what blocks inside each
! unsafe
@ app/__init__.py
@ app/api.py
 from app.store import Store


 async def total(store: Store, name):
-    return store.load(name)["total"]
+    return (await store.load(name))["total"]


 async def names(store: Store):
-    if store.load("index"):
+    if await store.load("index"):
         return [name for name in ["a", "b"] if name]
@ app/store.py
+import asyncio
 import json
-import time

 from app import http


 class Store:
-    def load(self, name):
+    async def load(self, name):
         print(f"loading {name}")
-        return json.loads(self.fetch(f"/{name}", retries=2))
+        return json.loads(await self.fetch(f"/{name}", retries=2))

-    def fetch(self, path, retries=1):
+    async def fetch(self, path, retries=1):
         while retries:
             retries -= 1
-            if text := http.get(path):
+            if text := await http.get(path):
                 return text
-            time.sleep(0.1)
+            await asyncio.sleep(0.1)
@ app/http.py
-import requests
+import httpx


-def get(path):
-    response = requests.get(f"https://example.org{path}", timeout=3)
+async def get(path):
+    async with httpx.AsyncClient(follow_redirects=True) as client:
+        response = await client.get(f"https://example.org{path}", timeout=3)
     return response.text
# what cannot be converted itself is moved to a thread by what can
! unsafe
+import asyncio
 import time


 def parse(text):
     time.sleep(1)
     return text


-def load():
-    time.sleep(1)
-    return parse("")
+async def load():
+    await asyncio.sleep(1)
+    return await asyncio.to_thread(parse, "")


 async def main():
-    print(load())
+    print(await load())


 print(parse("x"))
# under other names, through a package that passes them on
! unsafe
@ app/__init__.py
 from app.clock import wait as pause
@ app/clock.py
-import time
+import asyncio


-def wait(seconds):
-    time.sleep(seconds)
+async def wait(seconds):
+    await asyncio.sleep(seconds)
@ app/main.py
 import app
 from app import pause as rest


 async def main():
-    rest(1)
-    app.pause(2)
+    await rest(1)
+    await app.pause(2)
# a file that stays open, and what has to stay in its thread, is nothing to await
 from sqlalchemy.orm import Session


 def save(session: Session):
     session.commit()


 def copy(path):
     with open(path) as file:
         for line in file:
             print(line)
         print(file.tell())


 async def main(session: Session):
     save(session)
     copy("a.txt")
# what blocks has no asynchronous way here, and so has nothing to be awaited
 import requests


 def body(url):
     return requests.get(url, stream=True)


 async def main(url):
     return body(url)
# a function that calls itself has not for that something to await
 import requests


 def body(url, tries):
     return requests.get(url, stream=True) if tries else body(url, tries - 1)


 async def main(url):
     return body(url, 2)
# one of two has something to await
! unsafe
-import time
+import asyncio
 import requests


 def body(url):
     return requests.get(url, stream=True)


-def later(url):
-    time.sleep(1)
+async def later(url):
+    await asyncio.sleep(1)
     return url


 async def main(url):
-    return body(url), later(url)
+    return body(url), await later(url)
# methods that override one another are converted together
! unsafe
-import time
+import asyncio
 from abc import ABC, abstractmethod


 class Source(ABC):
     @abstractmethod
-    def read(self):
+    async def read(self):
         ...

-    def size(self):
-        return len(self.read())
+    async def size(self):
+        return len(await self.read())


 class Slow(Source):
-    def read(self):
-        time.sleep(1)
+    async def read(self):
+        await asyncio.sleep(1)
         return "slow"


 class Known(Source):
-    def read(self):
+    async def read(self):
         return "known"


 async def main(source: Slow, other: Source):
-    return source.size() + len(source.read()) + len(other.read())
+    return await source.size() + len(await source.read()) + len(await other.read())
# a function that calls itself
! unsafe
-import time
+import asyncio


-def walk(depth):
-    time.sleep(0.1)
-    return depth and walk(depth - 1)
+async def walk(depth):
+    await asyncio.sleep(0.1)
+    return depth and await walk(depth - 1)


 async def main():
-    return walk(2)
+    return await walk(2)
# a plain function calls it, off the event loop
! reported plain function off the event loop
 import time


 def settle():
     time.sleep(1)


 def main():
     settle()


 async def handler():
     settle()
# it is used as a value, named in a string, called at module level
! reported cannot be made a coroutine function
 import time


 def wait():
     time.sleep(1)


 def rest():
     time.sleep(1)


 def nap():
     time.sleep(1)


 handlers = {"wait": wait}
 print(getattr(object, "rest"), nap())


 async def handler():
     wait(), rest(), nap()
# in a generator expression or a lambda no `await` can stand
! reported generator expression
 import time


 def ready(item):
     time.sleep(1)
     return item


 async def handler(items):
     return any(ready(item) for item in items)
# a base class or a decorator calls it, or Python itself
! reported may
 import functools
 import time
 from http.server import BaseHTTPRequestHandler


 class Handler(BaseHTTPRequestHandler):
     def load(self):
         time.sleep(1)


 @functools.lru_cache
 def settings():
     time.sleep(1)


 async def handler(handler: Handler):
     handler.load()
     return settings()
# a thread's lock is held
! reported lock
 import threading
 import time

 lock = threading.Lock()


 def load():
     time.sleep(1)


 async def handler():
     with lock:
         load()
# one override that cannot be converted keeps all of them
! reported has to stay
 import time


 class Base:
     def read(self):
         time.sleep(1)


 class Rows(Base):
     def read(self):
         yield 1


 async def main(base: Base):
     base.read()
# the function that was named, with what calls it
! unsafe
! make-async app.store:load
@ app/__init__.py
@ app/store.py
+import asyncio
 import time


-def load(name):
-    time.sleep(1)
+async def load(name):
+    await asyncio.sleep(1)
     return name


 def other():
     time.sleep(1)
@ app/main.py
+import asyncio
+
 from app.store import load, other


-def report(name):
-    print(load(name))
+async def report(name):
+    print(await load(name))


-def main():
+async def main():
     for name in "abc":
-        report(name)
+        await report(name)


 async def handler():
     other()


 if __name__ == "__main__":
-    main()
+    asyncio.run(main())
# a function that awaits already, though it is a plain one, and calls that await it already
! unsafe
! make-async app.clock:pause
@ app/__init__.py
@ app/clock.py
 import asyncio


-def pause(seconds):
+async def pause(seconds):
     await asyncio.sleep(seconds)
@ app/handler.py
 from app.clock import pause


 async def handler():
     await pause(1)
-    pause(2)
+    await pause(2)
# a protocol may stand for the class
! reported protocol
 import time
 from typing import Protocol


 class Readable(Protocol):
     def read(self) -> str: ...


 class Disk:
     def read(self) -> str:
         time.sleep(1)
         return "a"


 async def size(source: Readable):
     return len(source.read())


 async def main():
     print(Disk().read(), await size(Disk()))
# what is awaited already gives something else to await
! reported awaited already
! make-async example:load
 import asyncio


 def load():
     return asyncio.sleep(1)


 async def main():
     await load()
# the function that was named is used as a value
! reported used as a value
! make-async example:load
 import threading


 def load():
     return 3


 threading.Thread(target=load).start()
# what does not block stays as it is, and so does what a thread runs
 import asyncio
 import time


 def add(a, b):
     return a + b


 def settle():
     time.sleep(1)


 async def handler():
     await asyncio.to_thread(settle)
     return add(1, 2)
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for part in cx.project.parts(cx.file, cx.source.text) {
        fixes.at(part.range, part.message.clone()).because(REASON).unsafe_fix(
            "make it so, in all files at once",
            |fix| {
                part.edits.iter().cloned().for_each(|edit| fix.push(edit));
                fix.together_with(&part.together_with);
            },
        );
    }
    for refusal in cx.project.refusals(cx.file) {
        let Some(range) = name_of(cx, &refusal.qualname) else { continue };
        let name = refusal.qualname.rsplit('.').next().unwrap_or_default();
        let message = if refusal.is_named {
            format!("`{name}` cannot be made a coroutine function")
        } else {
            format!("`{name}` blocks the event loop and cannot be made a coroutine function")
        };
        fixes.at(range, message).because(refusal.reason.clone()).report();
    }
    let converted: Vec<TextRange> =
        cx.project.converted_in(cx.file).filter_map(|qualname| body_of(cx, qualname)).collect();
    if !converted.is_empty() {
        for other in DIRECT.iter().chain(&[&crate::transitive_blocking::CODEMOD]) {
            other.lend(fixes, |range| converted.iter().any(|function| function.contains_range(range)));
        }
    }
}

fn name_of(cx: &Context<'_>, qualname: &str) -> Option<TextRange> {
    let mut functions = cx.semantic.functions.iter();
    let (function, _) = functions.find(|(_, scope)| cx.semantic.scope(*scope).qualname == qualname)?;
    Some(function.name.range())
}

fn body_of(cx: &Context<'_>, qualname: &str) -> Option<TextRange> {
    let mut functions = cx.semantic.functions.iter();
    let (function, _) = functions.find(|(_, scope)| cx.semantic.scope(*scope).qualname == qualname)?;
    Some(function.range())
}
