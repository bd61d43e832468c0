"""What somebody's act on a gate came to, before it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from holdfast.gate.model.looks import Look
from holdfast.gate.model.overriding import Stood
from holdfast.gate.model.signing import Signing


@dataclass(frozen=True)
class Signed:
    """What signing, or taking back, came to.

    Attributes
    ----------
    recorded : bool
        Whether a fact was recorded; False where it had been said before.
    seq : int
        The number of the fact that says it.
    seen : tuple of (gate, Look)
        What was decided last for the bundle under this plan: what the signer could see.
    missing : tuple of str
        The roles whose signature is missing after it.
    """

    asked: Signing
    recorded: bool
    seq: int
    seen: tuple[tuple[str, Look], ...]
    missing: tuple[str, ...]


Said: TypeAlias = Literal["asked", "approved", "refused"]


@dataclass(frozen=True)
class Overridden:
    """What asking for an override, or answering, came to.

    Attributes
    ----------
    stood : Stood
        The override as it stands after it.
    recorded : bool
        Whether a fact was recorded; False where it had been said before.
    """

    stood: Stood
    said: Said
    recorded: bool
