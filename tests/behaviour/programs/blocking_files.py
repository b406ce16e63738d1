# expect: untouched-safe unsafe=blocking-file-io
"""A note keeper: blocks over files, single calls, directories, names that come out of a block."""
import asyncio
import json
import os
import shutil
import tempfile
import zipfile
from pathlib import Path


async def save(path, notes):
    with open(path, "w", encoding="utf-8") as file:
        # One line for each.
        for note in notes:
            file.write(json.dumps(note) + "\n")
    return len(notes)


async def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            head = file.readline().strip()
            rest = [json.loads(line) for line in file]
    except FileNotFoundError:
        return None, []
    return json.loads(head), rest


async def first(paths):
    for path in paths:
        with open(path) as file:
            text = file.read()
        if text:
            return text.splitlines()[0]
    return None


async def pack(folder, target):
    with zipfile.ZipFile(target, "w") as archive:
        archive.write(folder / "notes.txt", "notes.txt")
    with zipfile.ZipFile(target) as archive:
        return archive.read("notes.txt").decode()


async def main():
    folder = Path(tempfile.mkdtemp())
    path = folder / "notes.txt"
    print(await save(path, [{"n": n} for n in range(3)]))
    print(await load(path), await load(folder / "missing"))
    (folder / "one.json").write_text("[1]")
    print(path.read_text().count("\n"), open(path).read().count("{"), json.load(open(folder / "one.json")))
    copy = folder / "copy.txt"
    shutil.copyfile(path, copy)
    print(sorted(os.listdir(folder)), [p.name for p in sorted(folder.glob("*.txt"))])
    for root, _, names in os.walk(folder):
        print(root == str(folder), sorted(names))
    print(await first([path, copy]))
    print((await pack(folder, folder / "notes.zip")).count("\n"))
    shutil.rmtree(folder)
    print(os.path.exists(folder))


asyncio.run(main())
