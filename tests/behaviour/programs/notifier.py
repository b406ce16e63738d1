# expect: safe=fire-and-forget loop=free
"""Notifications nobody waits for, in an order service."""
import asyncio
import logging

log = logging.getLogger("orders")
sent = []


async def notify(channel, text):
    await asyncio.sleep(0.005)
    sent.append(f"{channel}: {text}")


async def audit(event):
    await asyncio.sleep(0.001)
    sent.append(f"audit: {event}")


class OrderService:
    def __init__(self):
        self.orders = {}

    async def place(self, order_id, amount):
        """Stores the order and tells everyone."""
        self.orders[order_id] = amount
        asyncio.create_task(notify("mail", f"order {order_id}"))
        if amount > 100:
            asyncio.create_task(
                notify(
                    "chat",
                    f"big order {order_id}",  # for the sales team
                ),
                name="big-order",
            )
        asyncio.ensure_future(audit(f"placed {order_id}"))
        return order_id


async def main():
    service = OrderService()
    for order_id, amount in enumerate([20, 500]):
        print("placed", await service.place(order_id, amount))
    await asyncio.sleep(0.05)
    for line in sorted(sent):
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
