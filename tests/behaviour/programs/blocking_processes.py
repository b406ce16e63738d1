# expect: untouched-safe unsafe=blocking-subprocess loop=freed
"""Processes whose output, status and failure are used, natively and in threads."""
import asyncio
import os
import subprocess
import sys

PYTHON = sys.executable


async def version():
    result = subprocess.run([PYTHON, "-c", "print('3.x')"], capture_output=True, text=True)
    if result.returncode != 0:
        return result.stderr
    return result.stdout.strip()


async def upper(text):
    result = subprocess.run(
        [PYTHON, "-c", "import sys; print(sys.stdin.read().upper())"],
        input="héllo",
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return text, result.stdout.strip()


async def both():
    one = subprocess.run([PYTHON, "-c", "print(1)"], stdout=subprocess.PIPE)
    two = subprocess.run([PYTHON, "-c", "print(2)"], stdout=subprocess.PIPE)
    return one.stdout.split() + two.stdout.split()


async def must(code):
    try:
        subprocess.run([PYTHON, "-c", code], check=True, stderr=subprocess.DEVNULL)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


async def output(code):
    command = [PYTHON, "-c", code]
    try:
        text = subprocess.check_output(command, text=True)
    except subprocess.CalledProcessError as error:
        return error.output
    return text


async def slow():
    try:
        subprocess.run([PYTHON, "-c", "import time; time.sleep(5)"], timeout=0.5)
    except subprocess.TimeoutExpired:
        return "too slow"


async def shell():
    os.system("true")
    status = subprocess.call("exit 3", shell=True)
    return status, subprocess.getoutput("echo hi"), os.popen("echo ho").read().strip()


async def waiting():
    process = subprocess.Popen([PYTHON, "-c", "print('late')"], stdout=subprocess.PIPE)
    out, _ = process.communicate()
    return out.split(), process.wait(timeout=5)


async def main():
    print(await version(), await upper("x"), await both())
    print(await must("raise SystemExit(4)"), await must("pass"))
    print(await output("print('fine')"), await output("print('bad'); raise SystemExit(1)"))
    print(await slow(), await shell(), await waiting())


asyncio.run(main())
