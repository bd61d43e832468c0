"""How an incident begins."""

from __future__ import annotations

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.incidents import Source
from holdfast.kernel.sealed import Sealed


class IncidentDeclared(Event):
    """An incident was declared: an AI-enabled capability behaves in a way that creates material risk.

    Near-misses count. The stream is that of the incident (`incident/<id>`); this is its first fact.
    """

    incident: str = Field(description="Id of the incident: INC-2026-0001.")
    system: str = Field(description="Id of the system, as its plan names it, or as the person wrote it.")
    title: Sealed = Field(description="What happens, in a line.")
    account: Sealed | None = Field(None, description="What was seen, in the words of who declares.")
    source: Source = Field(description="person, report, alert, rule or drill.")
    near_miss: bool = Field(False, description="Whether a control caught it before it did harm.")
    onset: str | None = Field(None, description="Earliest plausible onset, ISO 8601 UTC; null if unknown.")
    plan_digest: str | None = Field(None, description="Digest of the system's plan; null without one.")
    key: str | None = Field(
        None, description="The same for the same wish: a key that was declared is not declared again."
    )
    drill: str | None = Field(None, description="Id of the drill that this is part of; null in earnest.")


EVENTS: tuple[type[Event], ...] = (IncidentDeclared,)
