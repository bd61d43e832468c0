"""Every clock of an incident that runs. Pure."""

from __future__ import annotations

from holdfast.plan.model.plan import Plan
from holdfast.respond.model.clocks import Clock, in_order
from holdfast.respond.model.duties.standing import Duty, duty_clocks
from holdfast.respond.model.gathering import audiences, rhythm_of
from holdfast.respond.model.grounds import duties_of
from holdfast.respond.model.incident.running import running_clocks
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.updates.cadence import update_clocks


def clocks_of(incident: Incident, plan: Plan | None) -> list[Clock]:
    """Return the clocks of an incident, what is due first at the front; one more subject is one more line."""
    return in_order(
        [
            *update_clocks(audiences(plan), incident.updates, rhythm_of(incident, plan)),
            *duty_clocks(_running(incident, plan)),
            *running_clocks(incident),
        ]
    )


def _running(incident: Incident, plan: Plan | None) -> list[Duty]:
    """Return the duties whose clocks run: once it is closed, those that a person said are due."""
    found, closed = duties_of(incident, plan), incident.course.closed
    if incident.course.open or closed is None:
        return found
    if closed.outcome == "false_alarm":
        return []
    return [duty for duty in found if duty.decision is not None and duty.decision.decided == "due"]
