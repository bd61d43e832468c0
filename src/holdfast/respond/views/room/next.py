"""What is next in an incident: what the written rules ask for and nobody has done, and what comes due.

This is what somebody at two in the morning, who has read nothing, works through from the top.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from holdfast.respond.model.clocks import Clock
from holdfast.respond.model.failure_modes import FAILURE_MODES
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.roles import CHARTERS
from holdfast.respond.model.severity.starts import CONTAINED_WITHIN, STARTS

LEAD_WITHIN = timedelta(minutes=5)
WEIGH_WITHIN = timedelta(minutes=10)
"""The brief's ten minutes for a bucket; five to fill the checklist in."""
STATE_WITHIN = timedelta(minutes=20)


@dataclass(frozen=True)
class Step:
    """Something that is to be done.

    Attributes
    ----------
    words : str
        What, as an order.
    why : str
        Why, or how, in a sentence; may be empty.
    act : str
        Name of the act's form; empty where it is not one of the room's.
    due : datetime or None
        By when; None where nothing says so.
    href : str
        Where it is done, when it is no form of the room.
    """

    words: str
    why: str = ""
    act: str = ""
    due: datetime | None = None
    href: str = ""


def next_steps(incident: Incident, clocks: Sequence[Clock], now: datetime) -> list[Step]:
    """Return what is next, the nearest first; what has no time of its own stands behind what has."""
    if not incident.course.open:
        return [_clock(clock) for clock in clocks]
    steps = [*_missing(incident, now), *_onwards(incident), *(_clock(clock) for clock in clocks)]
    return sorted(steps, key=lambda step: (step.due is None, step.due or now))


def _missing(incident: Incident, now: datetime) -> Iterator[Step]:
    began = incident.declared.at or now
    roles, kind, work = incident.roles, incident.classified, incident.work
    if roles.commander is None:
        why = "Owns severity, scope and escalation. Does not debug."
        yield Step("Somebody takes command", why, "role", began + LEAD_WITHIN)
    if kind.impact is None:
        why = "One page, five minutes; unknown is an answer. The severity follows from it."
        yield Step("Fill in the impact checklist", why, "assess", began + WEIGH_WITHIN)
    if kind.bucket is None:
        why = "Model, data, platform or policy: the first guess chooses the first runbook."
        yield Step("Say which bucket", why, "classify", began + WEIGH_WITHIN)
    yield from _contain(incident, began)
    if work.statement is None:
        why = "“5 % of EU mobile users since 10:30 UTC”, not “score degraded”."
        yield Step("Say in one statement who, when and where", why, "statement", began + STATE_WITHIN)
    yield from _people(incident)
    if not work.hypotheses and (kind.bucket is not None or work.statement is not None):
        mode = next((each for each in FAILURE_MODES if each.id == kind.mode), None)
        yield Step("Propose a hypothesis", mode.question if mode else "", "hypothesis")


def _contain(incident: Incident, began: datetime) -> Iterator[Step]:
    if is_contained(incident):
        return
    mode = next((each for each in FAILURE_MODES if each.id == incident.classified.mode), None)
    why = mode.contain if mode else "Reversible, quick, as narrow as the harm. It never waits for a cause."
    yield Step("Contain it", why, "contain", began + CONTAINED_WITHIN)


def _onwards(incident: Incident) -> Iterator[Step]:
    """Yield what leads to the next state."""
    course = incident.course
    if incident.contained.narrowed and course.state in ("declared", "triaging"):
        yield Step("Say that it is contained", "And who is still exposed.", "state")
    if course.state == "contained" and incident.work.held:
        yield Step("Begin to recover", "A cause held: test the candidate before traffic widens.", "state")
    if course.state == "recovering":
        yield Step(
            "Prove the recovery", "Only validated evidence ends it; averages hide the tail.", "validate"
        )
    if course.state == "recovered":
        yield Step("Hold the review and close", "What is left open is named there.", "close")


def _people(incident: Incident) -> Iterator[Step]:
    kind, roles = incident.classified, incident.roles
    if kind.severity is None:
        return
    starts = STARTS[kind.severity]
    if starts.separate and roles.doubled is not None and roles.doubled not in roles.acknowledged:
        why = "One person cannot lead and debug at this severity: hand one over, or say aloud why not."
        yield Step("Commander and technical lead are one person", why, "hand-over")
    since = kind.severity_at
    for role in starts.asks:
        if role not in roles.held:
            title = next(each.title for each in CHARTERS if each.role == role)
            due = since + timedelta(minutes=30) if since else None
            yield Step(
                f"Ask {title.split(' (')[0].lower()} at once", f"{kind.severity} asks for it.", "role", due
            )


def _clock(clock: Clock) -> Step:
    acts = {"action": "change-action", "escalation": "contain", "lever": "contain"}
    href = {"update": "updates", "duty": "duties"}.get(clock.kind, "")
    return Step(clock.title[:1].upper() + clock.title[1:], "", acts.get(clock.kind, ""), clock.due, href)


def is_contained(incident: Incident) -> bool:
    """Return whether something was done that contains it, by what is recorded."""
    return bool(incident.contained.narrowed) or incident.course.state in (
        "contained",
        "recovering",
        "recovered",
    )
