# expect: untouched reported=race-across-await remedied
# output: 5 connections opened, 5 different ones used
"""Five tasks ask for the one connection while it is being opened."""
import asyncio

connections = {}
opened = []


async def connect(host):
    connection = object()
    opened.append(connection)
    await asyncio.sleep(0.01)
    return connection


async def connection_to(host):
    if host not in connections:
        connections[host] = await connect(host)
    return connections[host]


async def main():
    used = await asyncio.gather(*(connection_to("db") for _ in range(5)))
    print(len(opened), "connections opened,", len(set(used)), "different ones used")


asyncio.run(main())
