"""Who has which role in an incident, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from holdfast.access.model.permissions import Permission, permitted
from holdfast.access.requests import DeniedError
from holdfast.kernel.clock import parse_iso
from holdfast.kernel.events import Event, Recorded
from holdfast.respond.commands.roles import AcknowledgeDoubleRole, AssumeRole, HandOverRole, LeaveRole
from holdfast.respond.events.roles import DoubleRoleAcknowledged, RoleAssumed, RoleHandedOver, RoleLeft
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.incident.refusing import StandingError


@dataclass(frozen=True)
class Held:
    """Who has a role."""

    role: str
    who: str
    since: datetime
    seq: int
    before: str | None = None


@dataclass(frozen=True)
class Holding:
    """The roles of an incident.

    Attributes
    ----------
    held : mapping
        Role -> who has it.
    acknowledged : frozenset of str
        Who was said aloud to be both commander and technical lead.
    first : mapping
        Role -> when somebody had it for the first time.
    """

    held: Mapping[str, Held] = field(default_factory=dict)
    acknowledged: frozenset[str] = frozenset()
    first: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def commander(self) -> str | None:
        """Who leads; None: nobody."""
        return self.held["commander"].who if "commander" in self.held else None

    @property
    def doubled(self) -> str | None:
        """Who is both commander and technical lead; None: nobody."""
        technical = self.held.get("technical")
        return technical.who if technical and technical.who == self.commander else None

    def evolve(self, recorded: Recorded) -> Holding:
        """Take a fact into account."""
        event = recorded.event
        match event:
            case RoleAssumed() | RoleHandedOver():
                since = parse_iso(event.happened_at) if event.happened_at else recorded.at
                now = Held(event.role, event.who, since, recorded.seq, event.before)
                first = self.first if event.role in self.first else {**self.first, event.role: since}
                return replace(self, held={**self.held, event.role: now}, first=first)
            case RoleLeft():
                return replace(self, held={k: v for k, v in self.held.items() if k != event.role})
            case DoubleRoleAcknowledged():
                return replace(self, acknowledged=self.acknowledged | {event.who})
            case _:
                return self


def assume(known: Holding, command: AssumeRole, asking: Asking) -> Sequence[Event]:
    """Return the fact of a role that somebody takes or is given; none where they have it.

    Raises
    ------
    DeniedError
        HF791: only who may command leads, takes a role from somebody, or gives one to somebody else.
    """
    who, held = command.who or asking.actor, known.held.get(command.role)
    if held is not None and held.who == who:
        return []
    if command.role == "commander" or who != asking.actor or held is not None:
        _check_commands(known, asking, f"take the role {command.role}")
    return [
        RoleAssumed(
            role=command.role,
            who=who,
            before=held.who if held else None,
            happened_at=asking.happened(command.happened_at),
            key=asking.key,
        )
    ]


def hand_over(known: Holding, command: HandOverRole, asking: Asking) -> Sequence[Event]:
    """Return the fact of a hand-over; none where they have it already.

    Raises
    ------
    StandingError
        HF794: nobody has the role.
    DeniedError
        HF791: somebody else has it, and who asks may not command.
    """
    held = _held(known, command.role)
    if held.who == command.who:
        return []
    if held.who != asking.actor:
        _check_commands(known, asking, f"hand over the role {command.role} of `{held.who}`")
    return [
        RoleHandedOver(
            role=command.role,
            before=held.who,
            who=command.who,
            state_of_things=asking.sealed(command.state_of_things),
            happened_at=asking.happened(command.happened_at),
            key=asking.key,
        )
    ]


def leave(known: Holding, command: LeaveRole, asking: Asking) -> Sequence[Event]:
    """Return the fact that nobody has a role any longer.

    Raises
    ------
    StandingError, DeniedError
        HF794: nobody has it. HF791: somebody else has it, and who asks may not command.
    """
    held = _held(known, command.role)
    if held.who != asking.actor:
        _check_commands(known, asking, f"take the role {command.role} from `{held.who}`")
    because = asking.sealed(command.because)
    return [RoleLeft(role=command.role, before=held.who, because=because, key=asking.key)]


def acknowledge(known: Holding, command: AcknowledgeDoubleRole, asking: Asking) -> Sequence[Event]:
    """Return the fact that a double role was said aloud.

    Raises
    ------
    StandingError
        HF794: nobody has both roles.
    """
    if known.doubled is None:
        raise StandingError.of(
            "HF794", "nobody is both commander and technical lead", fix="there is nothing to acknowledge"
        )
    if known.doubled in known.acknowledged:
        return []
    because = asking.seal(command.because)
    return [DoubleRoleAcknowledged(who=known.doubled, because=because, key=asking.key)]


def _held(known: Holding, role: str) -> Held:
    if role not in known.held:
        raise StandingError.of("HF794", f"nobody is {role}", fix="take the role first")
    return known.held[role]


def _check_commands(known: Holding, asking: Asking, act: str) -> None:
    """Refuse who neither leads this incident nor may command any."""
    if known.commander == asking.actor or permitted(asking.principal, Permission.COMMAND):
        return
    leads = f"`{known.commander}`, who leads" if known.commander else "nobody leads yet"
    raise DeniedError.of(
        "HF791", f"`{asking.actor}` may not {act}", fix=f"who may: {leads}; anybody with the role commander"
    )
