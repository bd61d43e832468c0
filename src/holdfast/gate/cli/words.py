"""What the gate's commands take alike: gates and a plan in any order, a bundle, a reason, a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from holdfast.kernel.clock import calendar_day
from holdfast.kernel.errors import UsageError

LONGEST_BUNDLE = 200
LONGEST_REASON = 500
Command = TypeVar("Command", bound=Callable[..., Any])


def bundle_option(command: Command) -> Command:
    """Add `--bundle` to a command."""
    return click.option(
        "--bundle",
        metavar="ID",
        callback=lambda _context, _option, value: checked_bundle(value),
        help="The version of the system that made the records. Default: name@version of the plan's card.",
    )(command)


def json_option(command: Command) -> Command:
    """Add `--json` to a command."""
    told = "Print the result as JSON (docs/json.md)."
    return click.option("--json", "as_json", is_flag=True, help=told)(command)


def checked_bundle(bundle: str | None) -> str | None:
    """Return a bundle's name, or refuse what cannot be written into facts."""
    if bundle is not None and not (bundle.strip() and bundle.isprintable() and len(bundle) <= LONGEST_BUNDLE):
        fix = f"it is written into facts: give one line of at most {LONGEST_BUNDLE} characters"
        raise UsageError.of("HF501", f"--bundle is {bundle[:80]!r}", fix=fix)
    return bundle


def reason(because: str | None, needed: str = "") -> str:
    """Return a reason as one line; where it is `needed` for something, refuse none.

    Raises
    ------
    UsageError
        HF608: there is none. HF501: it is no line, or too long.
    """
    text = (because or "").strip()
    if needed and not text:
        fix = 'say why: `--because "..."`; the words stay in the ledger for ever'
        raise UsageError.of("HF608", f"{needed} needs a reason", fix=fix)
    if not text.isprintable() or len(text) > LONGEST_REASON:
        fix = f"it is written into facts: give one line of at most {LONGEST_REASON} characters"
        raise UsageError.of("HF501", f"--because is {text[:80]!r}", fix=fix)
    return text


def day(text: str | None) -> date:
    """Return the day that `--until` names.

    Raises
    ------
    UsageError
        HF608: there is none. HF501: it is no day.
    """
    fix = "give its last day, in UTC: `--until 2027-01-31`"
    if text is None:
        raise UsageError.of("HF608", "an override needs an end", fix=fix)
    found = calendar_day(text)
    if found is None:
        raise UsageError.of("HF501", f"--until is {text[:80]!r}, which is no day", fix=fix)
    return found


def sorted_out(words: tuple[str, ...]) -> tuple[Path, tuple[str, ...]]:
    """Return the plan and the names among words in any order; without a plan, that of this folder.

    A word is the plan where it looks like a path, or names a plan's file or a folder with YAML in it.

    Raises
    ------
    UsageError
        HF501: several plans.

    Examples
    --------
    >>> sorted_out(("recall", "plans/holdfast.yaml", "sign-off"))
    (PosixPath('plans/holdfast.yaml'), ('recall', 'sign-off'))
    >>> sorted_out(("recall",))
    (PosixPath('.'), ('recall',))
    """
    plans = [word for word in words if _is_plan(word)]
    if len(plans) > 1:
        raise UsageError.of("HF501", f"two plans: `{plans[0]}` and `{plans[1]}`", fix="name one")
    return Path(plans[0]) if plans else Path(), tuple(word for word in words if word not in plans)


def one_gate(words: tuple[str, ...]) -> tuple[Path, str]:
    """Return the plan and the one gate among words.

    Raises
    ------
    UsageError
        HF501: none, or several.
    """
    plan, gates = sorted_out(words)
    if len(gates) != 1:
        said = "no gate is named" if not gates else f"several gates: {', '.join(gates)}"
        raise UsageError.of("HF501", said, fix="name one gate of the plan")
    return plan, gates[0]


def _is_plan(word: str) -> bool:
    if "/" in word or "\\" in word or word in {".", ".."} or word.endswith((".yaml", ".yml")):
        return True
    try:
        path = Path(word)
        return path.is_dir() and any(each.suffix in {".yaml", ".yml"} for each in path.iterdir())
    except (OSError, ValueError):
        return False
