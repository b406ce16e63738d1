# expect: untouched
# output: 1 connections opened, 1 different ones used
"""Five tasks ask for the one connection; the check is made again under the lock."""
import asyncio

connections = {}
opened = []


async def connect(host):
    connection = object()
    opened.append(connection)
    await asyncio.sleep(0.01)
    return connection


async def connection_to(host, lock):
    if host not in connections:
        async with lock:
            if host not in connections:
                connections[host] = await connect(host)
    return connections[host]


async def main():
    lock = asyncio.Lock()
    used = await asyncio.gather(*(connection_to("db", lock) for _ in range(5)))
    print(len(opened), "connections opened,", len(set(used)), "different ones used")


asyncio.run(main())
