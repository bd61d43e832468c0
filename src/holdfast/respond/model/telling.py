"""Who is told of what: from a fact, the incident as it stands and the plan, what is to be delivered. Pure.

Three kinds of route are told of every incident by themselves, for that is what they are for: tickets, pages
of a document, and the incident's own channel of chat. Whoever answers for the system is woken at SEV-1 and
SEV-2, and by what does not wait. All others are told what people send them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from holdfast.kernel.clock import iso
from holdfast.kernel.events import Event, Recorded
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.routes import follows, kind_of
from holdfast.respond.events.classifying import EscalatedAtOnce, SeveritySet
from holdfast.respond.events.course import (
    IncidentClosed,
    IncidentRecovered,
    IncidentReopened,
    StateMoved,
)
from holdfast.respond.events.declaring import IncidentDeclared
from holdfast.respond.events.deliveries import Act, DeliveryAsked, Kind
from holdfast.respond.events.updates import UpdateSent
from holdfast.respond.events.working import StatementMade
from holdfast.respond.model.incident.state import Incident

TRIGGERS: tuple[type[Event], ...] = (
    IncidentDeclared,
    SeveritySet,
    EscalatedAtOnce,
    StatementMade,
    StateMoved,
    IncidentRecovered,
    IncidentClosed,
    IncidentReopened,
    UpdateSent,
)
"""The facts of which somebody is told by themselves."""
AT_ONCE = ("privacy", "legal")
"""Groups that are asked at SEV-1 and SEV-2, where the plan has them."""
KINDS: dict[str, Kind] = {"jira": "ticket", "confluence": "document", "notion": "document"}
"""What routes that follow incidents are told; all others of them are paged."""
ALARMS = frozenset({"pagerduty", "jsm", "opsgenie"})
"""Kinds of route at which an alarm rings until somebody acknowledges it."""
TOLD = frozenset({"page", "ticket", "document"})
"""What is told of the end by itself; what people were told by updates, they are told by the last one."""


def wanted(
    recorded: Recorded, incident: Incident, plan: Plan, name: Callable[[str], str]
) -> list[DeliveryAsked]:
    """Return what a fact asks to be delivered; nothing that was asked for already.

    Parameters
    ----------
    name : callable
        Takes a route and returns the id of the delivery that this fact asks for by it: the same one each
        time.
    """
    event = recorded.event
    subject = f"{event.update}/{event.version}" if isinstance(event, UpdateSent) else "incident"
    told = _update(event, incident, plan) if isinstance(event, UpdateSent) else _told(event, incident, plan)
    asked = (
        DeliveryAsked(
            delivery=name(route),
            system=incident.declared.system,
            route=route,
            kind=kind,
            act=act,
            subject=subject,
            happened_at=iso(recorded.at),
            thing=incident.id,
        )
        for route, kind, act in told
    )
    return [each for each in asked if each.delivery not in incident.deliveries.by_id]


def _update(event: UpdateSent, incident: Incident, plan: Plan) -> Iterator[tuple[str, Kind, Act]]:
    """Yield the route of an update that a person sent; none where they sent it by hand."""
    route = plan.routes.get(event.channel or "")
    if event.channel is None or route is None:
        return
    known = {name for _, name, _, _ in incident.deliveries.things()}
    kind: Kind = "statuspage" if kind_of(route) == "statuspage" else "update"
    yield event.channel, kind, "updated" if event.channel in known else "opened"


def _told(event: Event, incident: Incident, plan: Plan) -> Iterator[tuple[str, Kind, Act]]:
    """Yield routes with what they are told."""
    known = {route: kind for _, route, kind, _ in incident.deliveries.things()}
    follow = {
        name: KINDS.get(kind_of(route), "page") for name, route in plan.routes.items() if follows(route)
    }
    paged = [name for name, kind in known.items() if kind == "page" and name in plan.routes]
    if isinstance(event, IncidentClosed):
        for name, kind in known.items():
            if kind in TOLD:
                yield name, kind, "resolved"
        return
    yield from ((name, kind, "updated" if name in known else "opened") for name, kind in follow.items())
    match event:
        case SeveritySet() | EscalatedAtOnce() if _wakes(event, incident):
            yield from ((name, "page", "opened") for name in called(plan) if name not in {*follow, *known})
        case StateMoved(after="triaging"):
            alarms = (name for name in paged if kind_of(plan.routes[name]) in ALARMS)
            yield from ((name, "page", "acknowledged") for name in alarms if name not in follow)
        case IncidentReopened():
            yield from ((name, "page", "opened") for name in paged if name not in follow)


def _wakes(event: Event, incident: Incident) -> bool:
    return isinstance(event, EscalatedAtOnce) or incident.classified.pages


def called(plan: Plan) -> list[str]:
    """Return the routes of those who are called when it is bad.

    They are who answers for the system, who is on call for a part of it, and whom a bad incident always
    concerns.
    """
    owners, card = plan.system.owners, plan.system.card
    groups = [owners.accountable] if owners is not None and owners.accountable is not None else []
    groups += [
        part.on_call for part in (card.components if card is not None else ()) if part.on_call is not None
    ]
    groups += [group for group in AT_ONCE if group in plan.people]
    routes = (reached(plan, group) for group in groups)
    return list(dict.fromkeys(route for route in routes if route is not None and route in plan.routes))


def reached(plan: Plan, group: str) -> str | None:
    """Return the route of a group, or of the first of its deputies that has one; None where nobody has."""
    seen: set[str] = set()
    here: str | None = group
    while here is not None and here not in seen and here in plan.people:
        if (route := plan.people[here].route) is not None:
            return route
        seen.add(here)
        here = plan.people[here].deputy
    return None
