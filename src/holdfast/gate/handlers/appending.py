"""Load a gate, decide, append: and once more when another process appended to the gate's stream first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from holdfast.gate.model.state import GateState, fold
from holdfast.kernel.errors import ConflictError
from holdfast.kernel.events import Event, Recorded
from holdfast.ledger.ports import Ledger

ATTEMPTS = 20
"""How often is decided anew. Each time somebody else has recorded a fact: so many at once are a fault."""
T = TypeVar("T")


@dataclass(frozen=True)
class Decided(Generic[T]):
    """What was decided on a gate's state: the answer, the facts that follow, and the one that caused them."""

    answer: T
    events: Sequence[Event] = ()
    because: int | None = None


@dataclass(frozen=True)
class Done(Generic[T]):
    """What was decided and recorded; `state` is the gate before."""

    answer: T
    recorded: Sequence[Recorded]
    state: GateState


def act(ledger: Ledger, stream: str, actor: str, decide: Callable[[GateState], Decided[T]]) -> Done[T]:
    """Decide on the state of a gate and record what follows, so that nothing came between the two.

    Raises
    ------
    ConflictError
        HF407: others were first, again and again.
    """
    for attempt in range(ATTEMPTS):
        state = fold(ledger.read(stream))
        decided = decide(state)
        if not decided.events:
            return Done(decided.answer, (), state)
        try:
            recorded = ledger.append(
                stream, decided.events, expected=state.version, actor=actor, because=decided.because
            )
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        return Done(decided.answer, recorded, state)
    raise AssertionError(stream)  # the last attempt returned or raised
