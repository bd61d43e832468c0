"""Who is told of what: from a fact, the incident as it stands and the plan, what is to be delivered. Pure.

Three kinds of route are told of every incident by themselves, for that is what they are for: tickets, pages
of a document, and the incident's own channel of chat. Whoever answers for the system is woken at SEV-1 and
SEV-2, and by what does not wait. All others are told what people send them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from holdfast.kernel.events import Event, Recorded
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.routes import follows, kind_of
from holdfast.respond.events.classifying import EscalatedAtOnce, SeveritySet
from holdfast.respond.events.declaring import IncidentDeclared
from holdfast.respond.events.deliveries import Act, DeliveryAsked, Kind
from holdfast.respond.events.working import StatementMade
from holdfast.respond.model.incident.state import Incident

TRIGGERS: tuple[type[Event], ...] = (IncidentDeclared, SeveritySet, EscalatedAtOnce, StatementMade)
"""The facts of which somebody is told by themselves."""
AT_ONCE = ("privacy", "legal")
"""Groups that are asked at SEV-1 and SEV-2, where the plan has them."""
KINDS: dict[str, Kind] = {"jira": "ticket", "confluence": "document", "notion": "document"}
"""What routes that follow incidents are told; all others of them are paged."""


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
    return [
        asked
        for route, kind, act in _told(recorded.event, incident, plan)
        if (
            asked := DeliveryAsked(
                delivery=name(route),
                system=incident.declared.system,
                route=route,
                kind=kind,
                act=act,
                subject="incident",
                thing=incident.id,
            )
        ).delivery
        not in incident.deliveries.by_id
    ]


def _told(event: Event, incident: Incident, plan: Plan) -> Iterator[tuple[str, Kind, Act]]:
    """Yield routes with what they are told."""
    known = {route for _, route, _, _ in incident.deliveries.things()}
    following = {
        name: KINDS.get(kind_of(route), "page") for name, route in plan.routes.items() if follows(route)
    }
    if isinstance(event, IncidentDeclared):
        for name, kind in following.items():
            yield name, kind, "opened"
        return
    for name, kind in following.items():
        yield name, kind, "updated" if name in known else "opened"
    if not isinstance(event, StatementMade) and _wakes(event, incident):
        for name in called(plan):
            if name not in following and name not in known:
                yield name, "page", "opened"


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
