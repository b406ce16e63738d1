# expect: safe=time-sleep,requests-to-httpx,fire-and-forget reported=get-event-loop loop=freed
"""A chat bot by long polling, as the tutorials of 2019 write it."""
import asyncio
import os
import time

import requests

URL = os.environ["BASE_URL"] + "/bot"


class Bot:
    def __init__(self):
        self.offset = 0
        self.running = True
        self.handled = []

    async def get_updates(self):
        r = requests.get(URL + "/getUpdates", params={"offset": self.offset, "timeout": 10})
        updates = r.json()["result"]
        if updates:
            self.offset = updates[-1]["update_id"] + 1
        return updates

    async def send(self, chat_id, text):
        r = requests.post(URL + "/sendMessage", data={"chat_id": chat_id, "text": text})
        return r.json()["ok"]

    async def handle(self, message):
        text = message["text"]
        if text == "/stop":
            self.running = False
            return
        if text.startswith("/price"):
            symbol = text.split()[1].upper()
            r = requests.get(os.environ["BASE_URL"] + f"/ticker/{symbol}")
            reply = r.json()["price"]
        else:
            reply = f"you said {text}"
        self.handled.append((text, await self.send(message["chat"]["id"], reply), reply))

    async def poll(self):
        while self.running:
            for update in await self.get_updates():
                asyncio.ensure_future(self.handle(update["message"]))
            time.sleep(0.15)
            await asyncio.sleep(0.1)
        return len(self.handled)


def main():
    bot = Bot()
    loop = asyncio.get_event_loop()
    count = loop.run_until_complete(bot.poll())
    print(count)
    for entry in sorted(bot.handled):
        print(entry)


if __name__ == "__main__":
    main()
