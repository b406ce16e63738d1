"""The client."""

import os

from openai import OpenAI

client = OpenAI(api_key="sk-test", base_url=os.environ["BASE_URL"] + "/v1", max_retries=0)
