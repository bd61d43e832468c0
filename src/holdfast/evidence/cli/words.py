"""What the evidence commands take alike: a plan, words that stay in facts, a day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import calendar_day
from holdfast.kernel.errors import UsageError

LONGEST_TEXT = 2000
LONGEST_LINE = 500
KEPT = "it stays in the ledger for ever"
Command = TypeVar("Command", bound=Callable[..., Any])


def plan_option(command: Command) -> Command:
    """Add `--plan` to a command."""
    kind = click.Path(path_type=Path)
    told = "The plan's file or folder. Default: this folder."
    return click.option("--plan", type=kind, default=Path(), help=told)(command)


def json_option(command: Command) -> Command:
    """Add `--json` to a command."""
    told = "Print the result as JSON (docs/json.md)."
    return click.option("--json", "as_json", is_flag=True, help=told)(command)


def tell_json(told: dict[str, Json]) -> None:
    """Print a result as JSON."""
    click.echo(json.dumps(told, indent=2, ensure_ascii=False))


def text(value: str, option: str, longest: int = LONGEST_TEXT, *, lines: bool = True) -> str:
    """Return words that are written into a fact; several lines only where they may be.

    Raises
    ------
    UsageError
        HF501: there are none, too many, or signs that no terminal shows.
    """
    said = value.strip()
    plain = "".join(said.splitlines()) if lines else said
    if not said:
        raise UsageError.of("HF501", f"{option} is empty", fix=f"say it in words; {KEPT}")
    if len(said) > longest:
        message = f"{option} has {len(said):,} characters"
        raise UsageError.of("HF501", message, fix=f"at most {longest:,}; {KEPT}")
    if not plain.replace("\t", " ").isprintable():
        raise UsageError.of("HF501", f"{option} is {said[:60]!r}", fix="write it without control characters")
    return said


def day(value: str) -> date:
    """Return a day.

    Raises
    ------
    UsageError
        HF501: it is none.
    """
    found = calendar_day(value)
    if found is not None:
        return found
    fix = "give its last day, in UTC: `--until 2027-05-31`"
    raise UsageError.of("HF501", f"--until is {value[:60]!r}, which is no day", fix=fix)
