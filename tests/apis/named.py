"""Finds what a dotted name stands for in the packages that are installed."""

from __future__ import annotations

import importlib


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
