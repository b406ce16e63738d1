"""The coroutine functions are in other files, one is inherited, one comes through the package."""
import asyncio

from bank import Account
from bank.audit import report as tell


async def main():
    account = Account(10)
    account.deposit(5)
    print(account.balance() + 0)
    tell("closed")


asyncio.run(main())
