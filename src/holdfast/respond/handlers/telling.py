"""Record what a fact asks to be delivered."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.access.model.principal import Principal
from holdfast.kernel.events import Event, Recorded
from holdfast.kernel.ids import derived
from holdfast.respond.handlers.acting import Room, act
from holdfast.respond.model.deliveries.again import again
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.telling import wanted

STREAM = "incident/"
WORKER = Principal.worker("tell-others")


def ask_to_tell(room: Room, recorded: Recorded) -> None:
    """Record what a fact of an incident asks to be delivered; nothing where that is recorded already."""
    if not recorded.stream.startswith(STREAM):
        return

    def decide(incident: Incident) -> Sequence[Event]:
        loaded = room.systems.find(incident.declared.system)
        if loaded is None:  # without a plan nobody is named who could be told
            return []
        return wanted(recorded, incident, loaded.plan, lambda route: delivery_id(recorded, route))

    act(room, recorded.stream.removeprefix(STREAM), WORKER, decide, because=recorded.seq)


def tell_again(room: Room, incident: str, delivery: str, principal: Principal) -> None:
    """Record that a delivery that did not arrive is asked for anew, by a person.

    Raises
    ------
    UsageError
        HF701: there is no such incident; HF751: nothing of it did not arrive.
    """
    act(room, incident, principal, lambda state: [again(state.deliveries, delivery)])


def delivery_id(recorded: Recorded, route: str) -> str:
    """Return the id of what a fact asks to be delivered by a route: the same one each time."""
    return derived("delivery", str(recorded.seq), route)
