# expect: safe=requests-to-httpx
"""Blocks with multi-line strings inside: their text must not move when the block is indented."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def query_user(name):
    query = """
    query ($name: String!) {
        user(name: $name) {
            id
  friends { name }
        }
    }
    """
    response = requests.post(
        f"{BASE}/graphql",
        json={
            "query": query,
            "variables": {"name": name},
        },
    )
    data = response.json()["data"]
    report = f"""\
lines:
    {len(data["lines"])}
variables: {data["variables"]}
"""
    return report + "\n".join(data["lines"])


async def inline():
    # the literal itself is an argument, half of it at column zero
    response = requests.post(BASE + "/graphql", json={"query": """{
  viewer {
login
  }
}""", "variables": None})
    text = 'one\
    two'
    return response.json()["data"]["lines"], text


async def main():
    print(await query_user("ada"))
    print(await inline())


asyncio.run(main())
