import asyncio

import pytest


class Client:
    async def ask(self, question):
        await asyncio.sleep(0.001)
        return question.upper()


@pytest.mark.asyncio
@pytest.fixture
async def client():
    print("opened")
    yield Client()
    print("closed")


@pytest.mark.asyncio
@pytest.fixture
def port():
    return 80


@pytest.mark.asyncio
async def test_answer(client):
    assert await client.ask("why") == "WHY"


@pytest.mark.asyncio
class TestTwice:
    @pytest.mark.asyncio
    async def test_twice(self):
        assert [await Client().ask(letter) for letter in "ab"] == ["A", "B"]


def test_port(port):
    assert port == 80
