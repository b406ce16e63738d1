# expect: unsafe=requests-to-httpx
"""Reads a model's answer as server-sent events, line by line."""
import asyncio
import json
import os

import requests

URL = os.environ["BASE_URL"] + "/v1/chat/completions"


async def ask(prompt):
    answer = ""
    with requests.post(
        URL,
        headers={"Authorization": "Bearer sk-test"},
        json={"stream": True, "messages": [{"role": "user", "content": prompt}]},
        stream=True,
    ) as response:
        for line in response.iter_lines(decode_unicode=True):
            if not line or not line.startswith("data: "):
                continue
            data = line[len("data: "):]
            if data == "[DONE]":
                break
            answer += json.loads(data)["choices"][0]["delta"]["content"]
    return answer


async def main():
    print(await ask("the question"))


asyncio.run(main())
