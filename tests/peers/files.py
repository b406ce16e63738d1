"""Files in coroutines, in the shapes that ruff and flake8-async document."""
import asyncio
import io
import os
import os.path
from io import TextIOWrapper
from pathlib import Path


async def whole(name):
    with open(name) as file:  # ASYNC230 ruff flake8-async
        text = file.read()  # ASYNC232 flake8-async | differs: the block is one finding, at its `open`
    return text


async def opened(name, descriptor):
    io.open(name)  # ASYNC230 ruff flake8-async
    open(name).close()  # ASYNC230 ruff flake8-async
    os.fdopen(descriptor)  # ASYNC231 flake8-async | differs: it opens nothing: the descriptor is open already
    Path(name).open()  # ASYNC230 ruff
    io.open_code(name)  # ASYNC230 ruff flake8-async


async def handed(file: TextIOWrapper):
    file.read()  # ASYNC232 flake8-async
    file.readline()  # ASYNC232 flake8-async
    file.write("x")  # ASYNC232 flake8-async


async def kept(name):
    file = open(name)  # ASYNC230 ruff flake8-async
    lines = file.readlines()  # ASYNC232 flake8-async
    file.close()  # ASYNC232 flake8-async | differs: nothing was written that could be waited for
    return lines


async def looked(name):
    os.path.exists(name)  # ASYNC240 ruff flake8-async
    os.path.isfile(name)  # ASYNC240 ruff flake8-async
    os.path.isdir(name)  # ASYNC240 ruff flake8-async
    os.path.islink(name)  # ASYNC240 ruff flake8-async
    os.path.lexists(name)  # ASYNC240 ruff flake8-async
    os.path.ismount(name)  # ASYNC240 ruff flake8-async
    os.path.getsize(name)  # ASYNC240 ruff flake8-async
    os.path.getmtime(name)  # ASYNC240 ruff flake8-async
    os.path.getatime(name)  # ASYNC240 ruff flake8-async
    os.path.getctime(name)  # ASYNC240 ruff flake8-async
    os.path.samefile(name, "other")  # ASYNC240 ruff flake8-async
    os.path.realpath(name)  # ASYNC240 ruff flake8-async
    os.path.normpath(name)  # ASYNC240 ruff flake8-async | differs: it is arithmetic on a string
    os.path.relpath(name)  # ASYNC240 ruff flake8-async | differs: it is arithmetic on a string, with the current folder at most


async def paths(name):
    path = Path(name)
    path.exists()  # ASYNC240 ruff
    path.stat()  # ASYNC240 ruff
    path.mkdir()  # ASYNC240 ruff
    path.read_text()  # ASYNC240 ruff
    path.write_bytes(b"x")  # ASYNC240 ruff
    path.unlink()  # ASYNC240 ruff
    list(path.iterdir())  # ASYNC240 ruff
    path.resolve()  # ASYNC240 ruff


async def fine(name):
    text = await asyncio.to_thread(Path(name).read_text)
    return os.path.join(name, text), Path(name).with_suffix(".txt"), io.StringIO(text).read()
