"""What a gate's stream says: its decisions, its signatures and its overrides, at one version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.gate.events import GateDecided
from holdfast.gate.model import overriding, signing
from holdfast.gate.model.looks import History, Look, look_of
from holdfast.gate.model.overriding import Override
from holdfast.gate.model.signing import Signature
from holdfast.kernel.events import Recorded


@dataclass(frozen=True)
class GateState:
    """A gate's facts, folded; `version` is the stream's, which a new fact must find there."""

    history: History
    signatures: tuple[Signature, ...] = ()
    overrides: tuple[Override, ...] = ()
    version: int = 0


def fold(stream: Iterable[Recorded]) -> GateState:
    """Return what the facts of a gate's stream come to, oldest first."""
    looks: list[Look] = []
    signatures: tuple[Signature, ...] = ()
    overrides: tuple[Override, ...] = ()
    version = 0
    for recorded in stream:
        version = recorded.version
        if isinstance(recorded.event, GateDecided):
            looks.append(look_of(recorded.event, recorded.seq))
        else:
            signatures = signing.evolve(signatures, recorded)
            overrides = overriding.evolve(overrides, recorded)
    return GateState(History(tuple(looks)), signatures, overrides, version)
