# expect: untouched-safe unsafe=make-async
# config: extend-select = ["make-async"]
"""Files that helpers read and write are read and written in threads."""
import asyncio
import json
import os
import tempfile


def save(path, value):
    with open(path, "w") as file:
        json.dump(value, file)
    return path


def load(path):
    with open(path) as file:
        return json.load(file)


def change(path, key):
    value = load(path)
    value[key] = value.get(key, 0) + 1
    return load(save(path, value))


async def main():
    with tempfile.TemporaryDirectory() as folder:
        path = save(os.path.join(folder, "a.json"), {"a": 1})
        print(change(path, "a"), change(path, "b"))
        print(sorted(load(path).items()))


asyncio.run(main())
