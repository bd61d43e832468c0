"""Decision rights and people in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from holdfast.plan.views.rights import PartyRow, Rights
from holdfast.plan.views.terminal.frame import table, text, title, write

if TYPE_CHECKING:
    from rich.console import Console


def write_rights(seen: Rights, stream: TextIO) -> None:
    """Write who may do what, and who can be reached."""

    def draw(console: Console) -> None:
        console.print(text(seen.headline, "bold"))
        console.print(text(f"{seen.name} ({seen.system}); approver {seen.approver or 'nobody'}"))
        _rights(console, seen)
        _people(console, seen)

    write(stream, draw)


def _rights(console: Console, seen: Rights) -> None:
    title(console, "WHO MAY", "without asking; all else needs the approver")
    names = [row.right for row in seen.rights]
    columns = (("right", "name"), ("who", "left"), ("together with", "left"), ("", "left"))
    rows = table(*columns, names=names, width=console.width)
    for row in seen.rights:
        second = (row.second or "") + (f" when {row.when}" if row.when else "")
        silent = [name for name in row.who if name not in row.reachable]
        note = row.problem or (f"not reachable: {', '.join(silent)}" if silent else "")
        rows.add_row(
            text(row.right),
            text(", ".join(row.who) or "nobody"),
            text(second),
            text(note, "bold red" if row.problem else "yellow"),
        )
    console.print(rows)


def _people(console: Console, seen: Rights) -> None:
    title(console, "PEOPLE", "groups, and how they are reached")
    if not seen.people:
        console.print(text("None: nobody can be woken. Add groups under `people:` and `routes:`."))
        return
    names = [row.name for row in seen.people]
    columns = (("group", "name"), ("reached", "left"), ("then", "left"), ("", "left"))
    rows = table(*columns, names=names, width=console.width)
    for row in seen.people:
        then = ", then ".join(row.deputies) + (", in a circle" if row.circle else "")
        rows.add_row(
            text(row.name),
            text(row.says, "" if row.reached_by else "bold red"),
            text(then),
            text(_about(row)),
        )
    console.print(rows)


def _about(row: PartyRow) -> str:
    parts = [
        "outside" if row.external else "",
        f"owes {row.contract}" if row.contract else "",
        row.rotation or "",
        f"acts through {', '.join(row.members)}" if row.members else "",
    ]
    return "; ".join(part for part in parts if part)
