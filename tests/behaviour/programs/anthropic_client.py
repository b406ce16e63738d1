# expect: untouched-safe unsafe=sync-client min-python=3.11 loop=freed
"""Anthropic's client on an object: made when it is first asked for, helpers that stream, pages, tokens."""
import asyncio
import os

from anthropic import Anthropic


class Assistant:
    def __init__(self, key: str) -> None:
        self.key = key
        self._client = None

    @property
    def client(self) -> Anthropic:
        if self._client is None:
            self._client = Anthropic(api_key=self.key, base_url=os.environ["BASE_URL"] + "/anthropic", max_retries=0)
        return self._client

    async def answer(self, question):
        message = self.client.messages.create(
            model="slow", max_tokens=9, messages=[{"role": "user", "content": question}]
        )
        return message.content[0].text

    async def tell(self, question):
        pieces = []
        with self.client.messages.stream(
            model="slow", max_tokens=9, messages=[{"role": "user", "content": question}]
        ) as stream:
            for text in stream.text_stream:
                pieces.append(text)
            return pieces, stream.get_final_message().usage.output_tokens

    async def events(self, question):
        events = []
        for event in self.client.messages.create(
            model="slow", max_tokens=9, messages=[{"role": "user", "content": question}], stream=True
        ):
            events.append(event.type)
        return events

    async def count(self, text):
        return self.client.messages.count_tokens(model="m", messages=[{"role": "user", "content": text}]).input_tokens

    async def models(self):
        return [model.id for model in self.client.models.list(limit=2)]

    async def close(self):
        self.client.close()


async def main():
    assistant = Assistant("sk-test")
    print(await asyncio.gather(assistant.answer("one"), assistant.answer("two")))
    print(await assistant.tell("why"))
    print(await assistant.events("why"))
    print(await assistant.count("one two three"), await assistant.models())
    await assistant.close()


asyncio.run(main())
