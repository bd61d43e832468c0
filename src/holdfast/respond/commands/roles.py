"""Taking, handing over and leaving roles."""

from __future__ import annotations

from typing import ClassVar, Literal

from holdfast.respond.commands.base import Command, Moment, Who, Words

Role = Literal[
    "commander",
    "technical",
    "scribe",
    "communications",
    "legal",
    "privacy",
    "security",
    "product",
    "governance",
    "ml_data",
    "domain_advisor",
    "vendor_contact",
]


class AssumeRole(Command):
    """Take a role, or give it to somebody."""

    NAME: ClassVar[str] = "role"

    role: Role
    """Which."""
    who: Who | None = None
    """Who has it from now on; oneself, where nobody is named."""
    happened_at: Moment | None = None
    """Since when, where it is recorded later."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"role/{self.role}"


class HandOverRole(Command):
    """Hand a role over to somebody else."""

    NAME: ClassVar[str] = "hand-over"

    role: Role
    """Which."""
    who: Who
    """Who has it from now on."""
    state_of_things: Words | None = None
    """What the next one must know."""
    happened_at: Moment | None = None
    """Since when, where it is recorded later."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"role/{self.role}"


class LeaveRole(Command):
    """Leave a role to nobody."""

    NAME: ClassVar[str] = "leave-role"

    role: Role
    """Which."""
    because: Words | None = None
    """Why."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"role/{self.role}"


class AcknowledgeDoubleRole(Command):
    """Say aloud that one person is both commander and technical lead, and why."""

    NAME: ClassVar[str] = "acknowledge-double-role"

    because: Words
    """Why nobody else has one of them."""
