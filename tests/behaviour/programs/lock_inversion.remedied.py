# expect: untouched
# output: done: ['paid', 'audited']
"""Two methods that take two locks in the same order."""
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
        async with self.accounts:
            async with self.log:
                await asyncio.sleep(0.01)
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
