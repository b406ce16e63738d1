# expect: untouched
# output: balance 60, 1 logins
"""An account whose methods all hold its lock from the read to the write."""
import asyncio


class Account:
    def __init__(self):
        self.balance = 100
        self.token = None
        self.logins = 0
        self.lock = None

    async def open(self):
        self.lock = asyncio.Lock()

    async def login(self):
        async with self.lock:
            if self.token is None:
                self.token = await self.ask()
        return self.token

    async def ask(self):
        self.logins += 1
        await asyncio.sleep(0.01)
        return "token %d" % self.logins

    async def fee(self):
        await asyncio.sleep(0.01)
        return 10

    async def pay(self, amount):
        async with self.lock:
            before = self.balance
            fee = await self.fee()
            self.balance = before - amount - fee

    async def close(self):
        async with self.lock:
            self.balance = 0


async def main():
    account = Account()
    await account.open()
    await asyncio.gather(account.pay(10), account.pay(10))
    await asyncio.gather(account.login(), account.login())
    print("balance %d, %d logins" % (account.balance, account.logins))
    await account.close()


asyncio.run(main())
