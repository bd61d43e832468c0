"""What the start page says: in words at the top, then systems, open incidents, what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from holdfast.kernel.figures import plural
from holdfast.kernel.verdict import Verdict
from holdfast.plan.views.register import register
from holdfast.web.pages import DueClock

if TYPE_CHECKING:
    from holdfast.plan.model.loading import LoadedPlan
    from holdfast.plan.model.standing import Standing
    from holdfast.respond.views.told.models import IncidentRow
    from holdfast.respond.wiring.room import RespondServices

SOON = timedelta(days=14)
"""An acceptance that ends within so long is told."""
MOST_DUE = 12
MOST_LOOKED_AT = 20
"""Open incidents whose clocks are looked at."""
GRAVE = ("SEV-1", "SEV-2")


@dataclass(frozen=True)
class SystemLine:
    """One system.

    Attributes
    ----------
    id, name : str
    open : tuple of str
        Its open incidents.
    worst : str or None
        The worst severity of them; None where none is open or none is assessed.
    gates : mapping
        How many gates stand how: pass, fail, inconclusive, stale, none.
    risks, unheld : int
        How many there are, and how many lack a control in some layer.
    problem : str
        Why its plan cannot be read; empty where it can.
    """

    id: str
    name: str
    open: tuple[str, ...]
    worst: str | None
    gates: Mapping[str, int]
    risks: int
    unheld: int
    problem: str = ""


@dataclass(frozen=True)
class Ending:
    """An acceptance or override that ends, or has ended."""

    system: str
    what: str
    day: date
    over: bool


@dataclass(frozen=True)
class Home:
    """The start page.

    Attributes
    ----------
    headline : str
        Whether anything is wrong, in a few words.
    systems, open, due, endings
        What it shows.
    signals : int
        Reports and alerts that nobody has looked at.
    new : bool
        Whether nothing was ever recorded and no plan is served.
    """

    headline: str
    grave: bool
    systems: tuple[SystemLine, ...]
    open: Sequence[IncidentRow]
    due: tuple[DueClock, ...]
    endings: tuple[Ending, ...]
    signals: int
    new: bool


@dataclass(frozen=True)
class Sources:
    """Where the page looks."""

    respond: RespondServices
    plans: Callable[[], Mapping[str, LoadedPlan]]
    problems: Callable[[], Mapping[str, str]]
    standing: Callable[[LoadedPlan], Standing]
    head: Callable[[], int]
    names: Callable[[Collection[str]], Mapping[str, str]]


def home(sources: Sources, now: datetime) -> Home:
    """Return the start page."""
    rows = sources.respond.incident_rows("open")
    plans = sources.plans()
    standings = {system: sources.standing(loaded) for system, loaded in plans.items()}
    systems = [_system(loaded, standings[system], rows, now) for system, loaded in sorted(plans.items())]
    systems += [_unread(path, why) for path, why in sorted(sources.problems().items())]
    due = due_of(sources.respond, [row.id for row in rows])
    endings = [one for system, loaded in plans.items() for one in _endings(loaded, standings[system], now)]
    signals = len(sources.respond.waiting_signals())
    new = not rows and not plans and sources.head() == 0
    return Home(
        headline=_headline(rows, due, endings, signals, now),
        grave=any(row.severity in GRAVE for row in rows) or any(clock.due <= now for clock in due),
        systems=tuple(systems),
        open=rows,
        due=due[:MOST_DUE],
        endings=tuple(sorted(endings, key=lambda one: one.day)),
        signals=signals,
        new=new,
    )


def due_of(respond: RespondServices, incidents: Sequence[str]) -> tuple[DueClock, ...]:
    """Return the clocks that run in incidents, the nearest first."""
    found = [
        DueClock(clock.due, clock.title, f"/incidents/{incident}#clocks", incident)
        for incident in incidents[:MOST_LOOKED_AT]
        for clock in respond.clocks(respond.room.find(incident))
    ]
    return tuple(sorted(found, key=lambda clock: clock.due))


def _headline(
    rows: Sequence[IncidentRow],
    due: Sequence[DueClock],
    endings: Sequence[Ending],
    signals: int,
    now: datetime,
) -> str:
    grave = [row for row in rows if row.severity in GRAVE]
    over = [clock for clock in due if clock.due <= now]
    if grave:
        first = f"{plural(len(grave), 'grave incident')} open."
    elif over:
        first = f"{plural(len(over), 'clock')} overdue."
    elif rows:
        first = "Nothing is on fire."
    else:
        first = "Nothing is wrong that is known here."
    rest = [
        plural(len(rows), "incident") + " open" if rows else "",
        plural(len(over), "clock") + " overdue" if over and grave else "",
        plural(len(due) - len(over), "clock") + " running" if len(due) > len(over) else "",
        f"{plural(signals, 'signal')} nobody has looked at" if signals else "",
        *(_ending_words(endings, now)),
    ]
    told = [part for part in rest if part]
    return f"{first} {', '.join(told)}." if told else first


def _ending_words(endings: Sequence[Ending], now: datetime) -> list[str]:
    ended = [one for one in endings if one.over]
    running = sorted((one for one in endings if not one.over), key=lambda one: one.day)
    words = [f"{plural(len(ended), 'acceptance')} ended"] if ended else []
    if running:
        days = (running[0].day - now.date()).days
        when = "today" if days <= 0 else f"in {plural(days, 'day')}"
        words.append(f"{plural(len(running), 'acceptance')} ends {when}")
    return words


def _system(loaded: LoadedPlan, standing: Standing, rows: Sequence[IncidentRow], now: datetime) -> SystemLine:
    plan = loaded.plan
    mine = [row for row in rows if row.system == plan.system.id]
    severities = sorted(row.severity for row in mine if row.severity)
    gates = Counter(_gate(standing, gate.id, now) for gate in plan.gates)
    return SystemLine(
        plan.system.id,
        plan.system.name or plan.system.id,
        tuple(row.id for row in mine),
        severities[0] if severities else None,
        gates,
        len(plan.risks),
        sum(1 for row in register(loaded).risks if row.gaps),
    )


def _gate(standing: Standing, gate: str, now: datetime) -> str:
    shown = standing.shown.get(gate)
    if shown is None:
        return "none"
    if shown.stale(now):
        return "stale"
    return {Verdict.PASS: "pass", Verdict.FAIL: "fail", Verdict.INCONCLUSIVE: "inconclusive"}[shown.verdict]


def _endings(loaded: LoadedPlan, standing: Standing, now: datetime) -> list[Ending]:
    plan, last = loaded.plan, (now + SOON).date()
    found = [
        Ending(plan.system.id, f"the acceptance of what stays of `{risk.id}`", risk.residual.until,
               risk.residual.until < now.date())
        for risk in plan.risks
        if risk.residual is not None and risk.residual.until is not None and risk.residual.until <= last
    ]  # fmt: skip
    found += [
        Ending(plan.system.id, f"the override of `{each.gate}`", each.until.date(), each.until < now)
        for each in standing.overrides
        if each.until.date() <= last
    ]
    return found


def _unread(path: str, why: str) -> SystemLine:
    return SystemLine("", path, (), None, {}, 0, 0, why)
