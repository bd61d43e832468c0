"""What a runbook's act does to levers: the room's own recorded move, in the incident, once for each step."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pydantic import ValidationError

from holdfast.access.model.principal import Principal
from holdfast.kernel.clock import parse_iso
from holdfast.kernel.errors import UsageError
from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed
from holdfast.respond.commands.levers import EnterSafeMode, MoveLever
from holdfast.respond.events.runbooks import RunbookStepBegun
from holdfast.respond.handlers.acting import Room, act
from holdfast.respond.handlers.moving import carry_out
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.incident import moving
from holdfast.respond.model.incident.contained import Contained, Move
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.runbooks.moving import SAFE_MODE

_NOT_SAID = re.compile(r"^[^A-Za-z0-9]+|[^A-Za-z0-9 ._/:@%,+-]")
"""What a position of the room's own record does not have: signs of JSON."""
ENDS_AFTER = timedelta(hours=24)
"""When somebody must renew or lift what an act moved without saying for how long."""


@dataclass(frozen=True)
class Moved:
    """What became of a move.

    Attributes
    ----------
    names : tuple of str
        Its ids in the incident; of one that waits for a second person, that of the wish.
    in_force : bool
        Whether what serves said that it obeys.
    """

    names: tuple[str, ...]
    in_force: bool


def record_move(
    room: Room,
    incident: str,
    begun: RunbookStepBegun,
    seq: int | None,
    why: str,
    principal: Principal,
    *,
    by_hand: bool,
) -> Moved:
    """Record in the incident what a step of a runbook moves, and move it where a program can: once a step.

    Raises
    ------
    DeniedError
        HF791: somebody else has the right to it.
    UsageError
        HF714: what it is narrowed to is no value that a lever takes.
    """
    command = _command(room, begun, why)
    sealed: dict[str, Sealed] = {}

    def seal(text: str) -> Sealed:
        if text not in sealed:
            sealed[text] = room.vault.seal(incident, text)
        return sealed[text]

    def decide(state: Incident) -> Sequence[Event]:
        if _moved(state.contained, begun.key, seq):
            return ()
        loaded = room.systems.find(state.declared.system)
        plan, unseal = loaded.plan if loaded is not None else None, room.vault.unseal
        asking = Asking(
            principal,
            room.clock.now(),
            plan,
            seal,
            begun.key,
            unseal,
            by_hand or room.levers is None,
            room.name,
        )
        if isinstance(command, EnterSafeMode):
            return moving.enter_safe_mode(state.contained, command, asking)
        return moving.move_lever(state.contained, command, asking)

    known = act(room, incident, principal, decide, because=seq).incident.contained
    names = _moved(known, begun.key, seq)
    for name in names:
        if name in known.moves:  # a crash may have come before: asking twice moves once
            carry_out(room, known.moves[name].recorded)
    now = room.load(incident).contained.moves
    return Moved(tuple(names), all(name in now and now[name].confirmed is True for name in names))


def check_move(room: Room, begun: RunbookStepBegun) -> None:
    """Refuse what no lever takes, before it is recorded that the move begins.

    Raises
    ------
    UsageError
        HF714.
    """
    _command(room, begun, "to be said")


def _moved(known: Contained, key: str, seq: int | None) -> list[str]:
    """Return the moves of a wish: those that were recorded, and those that wait for a second person."""
    recorded = [move.id for move in known.moves.values() if key == move.said.key or _caused(move, seq)]
    asked = [move.id for move in known.asked.values() if move.said.key == key]
    return recorded or asked


def _caused(move: Move, seq: int | None) -> bool:
    return seq is not None and move.recorded.because == seq


def _command(room: Room, begun: RunbookStepBegun, why: str) -> MoveLever | EnterSafeMode:
    until = parse_iso(begun.until) if begun.until else room.clock.now() + ENDS_AFTER
    if begun.lever == SAFE_MODE:
        return EnterSafeMode(because=why, until=until)
    build: Callable[..., MoveLever] = MoveLever
    try:
        return build(
            lever=begun.lever,
            position=_NOT_SAID.sub("", begun.position)[:120].strip() or "as the runbook says",
            because=why,
            scope=begun.scope,
            until=until,
            widens=False,
        )
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        where = ".".join(map(str, wrong["loc"]))
        message = f"`{where}` is nothing that a lever takes"
        fix = "a scope is a tenant, region, language, surface, arm, user, session or client, by its id"
        raise UsageError.of("HF714", message, fix=fix) from error
