"""The clocks of what people agreed, moved and accepted; and of that nothing contains it."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.respond.model.clocks import Clock, clock_id
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.severity.starts import CONTAINED_WITHIN


def running_clocks(incident: Incident) -> Iterator[Clock]:
    """Yield the clocks of actions, levers, the freeze, accepted risks, and of containment."""
    if incident.course.open:
        yield from incident.work.clocks()
        yield from incident.contained.clocks()
        yield from _containment(incident)
    yield from incident.course.clocks()  # a risk that was accepted outlives the incident


def _containment(incident: Incident) -> Iterator[Clock]:
    """Yield the clock after which it is escalated that nothing contains it: of SEV-1 and SEV-2."""
    kind, declared = incident.classified, incident.declared
    told = any(reason == "not_contained" for reason, _ in kind.escalated)
    safe = bool(incident.contained.narrowed) or incident.course.state in ("recovered", "contained")
    if not kind.pages or told or safe or declared.at is None:
        return
    name = clock_id("escalation", "containment", declared.seq)
    title, due = "no safe containment: escalate", declared.at + CONTAINED_WITHIN
    yield Clock(name, "escalation", "containment", title, due, declared.at, declared.seq)
