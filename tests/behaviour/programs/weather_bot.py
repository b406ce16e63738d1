# expect: safe=requests-to-httpx loop=freed
"""A command of a chat bot: three cities, one after the other."""
import asyncio
import os

import requests

BASE = os.environ["BASE_URL"]


async def get_weather(city, units="metric"):
    params = {"city": city, "units": units}
    response = requests.get(f"{BASE}/weather", params=params, timeout=10)
    response.raise_for_status()
    data = response.json()
    return f"{data['city']}: {data['temperature']} ({data['units']})"


async def warm_up():
    # the service is slow the first time
    r = requests.get(BASE + "/slow/weather", params={"seconds": "0.25"})
    print("warm:", r.json()["slow"], r.status_code)


async def main():
    await warm_up()
    for city in ["Oslo", "Lima", "Ulaanbaatar"]:
        print(await get_weather(city))
    print(await get_weather("São Paulo", units="imperial"))


if __name__ == "__main__":
    asyncio.run(main())
