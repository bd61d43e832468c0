"""Load an incident, decide, append: and once more when somebody else appended first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from holdfast.access.model.principal import Principal
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import ConflictError, UsageError
from holdfast.kernel.events import Event, Recorded
from holdfast.ledger.ports import Ledger
from holdfast.respond.model.incident.naming import stream_of
from holdfast.respond.model.incident.state import Incident, fold
from holdfast.respond.ports.index import Index
from holdfast.respond.ports.levers import Levers
from holdfast.respond.ports.systems import Systems

if TYPE_CHECKING:  # what keeps evidence loads what measures
    from holdfast.evidence.ports import Vault

ATTEMPTS = 20
"""How often is decided anew. Each time somebody else has recorded a fact: so many at once are a fault."""
KEPT = 64
"""How many folded incidents a process keeps: facts are never edited, so what was folded stays true."""


Names = Callable[[Collection[str]], Mapping[str, str]]


def _nobody(_: Collection[str]) -> Mapping[str, str]:
    """Know nobody's name."""
    return {}


@dataclass(frozen=True)
class Room:
    """What acting on incidents needs; one a process, shared by its threads.

    Attributes
    ----------
    levers : Levers or None
        What moves levers; without it people move them by hand, and that is recorded.
    names : callable
        The names of actors that have one, for words that people read; facts hold ids.
    """

    ledger: Ledger
    vault: Vault
    clock: Clock
    systems: Systems
    index: Index
    levers: Levers | None = None
    names: Names = _nobody
    _folded: dict[str, Incident] = field(default_factory=dict)

    def name(self, actor: str) -> str:
        """Return what readers know an actor by: the name, else the id."""
        return self.names([actor]).get(actor, actor)

    def load(self, incident: str) -> Incident:
        """Return an incident as it stands now; one that does not exist has version 0.

        Raises
        ------
        UsageError
            HF701: it is no id of an incident.
        """
        stream = stream_of(incident)
        known = self._folded.get(incident, Incident(incident))
        now = fold(known, self.ledger.read(stream, known.version))
        if now.exists:
            while len(self._folded) >= KEPT and incident not in self._folded:
                self._folded.pop(next(iter(self._folded)), None)
            self._folded[incident] = now
        return now

    def find(self, incident: str) -> Incident:
        """Return an incident that exists.

        Raises
        ------
        UsageError
            HF701: there is none of this id.
        """
        found = self.load(incident)
        if not found.exists:
            raise UsageError.of("HF701", f"there is no incident {incident}", fix="see the list of incidents")
        return found


@dataclass(frozen=True)
class Acted:
    """What was recorded, and the incident after it."""

    incident: Incident
    recorded: Sequence[Recorded]


def act(
    room: Room,
    incident: str,
    principal: Principal,
    decide: Callable[[Incident], Sequence[Event]],
    *,
    because: int | None = None,
) -> Acted:
    """Decide on the state of an incident and record what follows, so that nothing came between the two.

    `decide` is pure, may be called several times, and raises what it refuses. No events: nothing to record.

    Raises
    ------
    UsageError
        HF701: there is no such incident; and what `decide` raises.
    ConflictError
        HF407: others were first, again and again.
    """
    for attempt in range(ATTEMPTS):
        state = room.find(incident)
        events = decide(state)
        if not events:
            return Acted(state, ())
        try:
            recorded = room.ledger.append(
                stream_of(incident), events, expected=state.version, actor=principal.actor, because=because
            )
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        return Acted(fold(state, recorded), recorded)
    raise AssertionError(incident)  # the last attempt returned or raised
