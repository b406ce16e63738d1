"""Looks for what the lines of a table speak of in the packages that are installed."""

from __future__ import annotations

import importlib
import pathlib
from collections.abc import Callable


class Wrong(Exception):
    """What the table says is not so."""


def load(path: str) -> object:
    """The object of a dotted name: the longest module, then attributes."""
    parts = path.split(".")
    for at in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:at]))
        except ImportError:
            continue
        try:
            for part in parts[at:]:
                found = getattr(found, part)
        except AttributeError:
            continue
        return found
    raise Wrong(f"there is no {path}")


def check_all(table: pathlib.Path, check: Callable[[str], None]) -> int:
    """Checks each line of a snapshot, prints those that are wrong, and gives the exit status."""
    lines = list(filter(None, table.read_text().split("---\n")[-1].splitlines()))
    wrong = 0
    for line in lines:
        try:
            check(line)
        except Wrong as error:
            wrong += 1
            print(f"wrong: {line} ({error})")
    print(f"{len(lines)} lines, {wrong} wrong")
    return 1 if wrong else 0
