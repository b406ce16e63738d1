# expect: untouched-safe unsafe=sync-client min-python=3.11 loop=freed
"""Clients that cannot become their twins: a plain function uses them, or what they are made with."""
import asyncio
import os

from openai import OpenAI

client = OpenAI(api_key="sk-test", base_url=os.environ["BASE_URL"] + "/v1", max_retries=0)


def answer_now(question):
    reply = client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}])
    return reply.choices[0].message.content


async def answer(question):
    reply = client.chat.completions.create(model="slow", messages=[{"role": "user", "content": question}])
    return reply.choices[0].message.content


async def main():
    print(await asyncio.gather(answer("one"), answer("two")))


print(answer_now("zero"))
asyncio.run(main())
client.close()
