"""What contains: levers moved, or moved by hand and recorded; consents; who saw it in force."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.base import IncidentEvent

SCOPE = "Whom it holds for: tenant, region, language, surface, ...; empty: everybody."
UNTIL = "When somebody must renew or lift it, ISO 8601 UTC. It stays where it is then."


class LeverMoveAsked(IncidentEvent):
    """Somebody asked for a move that another person must consent to. Nothing has moved."""

    move: str = Field(description="Its id in the incident: m1.")
    lever: str = Field(description="The lever.")
    position: str = Field(description="Where to.")
    scope: dict[str, str] = Field(default_factory=dict, description=SCOPE)
    until: str | None = Field(None, description=UNTIL)
    metric: str | None = Field(None, description="The metric that will show whether it helps.")
    second: str = Field(description="The group of the plan that must consent.")
    because: Sealed = Field(description="Why.")
    plan_digest: str | None = Field(None, description="Digest of the plan that asks for two persons.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"lever/{self.lever}"


class LeverMoveAnswered(IncidentEvent):
    """Another person consented to a move, or refused it."""

    move: str = Field(description="Its id in the incident.")
    answer: Literal["consented", "refused"] = Field(description="consented or refused.")
    as_: str = Field(description="The group of the plan for which they answered.")
    because: Sealed | None = Field(None, description="Why.")


class LeverActionRecorded(IncidentEvent):
    """A lever was moved, or a person recorded that they moved it by hand: on paper until somebody saw it."""

    move: str = Field(description="Its id in the incident: m1.")
    lever: str = Field(description="The lever's id in the plan, or a name where no plan knows it.")
    position: str = Field(description="normal, safe, or one that its kind names.")
    scope: dict[str, str] = Field(default_factory=dict, description=SCOPE)
    widens: bool = Field(description="Whether it allows more than before; else it allows less.")
    until: str | None = Field(None, description=UNTIL)
    lasting: bool = Field(False, description="Whether it is meant to stay; only then it has no end.")
    safe_mode: bool = Field(False, description="Whether it was one of those moved by safe mode.")
    metric: str | None = Field(None, description="The metric that will show whether it helps.")
    because: Sealed = Field(description="Why.")
    as_: str = Field(description="On what ground: the group of the plan, or the permission.")
    second: str | None = Field(None, description="The person who consented; null where none is needed.")
    by_hand: bool = Field(description="Whether a person moves it; else a program does.")
    happened_at: str | None = Field(None, description="When it was moved, where it is recorded later.")
    plan_digest: str | None = Field(None, description="Digest of the plan that names lever and right.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"lever/{self.lever}"


class LeverConfirmed(IncidentEvent):
    """Somebody, or what serves, saw that a move is in force, or that it is not."""

    move: str = Field(description="Its id in the incident.")
    in_force: bool = Field(description="Whether it is obeyed.")
    note: Sealed | None = Field(None, description="How that was seen.")
    evidence: list[str] = Field(default_factory=list, description="Ids of evidence.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"move/{self.move}"


EVENTS: tuple[type[Event], ...] = (LeverMoveAsked, LeverMoveAnswered, LeverActionRecorded, LeverConfirmed)
