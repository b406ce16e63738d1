import asyncio


class Ledger:
    def __init__(self, total):
        self.total = total

    async def balance(self):
        await asyncio.sleep(0)
        return self.total
