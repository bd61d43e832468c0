"""The three questions in a terminal: each with its answer in a sentence, then what it rests on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TextIO

from holdfast.plan.views.questions import AtNight, Proof, Questions, WhatIf
from holdfast.plan.views.terminal.frame import STYLES, table, text, title, write

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

TOMORROW = "If this shipped today, what could go wrong tomorrow morning, and who would know?"
PROOFS = "Can you show a report proving each gate passed?"
NIGHT = "Who wakes up at 2am, and what exactly do they do first?"


def write_questions(told: Questions, stream: TextIO) -> None:
    """Write the questions with their answers."""

    def draw(console: Console) -> None:
        console.print(text(f"{told.name} ({told.system}): three questions, answered from the plan"))
        _tomorrow(console, told)
        _proofs(console, told)
        _night(console, told)

    write(stream, draw)


def _asked(console: Console, question: str, answer: str) -> None:
    title(console, question)
    console.print(text(answer, "bold"))


def _tomorrow(console: Console, told: Questions) -> None:
    _asked(console, TOMORROW, told.about_tomorrow)
    if told.tomorrow and not told.watched:
        console.print(text("Nothing has watched an indicator yet: this is what the plan says will happen."))
    rows = table(("R", "right"), ("risk", "left"))
    for one in told.tomorrow:
        rows.add_row(str(one.score), _what_if(one))
    if told.tomorrow:
        console.print(rows)
    if told.more:
        console.print(text(f"and {told.more} with a lower score", "dim"))


def _what_if(one: WhatIf) -> RenderableType:
    from rich.text import Text

    words = Text(one.risk, style="bold", overflow="fold")
    words.append(f"\n{one.harm}", style="not bold")
    for signal in one.signals:
        calls = "; ".join(f"{call.how} {call.name} by {call.by or 'nothing'}" for call in signal.calls)
        words.append(
            f"\nseen by {signal.indicator} (over {signal.window}): {calls or 'tells nobody'}", "not bold"
        )
    for reason in one.blind:
        words.append(f"\nblind: {reason}", style="not bold yellow")
    return words


def _proofs(console: Console, told: Questions) -> None:
    _asked(console, PROOFS, told.about_proofs)
    if not told.known:
        console.print(text("There is no ledger yet: `holdfast check` measures the gates and records them."))
    if not told.proofs:
        return
    names = [one.gate for one in told.proofs]
    rows = table(("gate", "name"), ("", "left"), ("what shows it", "left"), names=names, width=console.width)
    for one in told.proofs:
        rows.add_row(text(one.gate), text(one.evidence.state, STYLES[one.evidence.state]), text(_shown(one)))
    console.print(rows)


def _shown(one: Proof) -> str:
    seen = one.evidence
    said = seen.says
    if seen.at is not None:
        until = f", counts until {_day(seen.until)}" if seen.until is not None else ""
        said = f"{seen.says} (fact {seen.seq}, {_day(seen.at)}{until})"
    stage = f"; guards {one.stage}" if one.stage else ""
    return said + stage + ("" if one.blocking else "; does not block")


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _night(console: Console, told: Questions) -> None:
    _asked(console, NIGHT, told.about_night)
    for one in told.night:
        _page(console, one)
    if told.asleep:
        console.print()
        console.print(text(f"page nobody: {', '.join(told.asleep)}", "dim"))


def _page(console: Console, one: AtNight) -> None:
    console.print()
    console.print(text(f"{one.indicator}: {one.crosses}", "bold"))
    rows = table(("", "left"), ("", "left"))
    rows.show_header = False
    for call in one.who:
        then = f", then {', '.join(call.deputies)}" if call.deputies else ""
        rows.add_row(
            text("wakes" if call.wakes else "calls", "dim"), text(f"{call.name} by {call.says}{then}")
        )
    if one.also:
        rows.add_row(text("also", "dim"), text("; ".join(one.also)))
    rows.add_row(text("first", "dim"), text(one.first_move or "not said", "" if one.first_move else "yellow"))
    if one.first_step is not None:
        rows.add_row(text("then", "dim"), text(f"{one.first_step} (runbook {one.runbook})"))
    for lack in one.missing:
        rows.add_row(text("but", "dim"), text(lack, "yellow"))
    console.print(rows)
