//! The examples of `blocking-file-io`.

pub(super) const EXAMPLES: &str = r##"
# a call moves into a thread
! unsafe
+import asyncio
 from pathlib import Path


 async def load(path: Path):
-    return path.read_text(encoding="utf-8")
+    return await asyncio.to_thread(path.read_text, encoding="utf-8")
# what its value is used for stays on the loop
! unsafe
 import asyncio
 from pathlib import Path


 async def load(name):
-    return Path(name).read_text().splitlines()
+    return (await asyncio.to_thread(Path(name).read_text)).splitlines()
# a block that reads becomes a small function
! unsafe
 import asyncio


 async def load(path):
-    with open(path) as file:
-        text = file.read()
+    def read_file():
+        with open(path) as file:
+            return file.read()
+
+    text = await asyncio.to_thread(read_file)
     return text.upper()
# whatever its path begins with
! unsafe
 import asyncio


 async def load():
-    with open("words.txt") as file:
-        text = file.read()
+    def read_file():
+        with open("words.txt") as file:
+            return file.read()
+
+    text = await asyncio.to_thread(read_file)
     return text.upper()
# so does one that parses
! unsafe
 import asyncio
 import json


 async def load(path):
     try:
-        with open(path, encoding="utf-8") as file:
-            return json.load(file)
+        def read_file():
+            with open(path, encoding="utf-8") as file:
+                return json.load(file)
+
+        return await asyncio.to_thread(read_file)
     except FileNotFoundError:
         return {}
# one that writes, with its comments and multi-line strings
! unsafe
 import asyncio
 import json


 async def save(path, record, log):
-    with open(path, "w") as file:
-        # the header
-        file.write("""
+    def write_file():
+        with open(path, "w") as file:
+            # the header
+            file.write("""
 one
   two
 """)
-        json.dump(record, file)
+            json.dump(record, file)
+
+    await asyncio.to_thread(write_file)
     await log("saved")
# names bound in the block come out of it
! unsafe
 import asyncio


 async def load(path):
-    with open(path) as file:
-        head = file.readline().strip()
-        rows = [line.split(",") for line in file]
+    def read_file():
+        with open(path) as file:
+            head = file.readline().strip()
+            rows = [line.split(",") for line in file]
+        return head, rows
+
+    head, rows = await asyncio.to_thread(read_file)
     return head, rows
# several blocks of one function
! unsafe
+import asyncio
 import json


 async def convert(path, target, log):
     log(path)
-    with open(path) as file:
-        data = json.load(file)
-    with open(target, "w") as file:
-        json.dump(data, file)
+
+    def read_file():
+        with open(path) as file:
+            return json.load(file)
+
+    data = await asyncio.to_thread(read_file)
+
+    def write_file():
+        with open(target, "w") as file:
+            json.dump(data, file)
+
+    await asyncio.to_thread(write_file)
     # once more, for people
-    with open(target + ".txt", "w") as file:
-        file.write(str(data))
+    def write_file_2():
+        with open(target + ".txt", "w") as file:
+            file.write(str(data))
+
+    await asyncio.to_thread(write_file_2)
     return data
# two files in one block
! unsafe
 import asyncio
 import shutil


 async def copy(source, target):
-    with open(source, "rb") as a, open(target, "wb") as b:
-        shutil.copyfileobj(a, b)
+    def write_file():
+        with open(source, "rb") as a, open(target, "wb") as b:
+            shutil.copyfileobj(a, b)
+
+    await asyncio.to_thread(write_file)
# an archive
! unsafe
 import asyncio
 import zipfile


 async def unpack(path, target):
-    with zipfile.ZipFile(path) as archive:
-        archive.extractall(target)
+    def read_file():
+        with zipfile.ZipFile(path) as archive:
+            archive.extractall(target)
+
+    await asyncio.to_thread(read_file)
# a block that awaits is reported
! reported the block waits for something else too
 import asyncio


 async def download(response, path):
     with open(path, "wb") as file:
         async for chunk in response.content:
             file.write(chunk)
# so is one that does more than read or write
! reported more than read or write
 async def load(path, queue):
     with open(path) as file:
         for line in file:
             queue.put_nowait(line)
# and one that changes a name it has read
! reported changes a name
 async def count(path, total):
     with open(path) as file:
         for line in file:
             total = total + len(line)
     return total
# and one that leaves a loop around it
! reported leaves a loop
 async def first(paths):
     for path in paths:
         with open(path) as file:
             text = file.read()
             if text.startswith("x"):
                 break
     return text
# with aiofiles where the project has it
! unsafe
! depends aiofiles
 import json
+
+import aiofiles


 async def load(path):
-    with open(path) as file:
-        head = file.readline()
-        for line in file:
+    async with aiofiles.open(path) as file:
+        head = await file.readline()
+        async for line in file:
             print(head, line)


 async def config(path):
-    with open(path) as file:
-        return json.load(file)
+    async with aiofiles.open(path) as file:
+        return json.loads(await file.read())
# with anyio where the project has it
! unsafe
! depends anyio
+import anyio
+
 async def save(path, response):
-    with open(path, "wb") as file:
+    async with await anyio.open_file(path, "wb") as file:
         async for chunk in response.aiter_bytes():
-            file.write(chunk)
+            await file.write(chunk)
# in trio code with trio's own
! unsafe
 import trio


 async def load(path):
-    with open(path) as file:
-        return file.read().strip()
+    async with await trio.open_file(path) as file:
+        return (await file.read()).strip()


 trio.run(load, "x")
# a use without a counterpart there goes to a thread
! unsafe
! depends aiofiles
 import asyncio
 import pickle


 async def load(path):
-    with open(path, "rb") as file:
-        return pickle.load(file)
+    def read_file():
+        with open(path, "rb") as file:
+            return pickle.load(file)
+
+    return await asyncio.to_thread(read_file)
# opened and read at once
! unsafe
 import asyncio
 import json


 async def load(path):
-    return open(path).read(), json.load(open(path))
+    return await asyncio.to_thread(lambda: open(path).read()), await asyncio.to_thread(lambda: json.load(open(path)))
# a file that is kept
! unsafe
 import asyncio


 class Log:
     def __init__(self, path):
         self.file = open(path, "a")

     async def write(self, line):
-        self.file.write(line)
+        await asyncio.to_thread(self.file.write, line)
# directories
! unsafe
 import asyncio
 import os
 import shutil


 async def clean(folder):
-    for name in os.listdir(folder):
+    for name in await asyncio.to_thread(os.listdir, folder):
         print(name)
-    shutil.rmtree(folder, ignore_errors=True)
+    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
# a call over several lines keeps its shape
! unsafe
 import asyncio
 import shutil


 async def copy(source, target):
-    shutil.copytree(
+    await asyncio.to_thread(
+        shutil.copytree,
         source,
         target,  # must not be there
         dirs_exist_ok=False,
     )
# what a directory holds, in a list
! unsafe
+import asyncio
 from pathlib import Path


 async def clean(folder: Path):
-    for path in list(folder.glob("*.tmp")):
-        path.unlink()
+    for path in await asyncio.to_thread(list, folder.glob("*.tmp")):
+        await asyncio.to_thread(path.unlink)
# what is counted while it is gone over
! unsafe
+import asyncio
 from pathlib import Path


 async def show(folder: Path):
-    for number, path in enumerate(folder.iterdir()):
+    for number, path in enumerate(await asyncio.to_thread(list, folder.iterdir())):
         print(number, path)
# a directory that a block closes
! unsafe
! by default
+import asyncio
 import os


 async def names(folder):
     with os.scandir(folder) as entries:
-        return [entry.name for entry in entries]
+        return [entry.name for entry in await asyncio.to_thread(list, entries)]
# going over a directory is what blocks, not asking for it
! unsafe
 import asyncio
 import os
 from pathlib import Path


 async def find(folder: Path):
-    for path in folder.iterdir():
+    for path in await asyncio.to_thread(list, folder.iterdir()):
         print(path)
-    for root, _, names in os.walk(folder):
+    for root, _, names in await asyncio.to_thread(list, os.walk(folder)):
         print(root, names)
-    return sorted(folder.glob("*.py"))
+    return await asyncio.to_thread(sorted, folder.glob("*.py"))
# what a generator expression goes over first is asked for outside of it
! unsafe
 import asyncio
 from pathlib import Path


 async def has_python(folder: Path):
-    return any(path.suffix == ".py" for path in folder.iterdir())
+    return any(path.suffix == ".py" for path in await asyncio.to_thread(list, folder.iterdir()))
# but not the rest
! reported generator expression
 from pathlib import Path


 async def has_python(folders: list[Path]):
     return any(path.suffix == ".py" for folder in folders for path in folder.iterdir())
# a walk that is steered
! reported where the walk goes on
 import os


 async def find(folder):
     for root, folders, names in os.walk(folder):
         folders[:] = [name for name in folders if not name.startswith(".")]
# one look at the file system, asked for
! unsafe
 import asyncio
 import os
 from pathlib import Path


 async def prepare(folder: Path):
-    if not folder.exists():
-        folder.mkdir(parents=True)
-    return os.path.getsize(folder / "index")
+    if not await asyncio.to_thread(folder.exists):
+        await asyncio.to_thread(folder.mkdir, parents=True)
+    return await asyncio.to_thread(os.path.getsize, folder / "index")
# but not by default
! by default
 import os
 from pathlib import Path


 async def prepare(folder: Path):
     if not folder.exists():
         folder.mkdir(parents=True)
     return os.path.getsize(folder / "index")
# before Python 3.9, with the executor
! unsafe
! python 3.8
 import asyncio
+import functools
 import shutil


 async def clean(folder):
-    shutil.rmtree(folder, ignore_errors=True)
+    await asyncio.get_running_loop().run_in_executor(None, functools.partial(shutil.rmtree, folder, ignore_errors=True))
# over several lines, and with a comment on the first
! unsafe
! python 3.8
 import asyncio
 import shutil


 async def copy(source, target):
-    shutil.copytree(
+    await asyncio.get_running_loop().run_in_executor(
+        None,
+        shutil.copytree,
         source,
         target,
     )
-    return shutil.copy(  # the file alone
+    return await asyncio.get_running_loop().run_in_executor(None, shutil.copy,  # the file alone
         source,
         target,
     )
# path arithmetic
 from pathlib import Path
 import os.path


 async def name(path: Path):
     target = path.parent / "out" / path.with_suffix(".json").name
     return os.path.join("a", os.path.basename(target)), path.relative_to("/"), target.parts
# a descriptor is open already
 import os


 async def wrap(pipe):
     reader, writer = os.pipe()
     return open(reader), open(writer, "w"), open(pipe.fileno(), "w", closefd=False)
# what is only read for the message of a failure
 import pytest
 from pathlib import Path


 async def check(log: Path, code):
     assert code == 0, log.read_text()
     if code is None:
         pytest.fail(f"no code: {log.read_text()}")
# streams in memory
 import io
 import tarfile
 import zipfile


 async def unpack(data):
     with zipfile.ZipFile(io.BytesIO(data)) as archive:
         names = archive.read("names")
     buffer = io.StringIO()
     buffer.write("x")
     with tarfile.open(fileobj=io.BytesIO(data)) as other:
         other.getmembers()
     return names, buffer.read()
# in a thread already
 import asyncio
 from pathlib import Path


 async def load(path: Path):
     def read():
         with open(path) as file:
             return file.read()

     text = await asyncio.to_thread(read)
     return text, await asyncio.to_thread(lambda: path.read_bytes()), await asyncio.to_thread(list, path.glob("*"))
# another `open`
 from aiofiles import open
 from anyio import Path


 async def load(path: Path):
     async with open(path) as file:
         text = await file.read()
     return text, await path.read_text()
# where the cells of a notebook start nothing that goes on, nobody waits
@ analysis.ipynb
 # %%
 from app import fetch

 words = open("words.txt").read()
 # %%
 await fetch(words)
# a plain function may read
 def load(path):
     with open(path) as file:
         return file.read()
"##;
