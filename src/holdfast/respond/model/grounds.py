"""What duties and updates stand on: the incident as it is, and the plan of its system. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from holdfast.plan.model.plan import Plan
from holdfast.respond.events.duties import Answer
from holdfast.respond.model.duties.standing import Duty, Ground, duties
from holdfast.respond.model.duties.terms import Days
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.severity.checklist import Checklist

NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def duty_ground(incident: Incident, plan: Plan | None) -> Ground:
    """Return what an incident's duties stand on besides what was recorded about them."""
    checklist = incident.classified.checklist
    planned = tuple(plan.system.jurisdictions) if plan is not None else ()
    return Ground(
        declared_at=incident.declared.at or NEVER,
        declared_seq=incident.declared.seq,
        places=tuple(dict.fromkeys([*planned, *(checklist.jurisdictions or ())])),
        answers=answers_of(checklist),
        days=days_of(plan),
    )


def days_of(plan: Plan | None) -> Days:
    """Return which days count by a plan; without one, or without holidays in it, nobody has named any."""
    if plan is None or plan.calendar is None:
        return Days()
    holidays = plan.calendar.holidays
    return Days(plan.calendar.zone, frozenset(holidays) if holidays else None)


def duties_of(incident: Incident, plan: Plan | None) -> list[Duty]:
    """Return how every duty of an incident stands."""
    return duties(incident.duties, duty_ground(incident, plan))


def answers_of(checklist: Checklist) -> dict[str, Answer]:
    """Return what the impact checklist answers of the tree's questions; what it does not say is left out.

    Only what follows without doubt: that nobody saw a disclosure so far is not that there was none.

    Examples
    --------
    >>> answers_of(Checklist(exposure="disclosed", data_kinds=("contact",), people=(600, 900)))
    {'personal_data': 'yes', 'personal_data_breach': 'yes', 'five_hundred': 'yes'}
    >>> answers_of(Checklist())
    {}
    """
    found: dict[str, Answer] = {}
    if checklist.data_kinds is not None:
        found["personal_data"] = "yes" if checklist.data_kinds else "no"
    if checklist.exposure == "disclosed" and checklist.data_kinds:
        found["personal_data_breach"] = "yes"
    if checklist.exposure == "unauthorised_action":
        found["security_incident"] = "yes"
    if checklist.exposure == "none":
        found |= {"personal_data_breach": "no", "security_incident": "no"}
    if checklist.harm == "discrimination":
        found |= {"discrimination": "yes", "serious_harm": "yes"}
    if checklist.harm in ("none", "near_miss"):
        found |= {"death": "no", "serious_harm": "no", "imminent_danger": "no"}
    if checklist.people is not None:
        low, high = checklist.people
        if low >= 500:
            found["five_hundred"] = "yes"
        elif high < 500:
            found["five_hundred"] = "no"
    return found
