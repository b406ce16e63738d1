"""Questions and their answers."""

from shop.clients import client


def messages(question):
    return [{"role": "user", "content": question}]


async def answer(question):
    reply = client.chat.completions.create(model="slow", messages=messages(question))
    return reply.choices[0].message.content


async def tell(question):
    pieces = []
    for chunk in client.chat.completions.create(model="slow", messages=messages(question), stream=True):
        pieces.append(chunk.choices[0].delta.content)
    return pieces
