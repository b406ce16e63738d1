import asyncio

import pytest
from orders import order

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]


@pytest.fixture
async def shelf():
    yield [await order("book"), await order("pen")]
    print("shelf emptied")


@pytest.mark.asyncio
@pytest.mark.parametrize("position, item", [(0, "book"), (1, "pen")])
async def test_shelf(shelf, position, item):
    assert shelf[position]["item"] == item


@pytest.mark.asyncio
class TestErrors:
    async def test_none(self):
        with pytest.raises(ValueError, match="no ink at all"):
            await order("ink", 0)

    async def test_many(self):
        orders = await asyncio.gather(*(order(item) for item in ("a", "b")))
        print("ordered", [each["item"] for each in orders])


def test_nothing_to_wait_for():
    assert order.__name__ == "order"
