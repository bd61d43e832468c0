"""What duties and updates stand on: the incident as it is, and the plan of its system. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from holdfast.plan.model.loading import LoadedPlan
from holdfast.respond.model.duties.standing import Duty, Ground, duties
from holdfast.respond.model.incident.state import Incident

NEVER = datetime(1, 1, 1, tzinfo=UTC)


def duty_ground(incident: Incident, loaded: LoadedPlan | None) -> Ground:
    """Return what an incident's duties stand on besides what was recorded about them."""
    places = tuple(loaded.plan.system.jurisdictions) if loaded is not None else ()
    return Ground(
        declared_at=incident.declared.at or NEVER,
        declared_seq=incident.declared.seq,
        places=places,
    )


def duties_of(incident: Incident, loaded: LoadedPlan | None) -> list[Duty]:
    """Return how every duty of an incident stands."""
    return duties(incident.duties, duty_ground(incident, loaded))
