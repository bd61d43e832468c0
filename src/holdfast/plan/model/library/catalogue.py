"""The library's controls, read once from the TOML files beside this one: one file for each kind."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from holdfast.plan.model.library.control import LibraryControl

KINDS = ("data", "model", "inference", "human", "monitoring", "response", "containment")
"""In the order of a system's life; each is the name of a file."""
LISTS = ("also", "harms", "failures", "levers", "frameworks")


@cache
def all_controls() -> tuple[LibraryControl, ...]:
    """Return every control, by kind and then as its file has them."""
    return tuple(control for kind in KINDS for control in _read(kind))


def find(name: str) -> LibraryControl | None:
    """Return the control of a name, or None.

    Examples
    --------
    >>> find("injection-classifier").layer
    'detect'
    >>> find("thoughts-and-prayers") is None
    True
    """
    return _by_name().get(name)


@cache
def _by_name() -> dict[str, LibraryControl]:
    return {control.name: control for control in all_controls()}


def _read(kind: str) -> list[LibraryControl]:
    text = (Path(__file__).parent / f"{kind}.toml").read_text("utf-8")
    return [_control(name, kind, told) for name, told in tomllib.loads(text).items()]


def _control(name: str, kind: str, told: dict[str, Any]) -> LibraryControl:
    lists = {key: tuple(told.get(key, ())) for key in LISTS}
    return LibraryControl(**{**told, **lists, "name": name, "kind": kind})
