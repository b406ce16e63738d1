# expect: safe=requests-to-httpx exit=3
"""A monitor: whatever goes wrong, the check goes on and the exit status tells."""
import asyncio
import os
import sys

import requests

BASE = os.environ["BASE_URL"]
SERVICES = {
    "api": "/status/200",
    "billing": "/status/502",
    "search": "/drop",
    "docs": "/redirect/2",
    "legacy": "/notjson",
}


async def check_service(name, path):
    result = {"name": name, "healthy": False, "detail": ""}
    try:
        response = requests.get(BASE + path, timeout=3)
        response.raise_for_status()
        response.json()
        result["healthy"] = True
    except requests.exceptions.HTTPError as exc:
        result["detail"] = f"HTTP {exc.response.status_code}"
    except requests.exceptions.ConnectionError:
        result["detail"] = "cannot connect"
    except ValueError:
        result["detail"] = "not JSON"
    return result


async def main():
    bad = 0
    for name, path in SERVICES.items():
        result = await check_service(name, path)
        mark = "+" if result["healthy"] else "-"
        bad += not result["healthy"]
        print(mark, result["name"], result["detail"])
    return bad


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
