"""Five functions in five files between the handler and the sleep."""
import asyncio

import shop
from shop.orders import Orders


async def handler(orders: Orders, name):
    return orders.price(name), shop.count(name)


async def main():
    print(await asyncio.gather(*(handler(Orders(), name) for name in ("tea", "cup"))))


asyncio.run(main())
