"""Who does what in the room: roles assumed, handed over, left."""

from __future__ import annotations

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.base import IncidentEvent

ROLE = "commander, technical, scribe, communications, legal, privacy, ..."


class RoleAssumed(IncidentEvent):
    """Somebody took a role that nobody had, or took it over."""

    role: str = Field(description=ROLE)
    who: str = Field(description="The actor who has it from now on.")
    before: str | None = Field(None, description="Who had it; null: nobody.")
    happened_at: str | None = Field(None, description="Since when, where it is recorded later.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"role/{self.role}"


class RoleHandedOver(IncidentEvent):
    """Somebody handed a role over to somebody else."""

    role: str = Field(description=ROLE)
    before: str = Field(description="Who had it.")
    who: str = Field(description="Who has it from now on.")
    state_of_things: Sealed | None = Field(None, description="What the next one must know.")
    happened_at: str | None = Field(None, description="Since when, where it is recorded later.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"role/{self.role}"


class RoleLeft(IncidentEvent):
    """Nobody has a role any longer."""

    role: str = Field(description=ROLE)
    before: str = Field(description="Who had it.")
    because: Sealed | None = Field(None, description="Why.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"role/{self.role}"


class DoubleRoleAcknowledged(IncidentEvent):
    """Somebody is both commander and technical lead at SEV-1 or SEV-2, and it was said aloud why."""

    who: str = Field(description="The actor who has both.")
    because: Sealed = Field(description="Why nobody else has one of them.")


EVENTS: tuple[type[Event], ...] = (RoleAssumed, RoleHandedOver, RoleLeft, DoubleRoleAcknowledged)
