"""The crosswalk to frameworks in a terminal: what is addressed and by what; what is not, by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from holdfast.plan.model.frameworks.catalogue import SAYS, Verified
from holdfast.plan.views.crosswalk import Crosswalk, EntryRow, FrameworkRow
from holdfast.plan.views.terminal.frame import table, text, title, write

if TYPE_CHECKING:
    from rich.console import Console

MOST_LEFT = 80
"""Ids that are named as not addressed; of more only their number is told."""
MARKS: dict[str, str] = {"memory": "*", "secondary": "+", "read": ""}


def write_crosswalk(seen: Crosswalk, stream: TextIO) -> None:
    """Write which entries of which framework the plan addresses."""

    def draw(console: Console) -> None:
        console.print(text(seen.headline, "bold"))
        console.print(text(f"{seen.name} ({seen.system})"))
        console.print(text(seen.limits, "dim"))
        _unknown(console, seen)
        for framework in seen.frameworks:
            _framework(console, framework)
        console.print()
        says: dict[Verified, str] = SAYS
        console.print(text(f"* {says['memory']}   + {says['secondary']}", "dim"))

    write(stream, draw)


def _unknown(console: Console, seen: Crosswalk) -> None:
    if not seen.unknown:
        return
    title(console, "UNKNOWN", "ids in maps_to that no framework here has")
    rows = table(("risk", "left"), ("maps to", "left"), ("", "left"))
    for one in seen.unknown:
        rows.add_row(text(one.risk), text(one.reference, "red"), text(one.meant.replace("`", "")))
    console.print(rows)


def _framework(console: Console, framework: FrameworkRow) -> None:
    title(console, framework.name, f"{framework.addressed} of {len(framework.entries)} addressed")
    covered = [row for row in framework.entries if row.by]
    if covered:
        rows = table(("id", "left"), ("title", "left"), ("addressed by", "left"))
        for row in covered:
            rows.add_row(text(row.id), text(row.title + MARKS[row.verified]), text(by_words(row)))
        console.print(rows)
    left = [row.id for row in framework.entries if not row.by]
    if left and len(left) < len(framework.entries):
        told = ", ".join(name.partition(":")[2] if _prefixed(name) else name for name in left)
        console.print(
            text(f"not addressed: {told if len(left) <= MOST_LEFT else f'{len(left)} others'}", "dim")
        )


def by_words(row: EntryRow) -> str:
    """Return what addresses an entry, in words."""
    return "; ".join(f"{part.kind} {', '.join(part.names)}" for part in row.by)


def _prefixed(name: str) -> bool:
    """Return whether what comes before the colon is the framework, not the id."""
    return not name.startswith("OWASP")
