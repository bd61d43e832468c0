"""An incident on the terminal: the verdict first, then what is due, then the rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from holdfast.kernel.text import printable

if TYPE_CHECKING:
    from holdfast.respond.views.told.facts import FactTold
    from holdfast.respond.views.told.models import ClockTold, IncidentRow, IncidentTold

GONE = "(these words were redacted)"


def say_json(**told: object) -> None:
    """Print one JSON document."""
    click.echo(json.dumps({"holdfast": 1, **told}, indent=2, ensure_ascii=False))


def line(text: str | None) -> str:
    """Return what a person wrote on one line that moves no cursor."""
    return GONE if text is None else printable(" ".join(text.split()))


def headline(told: IncidentTold) -> str:
    """Return id, severity, state and title in one line."""
    drill = "DRILL  " if told.drill else ""
    severity = told.severity or "severity not assessed"
    return f"{drill}{told.id}  {severity}  {told.state.upper()}  {line(told.title)}"


def due_lines(clocks: Sequence[ClockTold], most: int = 5) -> list[str]:
    """Return what is due, the nearest first."""
    lines = [f"  {clock.words:<22} {clock.title}" for clock in clocks[:most]]
    if len(clocks) > most:
        lines.append(f"  and {len(clocks) - most} more clocks")
    return lines


def first_moves(told: IncidentTold, program: str = "holdfast incident") -> list[tuple[str, str]]:
    """Return what nobody has done yet, each with the command that does it."""
    if told.state == "closed":
        return []
    moves = []
    if told.commander is None:
        moves.append(("nobody leads: take command", f"{program} role {told.id} commander"))
    if told.impact is None:
        moves.append(
            ("who is harmed, how bad is it", f"{program} assess {told.id} --harm serious --share 0.01,0.05")
        )
    if told.bucket is None:
        moves.append(("model, data, platform or policy", f"{program} classify {told.id} model"))
    if not told.levers:
        moves.append(("contain it", f"{program} contain {told.id} LEVER --because ... --until 4h"))
    if told.statement is None:
        moves.append(("say who, where, since when", f"{program} statement {told.id} '5 % of ...' --since 2h"))
    return [*moves, *_onwards(told, program)]


def _onwards(told: IncidentTold, program: str) -> list[tuple[str, str]]:
    """Return what leads to the next state."""
    good = ("passed", "not_applicable")
    missing = [step.step for step in told.recovery if step.result not in good]
    if told.state in ("declared", "triaging") and told.levers:
        return [("say that it is contained", f"{program} state {told.id} contained")]
    if told.state == "contained":
        return [("begin to recover", f"{program} state {told.id} recovering")]
    if told.state == "recovering" and missing:
        example = f"{program} validate {told.id} {missing[0]} passed --evidence ... --tail ..."
        return [(f"validate {', '.join(missing)}", example)]
    if told.state == "recovering":
        return [("every step was validated", f"{program} recover {told.id}")]
    if told.state == "recovered":
        left = f", {len(told.left_open)} things are open" if told.left_open else ""
        return [(f"hold the review, then close{left}", f"{program} close {told.id} --review-held DATE")]
    return []


def say_incident(told: IncidentTold) -> None:
    """Print an incident."""
    click.echo(headline(told))
    _say_head(told)
    if told.clocks:
        click.echo("\nDUE")
        for each in due_lines(told.clocks):
            click.echo(each)
    if moves := first_moves(told):
        click.echo("\nNEXT")
        for words, command in moves:
            click.echo(f"  {words}\n      {command}")
    _say_work(told)


def _say_head(told: IncidentTold) -> None:
    if told.statement is not None:
        click.echo(line(told.statement.text))
    since = f"onset {told.onset:%Y-%m-%d %H:%M} UTC, " if told.onset else ""
    click.echo(
        f"system {told.system}, {since}declared {told.declared_at:%Y-%m-%d %H:%M} UTC by {told.declared_by}"
    )
    if told.assessed.reasons:
        click.echo(f"{told.severity} because {'; '.join(told.assessed.reasons)}")
    if told.assessed.escalated:
        click.echo(f"escalated at once: {', '.join(told.assessed.escalated)}")
    roles = ", ".join(f"{role.role} {role.who}" for role in told.roles)
    click.echo(f"roles: {roles or 'nobody yet'}")
    if told.both:
        click.echo(
            f"note: {told.both} is both commander and technical lead; hand one over, or acknowledge it"
        )


def _say_work(told: IncidentTold) -> None:
    sections = (
        ("CONTAINED BY", [_lever(told, n) for n in range(len(told.levers))]),
        ("WAITS FOR A SECOND PERSON", [
            f"{each.move}  {each.lever} to {each.position}: {each.second}"
            for each in told.moves_asked if each.answer is None
        ]),
        ("HYPOTHESES", [f"{each.id}  {each.state}: {line(each.explains)}" for each in told.hypotheses]),
        ("DECISIONS", [f"{each.id}  {line(each.what)} -- {line(each.why)}" for each in told.decisions]),
        ("ACTIONS", [
            f"{each.id}  {each.state}, {each.owner}, {each.due:%m-%d %H:%M}: {line(each.what)}"
            for each in told.actions
        ]),
        ("QUESTIONS", [
            f"{each.id}  {each.owner}: {line(each.asks)}" for each in told.questions if not each.answered
        ]),
        ("RISKS THAT STAY", [
            f"{each.id}  {each.answer}, score {each.score}: {line(each.what)}" for each in told.risks
        ]),
    )  # fmt: skip
    for title, lines in sections:
        if lines:
            click.echo(f"\n{title}")
            for each in lines:
                click.echo(f"  {each}")


def _lever(told: IncidentTold, number: int) -> str:
    lever = told.levers[number]
    known = {True: "seen in force", False: "NOT in force", None: "on paper, nobody saw it yet"}[lever.known]
    scope = "".join(f" {key}={value}" for key, value in lever.scope.items())
    until = f", until {lever.until:%m-%d %H:%M} UTC" if lever.until else ""
    return f"{lever.move}  {lever.lever} {lever.position}{scope}{until} ({known})"


def say_rows(rows: Sequence[IncidentRow]) -> None:
    """Print a list of incidents."""
    from holdfast.web.terminal import plain_table, terminal

    if not rows:
        click.echo('no incident; declare one with `holdfast incident declare "what happens"`')
        return
    table = plain_table("incident", "severity", "state", "lead", "next", "what")
    for row in rows:
        due = f"{row.next.title} {row.next.words}" if row.next else ""
        lead = row.commander or "(nobody)"
        title = ("DRILL " if row.drill else "") + line(row.title)
        table.add_row(row.id, row.severity or "?", row.state, lead, due, title)
    terminal().print(table)


def say_facts(facts: Sequence[FactTold]) -> None:
    """Print the time line, oldest first."""
    for fact in facts:
        words = "; ".join(line(text) for text in fact.words.values())
        click.echo(f"{fact.at:%Y-%m-%d %H:%M:%S}Z  {fact.actor}  {fact.type}  {words}".rstrip())
