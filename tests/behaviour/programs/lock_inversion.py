# expect: untouched reported=lock-order remedied
# output: they wait for one another: []
"""Two methods that take two locks in opposite orders, one of them further down."""
import asyncio


class Bank:
    def __init__(self):
        self.accounts = None
        self.log = None
        self.entries = []

    async def open(self):
        self.accounts = asyncio.Lock()
        self.log = asyncio.Lock()

    async def pay(self):
        async with self.accounts:
            await asyncio.sleep(0.01)
            await self.note("paid")

    async def note(self, entry):
        async with self.log:
            self.entries.append(entry)

    async def audit(self):
        async with self.log:
            await asyncio.sleep(0.01)
            async with self.accounts:
                self.entries.append("audited")


async def main():
    bank = Bank()
    await bank.open()
    both = asyncio.gather(bank.pay(), bank.audit())
    try:
        await asyncio.wait_for(both, timeout=0.5)
    except asyncio.TimeoutError:
        print("they wait for one another:", bank.entries)
    else:
        print("done:", bank.entries)


asyncio.run(main())
