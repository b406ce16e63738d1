# expect: untouched-safe unsafe=blocking-call,blocking-database,blocking-fd,blocking-input,blocking-socket,blocking-thread-wait loop=freed
"""Threads, queues, futures, descriptors, look-ups, input and a database."""
import asyncio
import io
import os
import queue
import socket
import sqlite3
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()
ready = threading.Event()
items = queue.Queue()


def later(seconds, function, *arguments):
    def work():
        time.sleep(seconds)
        function(*arguments)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


async def threads():
    thread = later(0.2, ready.set)
    ready.wait()
    thread.join()
    later(0.2, items.put, "item")
    got = items.get()
    future = pool.submit(time.sleep, 0.2)
    return got, future.result(), pool.submit(sum, [1, 2]).result(), pool.submit(len, "abc").result(timeout=3)


async def descriptors():
    reader, writer = os.pipe()
    later(0.2, os.write, writer, b"through the pipe")
    data = os.read(reader, 100)
    os.close(reader)
    os.close(writer)
    return data


async def names():
    found = socket.getaddrinfo("127.0.0.1", 80, socket.AF_INET, proto=socket.IPPROTO_TCP)
    return found[0][4], socket.gethostbyname("127.0.0.1")


async def rows():
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.execute("create table t (n)")
    connection.executemany("insert into t values (?)", [(1,), (2,)])
    connection.commit()
    found = connection.execute("select sum(n) from t").fetchone()
    connection.close()
    return found


async def page():
    return urllib.request.urlopen("data:text/plain,hello").read()


async def ask():
    sys.stdin = io.StringIO("yes\nno\n")
    return input(), sys.stdin.readline().strip()


async def main():
    print(await threads())
    print(await descriptors(), await names(), await rows(), await page(), await ask())


asyncio.run(main())
