# expect: untouched-safe unsafe=make-async
# config: extend-select = ["make-async"]
"""A helper that waits for a process."""
import asyncio
import subprocess
import sys


def python(code):
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE)
    return done.returncode, done.stdout


def answer(code):
    status, output = python(code)
    return output.decode().strip() if status == 0 else f"failed with {status}"


async def main():
    print(answer("print(6 * 7)"))
    print(answer("raise SystemExit(3)"))


asyncio.run(main())
