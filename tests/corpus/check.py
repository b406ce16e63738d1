#!/usr/bin/env python3
"""Rewrites real packages with asyncfix and fails on anything a user would call damage.

    cargo build --release
    python3 tests/corpus/check.py                              the five small packages CI runs
    python3 tests/corpus/check.py --list packages-long.txt     the long list, before a release
    python3 tests/corpus/check.py --codemod time-sleep --sample 10   ten findings, to judge by reading

For every package, once with the safe fixes and once with --unsafe-fixes, a breach is:

    compile     a changed file that CPython's compile() took before and takes no longer
    lint        ruff finds an unused, undefined or redefined name that was not there before
    unstable    a second run changes something
    patch       `patch -p0` with the output of --diff does not give what --write wrote
    notebook    more than the source of code cells changed in a notebook, or a cell compiles no longer
    untouched   a file that the diff does not name, or the mode of any file, changed
    status      an exit status outside the contract
    threads     one thread and many do not report the same bytes
    crash       a panic, a signal, a timeout, or a bug that asyncfix itself reports

Needs Python 3.9, pip, patch, and a network for the first run; everything is kept under target/corpus.
"""

from __future__ import annotations

import argparse
import ast
import collections
import concurrent.futures
import dataclasses
import functools
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import typing
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RUFF = "ruff==0.17.5"
RUFF_RULES = "F401,F811,F821,F823,F841"
MODES = {"safe": [], "unsafe": ["--unsafe-fixes"]}
# What is unpacked: the code, and the files that say which Python a project is for.
KEPT = (".py", ".pyi", ".ipynb", ".toml", ".cfg", ".ini")
# Wheels are asked for this Python, so that the list means the same on every machine.
WHEELS_FOR = "3.13"
TIMEOUT_SECONDS = 900

# Run by the interpreter under --python: paths on stdin, one JSON object {path: error} on stdout.
COMPILE_MANY = """
import json, sys, warnings
warnings.simplefilter("ignore")
errors = {}
for path in json.load(sys.stdin):
    with open(path, "rb") as file:
        text = file.read()
    try:
        compile(text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        errors[path] = [getattr(error, "lineno", None) or 0, f"{type(error).__name__}: {error}"]
json.dump(errors, sys.stdout)
"""


class Requirement(typing.NamedTuple):
    name: str
    version: str
    sdist: bool

    def __str__(self) -> str:
        return f"{self.name}-{self.version}"


@dataclasses.dataclass
class Breach:
    package: str
    mode: str
    kind: str
    path: str
    detail: str
    hunk: str = ""

    def __str__(self) -> str:
        where = f"{self.package} [{self.mode}] {self.kind}: {self.path}: {self.detail}".rstrip()
        return where + ("\n" + "\n".join("    " + line for line in self.hunk.splitlines()) if self.hunk else "")


@dataclasses.dataclass
class Result:
    package: str
    files: int = 0
    size: int = 0
    changed: dict[str, int] = dataclasses.field(default_factory=dict)
    # Files that were rewritten but that CPython did not take before either.
    not_compiled_before: int = 0
    findings: dict[str, collections.Counter] = dataclasses.field(default_factory=dict)
    seconds: float = 0.0
    breaches: list[Breach] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Run:
    status: int
    stdout: bytes
    stderr: str

    def crashed(self) -> str:
        """Why this run counts as a crash, or nothing."""
        if self.status < 0:
            return f"ended by signal {-self.status}"
        for sign in ("bug in asyncfix", "panicked at", "stack overflow"):
            if sign in self.stderr:
                return next(line for line in self.stderr.splitlines() if sign in line)
        if self.status not in (0, 1, 2):
            return f"exit status {self.status}"
        return ""


# --- what is checked -------------------------------------------------------------------------------------------


def read_list(path: pathlib.Path) -> list[Requirement]:
    """One `name==version` a line, with ` sdist` behind it where the wheel leaves tests and samples out."""
    wanted = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        match = re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9._!+-]+)(\s+sdist)?", line)
        if not match:
            sys.exit(f"{path}:{number}: expected `name==version` or `name==version sdist`, found `{line}`")
        wanted.append(Requirement(match[1], match[2], bool(match[3])))
    return wanted


def pip() -> list[str]:
    candidates = [[sys.executable, "-m", "pip"], ["pip3"], ["uvx", "pip"]]
    for command in candidates:
        try:
            if subprocess.run([*command, "--version"], capture_output=True).returncode == 0:
                return command
        except FileNotFoundError:
            continue
    sys.exit("pip is needed to download the packages; install it, or uv, and run this again")


def fetch(requirement: Requirement, cache: pathlib.Path) -> pathlib.Path:
    """The folder with the unpacked package; downloaded once."""
    folder = cache / "packages" / str(requirement)
    if folder.is_dir():
        return folder
    kind = ["--only-binary", ":all:", "--python-version", WHEELS_FOR]
    if requirement.sdist:
        kind = ["--no-binary", requirement.name]
    with tempfile.TemporaryDirectory(dir=cache) as work:
        spec = f"{requirement.name}=={requirement.version}"
        command = [*pip(), "download", "--quiet", "--no-deps", "--ignore-requires-python", *kind, "--dest", work, spec]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"cannot download {spec}:\n{done.stderr.strip()}")
        [archive] = pathlib.Path(work).iterdir()
        unpacked = pathlib.Path(work) / "unpacked"
        unpack(archive, unpacked)
        folder.parent.mkdir(parents=True, exist_ok=True)
        unpacked.rename(folder)
    return folder


def unpack(archive: pathlib.Path, folder: pathlib.Path) -> None:
    """Writes the archive's regular files that `KEPT` names; never outside `folder`."""
    folder.mkdir(parents=True)

    def members() -> typing.Iterator[tuple[str, typing.Callable[[], bytes]]]:
        if archive.suffix in (".whl", ".zip"):
            with zipfile.ZipFile(archive) as wheel:
                for info in wheel.infolist():
                    if not info.is_dir():
                        yield info.filename, lambda info=info: wheel.read(info)
        else:
            with tarfile.open(archive) as sdist:
                for member in sdist:
                    if member.isfile():
                        yield member.name, lambda member=member: sdist.extractfile(member).read()

    for name, content in members():
        if archive.suffix not in (".whl", ".zip"):
            name = name.partition("/")[2]  # an sdist is one folder, `name-version`
        target = pathlib.Path(os.path.normpath(folder / name))
        if folder not in target.parents or not name.endswith(KEPT):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content())
    # What a wheel lacks: where the project begins. Else that would be this repository, which is around the cache.
    (folder / "pyproject.toml").touch()


# --- tools -----------------------------------------------------------------------------------------------------


def install_ruff(cache: pathlib.Path) -> pathlib.Path:
    """ruff of one version, so that a new release cannot turn the check red; a folder of its own needs no venv."""
    folder = cache / RUFF.replace("==", "-")
    binary = folder / "bin" / "ruff"
    if not binary.exists():
        command = [*pip(), "install", "--quiet", "--no-deps", "--target", str(folder), RUFF]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"cannot install {RUFF}:\n{done.stderr.strip()}")
    return binary


def newest_python() -> str:
    """The newest CPython at hand: an old one does not compile what new packages write."""
    found = [(sys.version_info[:2], sys.executable)]
    candidates = [f"python3.{minor}" for minor in (14, 13, 12)]
    if shutil.which("uv"):
        done = subprocess.run(["uv", "python", "find", ">=3.12"], capture_output=True, text=True, cwd="/")
        candidates += done.stdout.split()[:1]
    for command in candidates:
        try:
            asked = [command, "-c", "import sys; print(*sys.version_info[:2])"]
            done = subprocess.run(asked, capture_output=True, text=True)
        except FileNotFoundError:
            continue
        if done.returncode == 0:
            found.append((tuple(map(int, done.stdout.split())), command))
    return max(found, key=lambda entry: entry[0])[1]


@dataclasses.dataclass
class Tools:
    binary: pathlib.Path
    ruff: pathlib.Path
    python: str

    def asyncfix(self, arguments: list[str], folder: pathlib.Path) -> Run:
        command = [str(self.binary), *arguments]
        env = {**os.environ, "NO_COLOR": "1", "ASYNCFIX_NO_CACHE": "1"}
        try:
            done = subprocess.run(
                command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_SECONDS
            )
        except subprocess.TimeoutExpired:
            return Run(-9, b"", f"panicked at: no answer in {TIMEOUT_SECONDS} s")
        return Run(done.returncode, done.stdout, done.stderr.decode(errors="replace"))

    def compile_errors(self, paths: list[pathlib.Path]) -> dict[str, tuple[int, str]]:
        """The paths that CPython does not compile, with row and message."""
        if not paths:
            return {}
        done = subprocess.run(
            [self.python, "-c", COMPILE_MANY], input=json.dumps([str(path) for path in paths]),
            capture_output=True, text=True,
        )
        if done.returncode != 0:
            sys.exit(f"{self.python} could not compile a batch of files:\n{done.stderr}")
        return {path: (row, message) for path, (row, message) in json.loads(done.stdout).items()}

    def lint(self, folder: pathlib.Path, names: list[str]) -> dict[str, dict[tuple[str, str], list[int]]]:
        """ruff's findings by file: (rule, message) to the rows where it stands."""
        found: dict = collections.defaultdict(lambda: collections.defaultdict(list))
        command = [str(self.ruff), "check", "--isolated", "--no-cache", "--exit-zero", "--output-format", "json"]
        # `--no-respect-gitignore` and the names themselves: nothing may be left out by where the copy lies.
        command += ["--select", RUFF_RULES, "--no-respect-gitignore", "--target-version", "py314"]
        for start in range(0, len(names), 500):
            batch = names[start : start + 500]
            done = subprocess.run([*command, "--", *batch], cwd=folder, capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"ruff failed in {folder}:\n{done.stderr}")
            for finding in json.loads(done.stdout):
                name = os.path.relpath(finding["filename"], os.path.realpath(folder))
                # F811 names the row of the first definition, which moves.
                message = re.sub(r" from line \d+", "", finding["message"])
                found[name][finding["code"], message].append(finding["location"]["row"])
        return found


# --- the check -------------------------------------------------------------------------------------------------


def files_of(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    return {
        str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()
    }


Snapshot = typing.Dict[str, typing.Tuple[int, bytes]]


def snapshot(folder: pathlib.Path) -> Snapshot:
    """Mode and digest of every file, by relative path."""
    return {
        name: (path.stat().st_mode, hashlib.blake2b(path.read_bytes(), digest_size=20).digest())
        for name, path in files_of(folder).items()
    }


def differing(one: Snapshot, other: Snapshot) -> set[str]:
    """The files whose bytes or mode differ, or that only one of the two has."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def split_diff(diff: bytes) -> dict[str, bytes]:
    """The diff of each file by its path. `+++` right after `---` is a header; a changed line cannot look so."""
    parts: dict[str, bytes] = {}
    lines = diff.split(b"\n")
    starts = [
        at for at in range(len(lines) - 2)
        if lines[at].startswith(b"--- ") and lines[at + 1].startswith(b"+++ ") and lines[at + 2].startswith(b"@@ ")
    ]
    for start, end in zip(starts, [*starts[1:], len(lines) - 1]):
        name = lines[start + 1][4:].split(b"\t")[0].decode(errors="replace")
        parts[name] = b"\n".join(lines[start:end]) + b"\n"
    return parts


def hunk_at(diff: bytes, row: int) -> str:
    """The hunk that holds a row (from 1) of the rewritten file, else all of the diff, cut at 40 lines."""
    text = diff.decode(errors="replace")
    for hunk in re.split(r"(?m)^(?=@@ )", text)[1:]:
        first, count = re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", hunk).groups()
        if int(first) <= row <= int(first) + int(count or 1):
            return hunk.rstrip("\n")
    return "\n".join(text.splitlines()[:40])


def check(package: str, original: pathlib.Path, tools: Tools, options: argparse.Namespace) -> Result:
    result = Result(package)
    started = time.monotonic()
    python_files = [path for name, path in files_of(original).items() if name.endswith(".py")]
    result.files, result.size = len(python_files), sum(path.stat().st_size for path in python_files)
    # Asked only after an exit status of 2: compiling a whole package takes longer than all the rest.
    all_compile = functools.lru_cache(None)(lambda: not tools.compile_errors(python_files))
    with tempfile.TemporaryDirectory(prefix="asyncfix-corpus-") as work:
        for finding in report(package, original, tools, result):
            fix = finding["fix"]
            level = fix["applicability"] if fix else "none"
            result.findings.setdefault(finding["code"], collections.Counter())[level] += 1
        for mode, flags in MODES.items():
            written = pathlib.Path(work) / mode
            check_mode(package, mode, flags, original, written, all_compile, tools, options, result)
            if options.keep:
                kept = options.keep / package / mode
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(written, kept)
            shutil.rmtree(written)
    result.seconds = time.monotonic() - started
    for breach in result.breaches:
        print(breach, file=sys.stderr, flush=True)
    print(f"{package}: {len(result.breaches)} breaches in {result.seconds:.0f} s", file=sys.stderr, flush=True)
    return result


def report(package: str, folder: pathlib.Path, tools: Tools, result: Result) -> list[dict]:
    """The findings in a folder; breaches for a bad exit status and for bytes that depend on the threads."""
    mode = "report"
    run = tools.asyncfix(["--output-format", "json", "."], folder)
    if run.crashed():
        result.breaches.append(Breach(package, mode, "crash", ".", run.crashed()))
        return []
    findings = json.loads(run.stdout)
    if run.status != 2 and run.status != int(bool(findings)):
        detail = f"{len(findings)} findings but exit status {run.status}"
        result.breaches.append(Breach(package, mode, "status", ".", detail))
    alone = tools.asyncfix(["--threads", "1", "--output-format", "json", "."], folder)
    if alone.stdout != run.stdout:
        result.breaches.append(Breach(package, mode, "threads", ".", "one thread reports other bytes than many"))
    return findings


def check_mode(
    package: str, mode: str, flags: list[str], original: pathlib.Path, written: pathlib.Path,
    all_compile: typing.Callable[[], bool], tools: Tools, options: argparse.Namespace, result: Result,
) -> None:
    def breach(kind: str, path: str, detail: str, hunk: str = "") -> None:
        result.breaches.append(Breach(package, mode, kind, path, detail, hunk))

    def asyncfix(*arguments: str) -> Run:
        run = tools.asyncfix([*arguments, *flags, "."], written)
        if run.crashed():
            breach("crash", ".", f"{' '.join(arguments)}: {run.crashed()}")
        if run.status == 2 and all_compile():
            first = (run.stderr.strip().splitlines() or ["nothing on stderr"])[0]
            breach("status", ".", f"{' '.join(arguments)}: exit status 2, but every file compiles: {first}")
        return run

    shutil.copytree(original, written)
    at_first = snapshot(original)
    diffed = asyncfix("--diff")
    for name in sorted(differing(at_first, snapshot(written))):
        breach("untouched", name, "--diff changed it")
    if diffed.status != 2 and diffed.status != int(bool(diffed.stdout)):
        breach("status", ".", f"--diff: exit status {diffed.status} with {len(diffed.stdout)} bytes of diff")
    diffs = {os.path.normpath(name): part for name, part in split_diff(diffed.stdout).items()}
    if options.diffs:
        options.diffs.mkdir(parents=True, exist_ok=True)
        (options.diffs / f"{package}.{mode}.diff").write_bytes(diffed.stdout)

    wrote = asyncfix("--write")
    once = snapshot(written)
    changed = differing(at_first, once)
    result.changed[mode] = len(changed)
    for name in sorted(changed - set(diffs)):
        breach("untouched", name, "changed, but --diff does not name it")
    after = tools.asyncfix(["--output-format", "json", "."], written)
    if not after.crashed():
        left = len(json.loads(after.stdout))
        if wrote.status != 2 and wrote.status != int(bool(left)):
            breach("status", ".", f"--write: exit status {wrote.status} with {left} findings left")

    check_patch(diffed.stdout, diffs, original, written, breach)
    check_code(changed & set(diffs), diffs, original, written, tools, result, breach)

    again = asyncfix("--diff")
    for name, part in split_diff(again.stdout).items():
        breach("unstable", os.path.normpath(name), "a second run would change it", hunk_at(part, 0))
    asyncfix("--write")
    for name in sorted(differing(once, snapshot(written))):
        breach("unstable", name, "a second run changed it")


def hunk_of_change(before: pathlib.Path, after: pathlib.Path) -> str:
    done = subprocess.run(["diff", "-u", str(before), str(after)], capture_output=True)
    return "\n".join(done.stdout.decode(errors="replace").splitlines()[2:42])


def check_patch(diff: bytes, diffs: dict[str, bytes], original: pathlib.Path, written: pathlib.Path, breach) -> None:
    """Applies the diff to a second copy of the files it names, and compares that with what --write left."""
    with tempfile.TemporaryDirectory(prefix="asyncfix-patched-") as work:
        patched = pathlib.Path(work)
        for name in diffs:
            if not (original / name).is_file():
                breach("patch", name, "the diff names a file that is not there")
                return
            (patched / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(original / name, patched / name)
        if not diffs:
            return
        command = ["patch", "-p0", "--binary", "--silent", "--no-backup-if-mismatch", "--fuzz=0"]
        done = subprocess.run(command, cwd=patched, input=diff, capture_output=True)
        if done.returncode != 0:
            breach("patch", ".", f"patch refuses the diff: {done.stdout.decode(errors='replace').strip()[:400]}")
            return
        for name in sorted(diffs):
            if (patched / name).read_bytes() != (written / name).read_bytes():
                difference = hunk_of_change(patched / name, written / name)
                breach("patch", name, "patched and written text differ", difference)


def check_code(
    changed: set[str], diffs: dict[str, bytes], original: pathlib.Path, written: pathlib.Path,
    tools: Tools, result: Result, breach,
) -> None:
    """The changed files still compile, and ruff finds no name in them that it did not find before."""
    names = sorted(name for name in changed if name.endswith(".py"))
    for name in sorted(changed - set(names)):
        if not name.endswith(".ipynb"):
            breach("untouched", name, "not a .py file, yet rewritten")
            continue
        for detail in notebook_damage(original / name, written / name):
            breach("notebook", name, detail)
    before = tools.compile_errors([original / name for name in names])
    after = tools.compile_errors([written / name for name in names])
    result.not_compiled_before += len(before)
    for path, (row, message) in sorted(after.items()):
        name = str(pathlib.Path(path).relative_to(written))
        if str(original / name) not in before:
            breach("compile", name, f"row {row}: {message}", hunk_at(diffs[name], row))
    lint_before, lint_after = tools.lint(original, names), tools.lint(written, names)
    for name in names:
        for (code, message), rows in lint_after[name].items():
            # Counted, not placed: a rewrite moves lines.
            new = len(rows) - len(lint_before[name][code, message])
            if new > 0 and not (code == "F401" and left_behind(original / name, written / name, rows[-1])):
                breach("lint", name, f"row {rows[-1]}: {code} {message} ({new} more)", hunk_at(diffs[name], rows[-1]))


def notebook_damage(original: pathlib.Path, written: pathlib.Path) -> typing.Iterator[str]:
    """What is lost in a rewritten notebook: all but the source of its code cells stays, and that still compiles."""
    before, after = (json.loads(path.read_bytes()) for path in (original, written))
    sources = [[cell.pop("source", "") for cell in notebook.get("cells", [])] for notebook in (before, after)]
    if before != after or len(sources[0]) != len(sources[1]):
        yield "more than the source of its cells changed"
        return
    for number, (cell, *texts) in enumerate(zip(before.get("cells", []), *sources), 1):
        old, new = ("".join(text) for text in texts)
        if old == new:
            continue
        if cell.get("cell_type") != "code":
            yield f"cell {number} holds no code, yet changed"
        elif is_cell(old) and not is_cell(new):
            yield f"cell {number} does not compile any more"


def is_cell(text: str) -> bool:
    """Whether a cell compiles, its lines for the shell and for IPython left out; `await` may stand in it."""
    lines = ["pass" if line.lstrip()[:1] in ("!", "%") else line for line in text.splitlines()]
    try:
        compile("\n".join(lines), "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def left_behind(original: pathlib.Path, written: pathlib.Path, row: int) -> bool:
    """Whether the import in this row of an `__init__.py`, outside of any block, stood there before the rewrite.

    It stays although nothing in the file needs it any more: what a package imports, others may import from it."""
    if original.name != "__init__.py":
        return False
    line = written.read_bytes().splitlines()[row - 1]
    return not line[:1].isspace() and line in original.read_bytes().splitlines()


# --- reading by sample -----------------------------------------------------------------------------------------


def sample(targets: list[tuple[str, pathlib.Path]], tools: Tools, options: argparse.Namespace) -> None:
    """Prints random findings with the source around them and what --unsafe-fixes makes of it."""
    every = []
    for package, folder in targets:
        selected = ["--select", options.codemod] if options.codemod else []
        run = tools.asyncfix([*selected, "--output-format", "json", "."], folder)
        if run.crashed():
            sys.exit(f"{package}: {run.crashed()}")
        every += [(package, folder, finding) for finding in json.loads(run.stdout)]
    chosen = random.Random(options.seed).sample(every, min(options.sample, len(every)))
    print(f"{len(chosen)} of {len(every)} findings, seed {options.seed}")
    for package, folder, finding in chosen:
        path = folder / finding["filename"]
        name = os.path.relpath(path, folder)
        row = finding["location"]["row"]
        fix = finding["fix"]["applicability"] if finding["fix"] else "no fix"
        print(f"\n{'=' * 100}\n{package}: {name}:{row} {finding['code']} [{fix}] {finding['message']}")
        for link in finding.get("chain") or []:
            print(f"    {link['function']} at {link['filename']}:{link['row']}")
        lines = path.read_text(errors="replace").split("\n")
        for number in range(max(1, row - 12), min(len(lines), row + 12) + 1):
            print(f"{'>' if number == row else ' '}{number:5} {lines[number - 1]}")
        run = tools.asyncfix(["--select", finding["code"], "--diff", "--unsafe-fixes", name], folder)
        diff = split_diff(run.stdout).get(name, b"").decode(errors="replace")
        for hunk in re.split(r"(?m)^(?=@@ )", diff)[1:]:
            first, count = re.match(r"@@ -(\d+)(?:,(\d+))? ", hunk).groups()
            if int(first) - 3 <= row <= int(first) + int(count or 1) + 3:
                print(f"{'-' * 100}\n{hunk.rstrip()}")


# --- output ----------------------------------------------------------------------------------------------------


def print_table(results: list[Result]) -> None:
    codes = sorted({code for result in results for code in result.findings})
    head = ["package", "files", "MB", "seconds", "changed safe", "changed unsafe", *codes, "breaches"]
    rows = [
        [
            result.package, str(result.files), f"{result.size / 1e6:.1f}", f"{result.seconds:.1f}",
            *(str(result.changed.get(mode, "-")) for mode in MODES),
            *(str(sum(result.findings.get(code, {}).values())) for code in codes),
            str(len(result.breaches)),
        ]
        for result in results
    ]
    total = ["total"]
    for column in range(1, len(head)):
        values = [float(row[column]) for row in rows if row[column] != "-"]
        total.append(f"{sum(values):.1f}" if head[column] in ("MB", "seconds") else str(int(sum(values))))
    rows.append(total)
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]
        print("  ".join(cells))
    for code in codes:
        levels = collections.Counter()
        for result in results:
            levels.update(result.findings.get(code, {}))
        print(f"{code}: " + ", ".join(f"{count} {level}" for level, count in sorted(levels.items())))
    skipped = sum(result.not_compiled_before for result in results)
    if skipped:
        print(f"{skipped} rewritten files did not compile before either, and were left out of that check")


def as_json(results: list[Result]) -> str:
    rows = []
    for result in results:
        rows.append(dict(vars(result), breaches=[vars(breach) for breach in result.breaches]))
    return json.dumps(rows, indent=1) + "\n"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--list", type=pathlib.Path, default=HERE / "packages-ci.txt", help="packages, one name==version a line")
    add("--tree", type=pathlib.Path, help="check the folders in here, one package each, instead of a list")
    add("--only", action="append", default=[], metavar="NAME", help="only packages whose name starts so")
    add("--binary", type=pathlib.Path, default=ROOT / "target/release/asyncfix", help="the asyncfix to run")
    add("--python", help="the CPython that compiles (default: the newest found)")
    add("--cache", type=pathlib.Path, default=ROOT / "target/corpus", help="where packages and ruff are kept")
    add("--jobs", type=int, default=os.cpu_count() or 1, help="packages at a time")
    add("--json", type=pathlib.Path, metavar="FILE", help="write the results there too")
    add("--keep", type=pathlib.Path, metavar="DIR", help="leave the rewritten copies there")
    add("--diffs", type=pathlib.Path, metavar="DIR", help="leave the diff of each package and mode there")
    add("--sample", type=int, metavar="N", help="print N random findings instead of checking")
    add("--seed", type=int, default=1, help="which N (default: 1)")
    add("--codemod", metavar="NAME", help="sample this codemod only")
    options = parser.parse_args()
    for name in ("binary", "cache", "keep", "diffs", "tree"):
        if getattr(options, name):
            setattr(options, name, getattr(options, name).resolve())
    if not options.list.exists() and (HERE / options.list).exists():
        options.list = HERE / options.list
    if not options.binary.exists():
        sys.exit(f"{options.binary} is not there; run `cargo build --release` first")
    if not shutil.which("patch"):
        sys.exit("the program `patch` is needed; install it and run this again")
    return options


def main() -> int:
    options = arguments()
    options.cache.mkdir(parents=True, exist_ok=True)
    tools = Tools(options.binary, install_ruff(options.cache), options.python or newest_python())
    if options.tree:
        targets = [(folder.name, folder) for folder in sorted(options.tree.iterdir()) if folder.is_dir()]
    else:
        targets = [(str(wanted), fetch(wanted, options.cache)) for wanted in read_list(options.list)]
    if options.only:
        targets = [target for target in targets if target[0].startswith(tuple(options.only))]
    if not targets:
        sys.exit("no packages to check")
    if options.sample:
        sample(targets, tools, options)
        return 0

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda target: check(*target, tools, options), targets))
    print_table(results)
    breaches = [breach for result in results for breach in result.breaches]
    if options.json:
        options.json.write_text(as_json(results))
    print(f"\n{len(results)} packages, {sum(result.files for result in results)} files, {len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
