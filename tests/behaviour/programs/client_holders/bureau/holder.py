"""What keeps the client."""

import os

from openai import OpenAI


class Bureau:
    def __init__(self, key):
        self.client = OpenAI(api_key=key, base_url=os.environ["BASE_URL"] + "/v1", max_retries=0)

    async def models(self):
        return [model.id for model in self.client.models.list()]

    async def close(self):
        self.client.close()


class Branch(Bureau):
    """One like it."""

    def __init__(self):
        super().__init__("sk-test")
