# expect: untouched-safe unsafe=sync-client min-python=3.11 loop=freed
"""OpenAI's client for a whole module: answers, streams, embeddings, pages, one model, errors."""
import asyncio
import os

import openai
from openai import OpenAI

client = OpenAI(api_key="sk-test", base_url=os.environ["BASE_URL"] + "/v1", max_retries=0)


async def answer(question):
    reply = client.chat.completions.create(model="slow", messages=[{"role": "user", "content": question}])
    return reply.choices[0].message.content


async def tell(question):
    pieces = []
    stream = client.chat.completions.create(
        model="slow", messages=[{"role": "user", "content": question}], stream=True
    )
    for chunk in stream:
        pieces.append(chunk.choices[0].delta.content)
    return pieces


async def embed(texts):
    return [item.embedding for item in client.embeddings.create(model="m", input=texts).data]


async def models():
    names = [model.id for model in client.models.list()]
    page = client.models.list()
    return names, len(page.data), client.models.retrieve("m-1").owned_by, len(list(client.models.list()))


async def refused():
    with OpenAI(api_key="wrong", base_url=os.environ["BASE_URL"] + "/v1", max_retries=0) as other:
        try:
            other.models.retrieve("m-1")
        except openai.AuthenticationError as error:
            return error.status_code


async def main():
    print(await asyncio.gather(answer("one"), answer("two")))
    print(await tell("why"))
    print(await embed(["a tree", "three bees"]))
    print(await models())
    print(await refused())
    client.close()


asyncio.run(main())
