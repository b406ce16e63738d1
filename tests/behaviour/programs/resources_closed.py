# expect: unsafe=unclosed-resource untouched-safe peak=0 min-python=3.11
"""Streams, files and clients that are left open when something in between fails.

How many were still open when the failure was dealt with goes to stderr as the peak: none is after the rewrite.
"""
import asyncio
import os
import sys
import tempfile

import httpx

opened = []


class Client(httpx.AsyncClient):
    """Says what became of it."""


async def answer(reader, writer):
    try:
        while line := await reader.readline():
            if line == b"bad\n":
                writer.write(b"error\n")
            else:
                writer.write(line.upper())
            await writer.drain()
    finally:
        writer.close()


async def ask(port, question):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    print("open", writer.is_closing())
    remember = open_writers(writer.get_extra_info("socket"))
    writer.write(question)
    await writer.drain()
    line = await reader.readline()
    if line == b"error\n":
        raise ValueError("refused")
    remember.append("answered")
    writer.close()
    await writer.wait_closed()
    return line


def open_writers(socket):
    opened.append(socket)
    return []


async def early(port, question):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    opened.append(writer.get_extra_info("socket"))
    if not question:
        return b"nothing"
    writer.write(question)
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return line


async def count(path):
    file = open(path)
    lines = file.readlines()
    number = sum(int(line) for line in lines)
    file.close()
    return number, file.closed


async def headers():
    client = httpx.AsyncClient(headers={"x-note": """two
 lines""".replace("\n", "")})
    note = client.headers["x-note"]
    for name in client.headers:
        if name == "x-note":
            note += """
  kept as it is
"""
    await client.aclose()
    return note, client.is_closed


def still_open():
    return sum(socket.fileno() != -1 for socket in opened)


async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    left = 0
    for question in [b"hello\n", b"bad\n", b"again\n"]:
        try:
            print(await ask(port, question))
        except ValueError as error:
            print(error)
        left += still_open()
    for question in [b"", b"more\n"]:
        print(await early(port, question))
        left += still_open()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "numbers")
        for text in ["1\n2\n", "1\nx\n"]:
            with open(path, "w") as file:
                file.write(text)
            try:
                print(await count(path))
            except ValueError:
                print("no number")
    print(await headers())
    server.close()
    print(f"peak={left}", file=sys.stderr)


asyncio.run(main())
