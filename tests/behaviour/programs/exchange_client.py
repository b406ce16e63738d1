# expect: unsafe=requests-to-httpx safe=time-sleep loop=freed
"""A small exchange client: one session on the object, signed-looking headers, retries."""
import asyncio
import os
import time

import requests


class ExchangeError(Exception):
    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


class ExchangeClient:
    def __init__(self, base_url, api_key):
        self.base_url = base_url
        self.session = requests.Session()
        self.session.headers.update({"X-API-Key": api_key, "X-App": "grid-bot"})
        self.calls = 0

    async def _request(self, method, path, **params):
        self.calls += 1
        response = self.session.request(method, self.base_url + path, params=params)
        if response.status_code >= 400:
            error = response.json()
            raise ExchangeError(error["code"], error["msg"])
        return response.json()

    async def price(self, symbol):
        ticker = await self._request("GET", f"/ticker/{symbol}")
        return float(ticker["price"])

    async def place_order(self, symbol, side, amount):
        response = self.session.post(
            f"{self.base_url}/orders",
            json={"symbol": symbol, "side": side, "amount": amount},
        )
        response.raise_for_status()
        return response.json()

    async def cancel(self, order_id):
        response = self.session.delete(f"{self.base_url}/orders/{order_id}")
        return response.status_code == 204

    async def whoami(self):
        return self.session.get(self.base_url + "/headers").json()["x-api-key"]

    async def close(self):
        self.session.close()


async def main():
    client = ExchangeClient(os.environ["BASE_URL"], "k-123")
    try:
        for symbol in ("BTC", "ETH"):
            print(symbol, await client.price(symbol))
            time.sleep(0.12)  # stay below the rate limit
        order = await client.place_order("BTC", "buy", 0.5)
        print(order["id"], order["symbol"], order["side"])
        print("cancelled:", await client.cancel(order["id"]), await client.cancel(99))
        try:
            await client.price("DOGE")
        except ExchangeError as error:
            print("error", error.code, error)
        print(await client.whoami(), client.calls)
    finally:
        await client.close()


if __name__ == "__main__":
    asyncio.run(main())
