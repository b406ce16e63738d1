# expect: safe=requests-to-httpx,time-sleep,fire-and-forget loop=freed
"""A tool server in the style of MCP: a registry of async handlers behind a line protocol."""
import asyncio
import json
import os
import time
from dataclasses import dataclass, field
from typing import Any, Awaitable, Callable, Dict

import requests

BASE = os.environ["BASE_URL"]
Handler = Callable[..., Awaitable[Any]]


@dataclass
class Server:
    name: str
    tools: Dict[str, Handler] = field(default_factory=dict)
    audit: list = field(default_factory=list)

    def tool(self, name: str):
        def register(handler: Handler) -> Handler:
            self.tools[name] = handler
            return handler
        return register

    async def log_call(self, name: str) -> None:
        await asyncio.sleep(0)
        self.audit.append(name)

    async def handle(self, line: str) -> str:
        request = json.loads(line)
        asyncio.create_task(self.log_call(request["method"]))
        handler = self.tools.get(request["method"])
        if handler is None:
            return json.dumps({"id": request["id"], "error": "unknown tool"})
        try:
            result = await handler(**request.get("params", {}))
        except requests.HTTPError as error:
            return json.dumps({"id": request["id"], "error": f"upstream {error.response.status_code}"})
        return json.dumps({"id": request["id"], "result": result})


server = Server("demo")


@server.tool("fetch_user")
async def fetch_user(name: str) -> dict:
    resp = requests.get(f"{BASE}/users/{name}", timeout=10)
    resp.raise_for_status()
    return resp.json()


@server.tool("add")
async def add(numbers: list) -> int:
    reply = requests.post(f"{BASE}/rpc", json={"jsonrpc": "2.0", "id": 1, "method": "add", "params": numbers})
    return reply.json()["result"]


@server.tool("wait")
async def wait(seconds: float) -> str:
    time.sleep(seconds)
    return "waited"


async def main() -> None:
    lines = [
        '{"id": 1, "method": "fetch_user", "params": {"name": "grace"}}',
        '{"id": 2, "method": "fetch_user", "params": {"name": "nobody"}}',
        '{"id": 3, "method": "add", "params": {"numbers": [1, 2, 39]}}',
        '{"id": 4, "method": "wait", "params": {"seconds": 0.2}}',
        '{"id": 5, "method": "drop_tables"}',
    ]
    for line in lines:
        print(await server.handle(line))
    await asyncio.sleep(0.01)
    print(server.audit)


if __name__ == "__main__":
    asyncio.run(main())
