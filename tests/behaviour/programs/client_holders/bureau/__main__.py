"""Asks everything at once."""

import asyncio

from bureau.desk import Desk, owner, tell
from bureau.holder import Branch, Bureau


async def main():
    bureau = Bureau("sk-test")
    branch = Branch()
    print(await asyncio.gather(Desk(bureau).answer("Why?"), tell(branch, "How?"), branch.models()))
    print(await owner(bureau.client, "m-1"))
    await bureau.close()
    await branch.close()


asyncio.run(main())
