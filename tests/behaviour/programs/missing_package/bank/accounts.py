from .base import Ledger


class Account(Ledger):
    async def deposit(self, amount):
        self.total += amount
