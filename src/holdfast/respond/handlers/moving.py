"""What was recorded is carried out: levers that a program moves are moved, each wish once.

The fact comes first: a process that dies between fact and move leaves a fact behind, and the worker asks for
the same move again, by the same key.
"""

from __future__ import annotations

from holdfast.access.model.principal import Principal
from holdfast.kernel.events import Recorded
from holdfast.kernel.ids import derived
from holdfast.respond.events.levers import LeverActionRecorded, LeverConfirmed
from holdfast.respond.handlers.acting import Room, act
from holdfast.respond.model.incident.naming import incident_of
from holdfast.respond.ports.levers import LeverMove

WORKER = Principal.worker("levers")


def carry_out(room: Room, recorded: Recorded) -> None:
    """Move the lever of a fact, unless a person moves it; record where what serves says that it obeys."""
    event, incident = recorded.event, incident_of(recorded.stream)
    if room.levers is None or incident is None:
        return
    if not isinstance(event, LeverActionRecorded) or event.by_hand:
        return
    state = room.find(incident)
    wish = LeverMove(
        key=derived("lever", incident, event.move),
        system=state.declared.system,
        lever=event.lever,
        position=event.position,
        scope=dict(event.scope),
        until=state.contained.moves[event.move].until,
        metric=event.metric,
    )
    receipt = room.levers.move(wish, recorded.actor, recorded.seq)
    if receipt.in_force:
        seen = LeverConfirmed(move=event.move, in_force=True)
        act(
            room,
            incident,
            WORKER,
            lambda now: [] if now.contained.moves[event.move].confirmed else [seen],
            because=recorded.seq,
        )
