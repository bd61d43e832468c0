"""The assurance argument in a terminal: each claim as a short tree, its state first."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from holdfast.plan.views.argument import AssuranceArgument, ClaimRow
from holdfast.plan.views.terminal.frame import STYLES, table, text, title, write

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

MOST_UNARGUED = 12


def write_argument(argument: AssuranceArgument, stream: TextIO) -> None:
    """Write an argument."""

    def draw(console: Console) -> None:
        console.print(text(argument.headline, "bold"))
        console.print(text(f"{argument.name} ({argument.system})"))
        if not argument.known:
            console.print(
                text("There is no ledger yet, so nothing is shown: `holdfast check` records gates.")
            )
        if not argument.claims:
            console.print(text("Add one under `claims:`: id, claim, risks, because, evidence, assumes."))
        for claim in argument.claims:
            _claim(console, claim)
        _unargued(console, argument)

    write(stream, draw)


def _claim(console: Console, claim: ClaimRow) -> None:
    title(console, f"{claim.id}  {claim.claim}")
    rows = table(("", "left"), ("", "left"))
    rows.show_header = False
    rows.add_row(text("stands", "dim"), text(claim.says, STYLES[claim.state]))
    for one in claim.tolerated:
        by = f" (set by {one.set_by})" if one.set_by else " (set by nobody)"
        rows.add_row(text("within", "dim"), text(f"{one.id}: {one.statement}{by}"))
    rows.add_row(text("about", "dim"), text(", ".join(claim.risks) or "no risk is named"))
    because = claim.because or "no reason is given"
    rows.add_row(text("because", "dim"), text(because, "" if claim.because else "red"))
    _evidence(rows, claim)
    for assumed in claim.assumes:
        watched = f" (watched by {assumed.watched_by})" if assumed.watched_by else ""
        rows.add_row(
            text("assumes", "dim"),
            text(f"{assumed.what}{watched}\n{assumed.state}: {assumed.says}", STYLES[assumed.state]),
        )
    for stays in claim.accepted:
        by = f"accepted by {stays.accepted_by}" if stays.accepted_by else "accepted by nobody"
        until = f" until {stays.until}" + (", which is over" if stays.ended else "") if stays.until else ""
        words = f"{stays.risk} R {stays.score}, {by}{until}: {stays.because or 'no reason is given'}"
        rows.add_row(text("stays", "dim"), text(words))
    console.print(rows)


def _evidence(rows: Table, claim: ClaimRow) -> None:
    if not claim.evidence:
        rows.add_row(text("shown by", "dim"), text("nothing", STYLES["bare"]))
    for piece in claim.evidence:
        seq = f" (fact {piece.seq})" if piece.seq is not None else ""
        words = f"{piece.kind} {piece.name}: {piece.state}, {piece.says}{seq}"
        rows.add_row(text("shown by", "dim"), text(words, STYLES[piece.state]))


def _unargued(console: Console, argument: AssuranceArgument) -> None:
    if not argument.unargued:
        return
    title(console, "NO CLAIM IS ABOUT", "risks by score")
    rows = table(("R", "right"), ("risk", "left"))
    for risk in argument.unargued[:MOST_UNARGUED]:
        rows.add_row(str(risk.score), text(risk.id))
    console.print(rows)
    if len(argument.unargued) > MOST_UNARGUED:
        console.print(text(f"and {len(argument.unargued) - MOST_UNARGUED} more"))
