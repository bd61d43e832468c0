"""How an incident began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.kernel.clock import parse_iso
from holdfast.kernel.events import Recorded
from holdfast.kernel.incidents import Source
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.declaring import IncidentDeclared


@dataclass(frozen=True)
class Declared:
    """How an incident began; every field empty before it did.

    Attributes
    ----------
    at : datetime or None
        When it was declared.
    by : str
        The actor.
    """

    seq: int = 0
    at: datetime | None = None
    by: str = ""
    system: str = ""
    title: Sealed | None = None
    account: Sealed | None = None
    source: Source = Source.PERSON
    near_miss: bool = False
    onset: datetime | None = None
    plan_digest: str | None = None
    drill: str | None = None

    def evolve(self, recorded: Recorded) -> Declared:
        """Take a fact into account."""
        event = recorded.event
        if not isinstance(event, IncidentDeclared):
            return self
        return Declared(
            seq=recorded.seq,
            at=recorded.at,
            by=recorded.actor,
            system=event.system,
            title=event.title,
            account=event.account,
            source=event.source,
            near_miss=event.near_miss,
            onset=parse_iso(event.onset) if event.onset else None,
            plan_digest=event.plan_digest,
            drill=event.drill,
        )
