"""Checks that ruff and flake8-async find in the files beside this one what the comments there say they find.

usage: python check.py        (ruff and flake8-async on the path)
"""
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
CODES = "ASYNC210,ASYNC212,ASYNC220,ASYNC221,ASYNC222,ASYNC230,ASYNC240,ASYNC250,ASYNC251,RUF006,PT024"
MARK = re.compile(r"# ([A-Z]+\d+)((?: (?:ruff|flake8-async))+)(?: \| differs: .+)?$")


def said(peer):
    for path in HERE.glob("*.py"):
        for row, line in enumerate(path.read_text().splitlines(), 1):
            found = MARK.search(line)
            if found and peer in found[2].split() and path.name != "check.py":
                yield path.name, row, found[1]


def ruff():
    command = ["ruff", "check", "--isolated", "--no-cache", "--preview", "--exit-zero", "--output-format", "json"]
    out = subprocess.run([*command, "--select", CODES, str(HERE)], stdout=subprocess.PIPE, check=True).stdout
    for found in json.loads(out):
        yield pathlib.Path(found["filename"]).name, found["location"]["row"], found["code"]


def flake8_async():
    codes = "ASYNC210,ASYNC212,ASYNC220,ASYNC221,ASYNC222,ASYNC230,ASYNC231,ASYNC232,ASYNC240,ASYNC250,ASYNC251"
    files = sorted(str(path) for path in HERE.glob("*.py"))
    command = [sys.executable, "-m", "flake8_async", "--asyncio", f"--enable={codes}", "--disable=", *files]
    out = subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout
    for path, row, code in re.findall(r"^(.+?):(\d+):\d+: (ASYNC\d+)", out, re.MULTILINE):
        yield pathlib.Path(path).name, int(row), code


def main():
    wrong = 0
    for peer, found in (("ruff", ruff()), ("flake8-async", flake8_async())):
        found, expected = {each for each in found if each[0] != "check.py"}, set(said(peer))
        for what, places in (("finds, unsaid", found - expected), ("does not find", expected - found)):
            for path, row, code in sorted(places):
                print(f"{path}:{row}: {peer} {what}: {code}")
                wrong += 1
    print(f"{wrong} differences")
    return wrong != 0


sys.exit(main())
