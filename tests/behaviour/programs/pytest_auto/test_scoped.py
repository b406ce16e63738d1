import asyncio

import pytest

loops = set()


@pytest.mark.asyncio(loop_scope="module")
async def test_first():
    loops.add(id(asyncio.get_running_loop()))


@pytest.mark.asyncio(loop_scope="module")
async def test_second():
    loops.add(id(asyncio.get_running_loop()))
    print("loops of the module:", len(loops))
