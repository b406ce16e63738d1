import asyncio

import pytest
from orders import order


@pytest.mark.asyncio
async def test_order():
    assert await order("book") == {"item": "book", "amount": 1}
    print("in a loop:", asyncio.get_running_loop().is_running())


class TestAmounts:
    @pytest.mark.asyncio()
    async def test_two(self):
        assert (await order("pen", 2))["amount"] == 2
