# expect: safe=time-sleep,requests-to-httpx loop=freed
"""An AI agent: asks a model over HTTP, runs the tool it wants, backs off when the service says no."""
import asyncio
import json
import os
import time
from typing import Any, Dict, List, Optional

import requests

API_BASE = os.environ["BASE_URL"] + "/v1"
API_KEY = "sk-test"


class Agent:
    """Keeps the conversation."""

    def __init__(self, model: str, max_turns: int = 4) -> None:
        self.model = model
        self.max_turns = max_turns
        self.messages: List[Dict[str, Any]] = []
        self.tokens = 0

    async def _complete(self, tools: Optional[list] = None) -> Dict[str, Any]:
        payload = {"model": self.model, "messages": self.messages}
        if tools:
            payload["tools"] = tools
        response = requests.post(
            f"{API_BASE}/chat/completions",
            headers={"Authorization": f"Bearer {API_KEY}"},
            json=payload,
            timeout=30,
        )
        response.raise_for_status()
        body = response.json()
        self.tokens += body["usage"]["total_tokens"]
        return body["choices"][0]["message"]

    async def get_weather(self, city: str) -> str:
        res = requests.get(os.environ["BASE_URL"] + "/weather/" + city)
        return json.dumps(res.json(), sort_keys=True)

    async def run(self, prompt: str) -> str:
        self.messages.append({"role": "user", "content": prompt})
        tools = [{"type": "function", "function": {"name": "get_weather"}}]
        for _ in range(self.max_turns):
            message = await self._complete(tools)
            self.messages.append(message)
            if not message.get("tool_calls"):
                return message["content"]
            for call in message["tool_calls"]:
                arguments = json.loads(call["function"]["arguments"])
                result = await self.get_weather(**arguments)
                self.messages.append({"role": "tool", "tool_call_id": call["id"], "content": result})
            time.sleep(0.15)
        raise RuntimeError("too many turns")


async def call_with_backoff(name: str, attempts: int = 4) -> Dict[str, Any]:
    delay = 0.02
    for attempt in range(attempts):
        response = requests.get(f"{os.environ['BASE_URL']}/flaky/{name}", params={"fail": "2"})
        if response.status_code == 200:
            return response.json()
        print("attempt", attempt + 1, "got", response.status_code)
        time.sleep(delay)
        delay *= 2
    raise RuntimeError("gave up")


async def main() -> None:
    agent = Agent("gpt-test")
    print(await agent.run("What should I wear in Oslo?"))
    print("tokens:", agent.tokens, "messages:", len(agent.messages))
    print(await call_with_backoff("tool"))


if __name__ == "__main__":
    asyncio.run(main())
