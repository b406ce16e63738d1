"""What works with what keeps the client."""

from openai import OpenAI

from bureau.holder import Branch, Bureau


def messages(question):
    return [{"role": "user", "content": question}]


class Desk:
    def __init__(self, bureau: Bureau):
        self.bureau = bureau

    async def answer(self, question):
        reply = self.bureau.client.chat.completions.create(model="slow", messages=messages(question))
        return reply.choices[0].message.content


async def tell(branch: Branch, question):
    client = branch.client
    pieces = []
    for chunk in client.chat.completions.create(model="slow", messages=messages(question), stream=True):
        pieces.append(chunk.choices[0].delta.content)
    return pieces


async def owner(client: OpenAI, name):
    return client.models.retrieve(name).owned_by
