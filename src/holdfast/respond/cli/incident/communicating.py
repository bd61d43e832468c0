"""`holdfast incident update ...` and `holdfast incident duties ...`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import click

from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.kernel.figures import plural
from holdfast.kernel.text import cut, printable
from holdfast.respond.cli.incident.acting import Short, act_command
from holdfast.respond.cli.incident.looking import json_option
from holdfast.respond.cli.incident.telling import say_json
from holdfast.respond.commands import duties as asked
from holdfast.respond.commands import updates as said

if TYPE_CHECKING:
    from holdfast.respond.cli.incident.services import App
    from holdfast.respond.views.composing import Panel
    from holdfast.respond.views.duties import DutiesPage, DutyTold

UPDATES = {
    "write": Short(said.WriteUpdate, ("audience",)),
    "approve": Short(said.ApproveUpdate, ("update", "version")),
    "refuse": Short(said.RefuseUpdate, ("update", "version")),
    "send": Short(said.SendUpdate, ("update", "version")),
    "drop": Short(said.DropUpdate, ("update",)),
}
DUTIES = {
    "answer": Short(asked.AnswerDutyQuestion, ("question", "answer")),
    "places": Short(asked.SetDutyPlaces),
    "days": Short(asked.SetDutyDays, ("zone",)),
    "start": Short(asked.RecordDutyStart, ("start",)),
    "decide": Short(asked.DecideDuties, ("decided",)),
    "sent": Short(asked.RecordDutySent, ("regime",)),
    "reopen": Short(asked.ReopenDuty, ("regime",)),
}


@click.group()
def update() -> None:
    """Say what to whom: drafts from one set of facts, flags, approvals, sending."""


@click.group()
def duties() -> None:
    """Settle whom must be notified, by when. Not legal advice; have counsel check."""


for _group, _acts in ((update, UPDATES), (duties, DUTIES)):
    for _name, _short in _acts.items():
        _made = act_command(_short)
        _made.name = _name
        _group.add_command(_made)


@update.command("show")
@click.argument("incident")
@click.option("--for", "audience", metavar="AUDIENCE", help="Only what this audience is told, in full.")
@json_option
@click.pass_obj
def show_updates(app: App, incident: str, audience: str | None, as_json: bool) -> None:
    """Show what each audience of INCIDENT would be told now, by when, and who must approve.

    Exit codes: 0 done, 3 there is no such incident or audience.
    """
    from holdfast.access.model.principal import Principal

    page = app.respond.communications.composer(incident, Principal.local(app.settings.actor))
    panels = [panel for panel in page.panels if audience in (None, panel.audience.id)]
    if not panels:
        known = [panel.audience.id for panel in page.panels]
        name = (audience or "")[:60]
        raise UsageError.of("HF731", f"no audience is called `{name}`", fix=did_you_mean(name, known))
    if as_json:
        from holdfast.respond.views.communicated import updates_json

        say_json(**updates_json(page))
        return
    now = page.facts.at
    click.echo(f"{incident}: {page.next.title}, {page.next.words(now)}" if page.next else "no update is due")
    for panel in panels:
        click.echo()
        for line in _panel_lines(panel, now, in_full=audience is not None):
            click.echo(line)


def _panel_lines(panel: Panel, now: datetime, *, in_full: bool) -> Iterable[str]:
    due = panel.clock.words(now) if panel.clock is not None else "no clock"
    kept = f"{panel.update.id} version {panel.number}" if panel.update is not None else "a draft, not kept"
    outside = ", outside" if panel.audience.external else ""
    yield f"{panel.audience.id.upper()}{outside}  {due}  {kept}"
    if in_full or panel.update is not None:
        yield from (f"    {printable(line)}" for line in panel.text.splitlines())
    for number, each in enumerate(panel.flags, 1):
        must = "needs a reason" if each.stops else "look again"
        yield f"  flag {number} ({each.rule}, {must}): {printable(cut(each.words, 60))}"
        yield f"      {each.reason} {each.instead}"
    for need in panel.needs:
        given = f"approved by {', '.join(need.given)}" if not need.missing else f"waits: {need.need.why}"
        yield f"  approval of {need.need.id}: {given}"
    for aside in panel.asides:
        yield f"  came too late, by {aside.by} from version {aside.based_on}; it is kept (--json shows it)"


@duties.command("show")
@click.argument("incident")
@json_option
@click.pass_obj
def show_duties(app: App, incident: str, as_json: bool) -> None:
    """Show the duties of INCIDENT: what is due by when, what is open and why, what is settled.

    Exit codes: 0 done, 3 there is no such incident.
    """
    from holdfast.access.model.principal import Principal

    page = app.respond.communications.duties_page(incident, Principal.local(app.settings.actor))
    if as_json:
        from holdfast.respond.views.communicated import duties_json

        say_json(**duties_json(page))
        return
    for line in _duty_lines(page, app.respond.now()):
        click.echo(line)


def _duty_lines(page: DutiesPage, now: datetime) -> Iterable[str]:
    yield (
        f"{page.incident}: {len(page.due)} due, {len(page.open)} open, {len(page.to_confirm)} wait for a"
        f" person's word, {len(page.settled)} settled"
    )
    yield f"{page.not_advice} List as of {page.as_of}."
    if page.due:
        yield "\nDUE"
        for told in page.due:
            yield from _due(told, now)
    if page.questions:
        yield "\nQUESTIONS"
        for each in page.questions:
            owner = f", {each.answered.owner} finds out" if each.answered and each.answered.owner else ""
            hanging = plural(each.hanging, "duty", "duties")
            yield f"  {each.question.id}: {each.question.asks} ({hanging}{owner})"
    if page.open:
        yield "\nOPEN"
        for told in page.open:
            yield f"  {told.regime.id:<14} {cut(told.duty.proposal.words, 140)}"
    if page.to_confirm:
        yield "\nNOT APPLICABLE BY THE ANSWERS; A PERSON MUST SAY SO"
        for told in page.to_confirm:
            yield f"  {told.regime.id:<14} {cut(told.duty.proposal.words, 140)}"
    if page.settled:
        yield "\nSETTLED"
        for told in page.settled:
            words = told.sent[-1].receipt if told.sent else told.reason
            yield f"  {told.regime.id:<14} {told.duty.stands.replace('_', ' ')}: {_line(words)}"


def _due(told: DutyTold, now: datetime) -> Iterable[str]:
    from holdfast.respond.model.clocks import due_words

    regime = told.regime
    yield f"  {regime.id}  {regime.law} {regime.article}: tell {regime.notify}; {regime.verified}"
    for each in told.duty.stages:
        if each.stands == "due" and each.due is not None and each.start is not None:
            assumed = "" if each.start.sure else " (assumed: the declaration)"
            ours = "; no figure in the law, the reminder is ours" if each.reminder else ""
            since = f"counted from {each.start.at:%Y-%m-%d %H:%M} UTC{assumed}"
            yield f"      {each.stage.name}: {due_words(each.due, now)}, {since}{ours}"
        elif each.stands in ("due", "waiting"):
            yield f"      {each.stage.name}: {each.stage.says}; counts from {' or '.join(each.stage.starts)}"
    decided = (
        f"decided by {told.decision.by}: {_line(told.reason)}" if told.decision else "proposed, not decided"
    )
    yield f"      {decided}"


def _line(text: str) -> str:
    return printable(cut(" ".join(text.split()), 120))
