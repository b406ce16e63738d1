"""Marks on fixtures, in the shapes that ruff documents."""
import pytest


@pytest.mark.asyncio()  # PT024 ruff
@pytest.fixture()
async def first():
    return 0


@pytest.fixture(scope="module")
@pytest.mark.asyncio  # PT024 ruff
async def second():
    yield 0


@pytest.mark.asyncio  # PT024 ruff
@pytest.fixture
def third():
    return 0


@pytest.mark.asyncio(loop_scope="module")  # PT024 ruff | differs: its arguments say what somebody wants, and are not thrown away
@pytest.fixture
async def fourth():
    return 0


@pytest.mark.asyncio
async def test_all(first, second, third, fourth):
    assert first == second == third == fourth
