"""Every clock of an incident that runs. Pure."""

from __future__ import annotations

from holdfast.plan.model.plan import Plan
from holdfast.respond.model.clocks import Clock, in_order
from holdfast.respond.model.duties.standing import duty_clocks
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
            *duty_clocks(duties_of(incident, plan)),
            *running_clocks(incident),
        ]
    )
