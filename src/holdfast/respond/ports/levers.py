"""What contains: the levers of a system. Behind it stands a person's recorded action, or the contain room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class LeverPosition:
    """Where a lever stands, as far as is known.

    Attributes
    ----------
    lever : str
        Its id in the plan.
    kind : str
        switch, allowlist, tier, ...
    position : str
        `normal`, `safe`, or one that the kind names.
    known : bool
        Whether it is known to be in force (reported by what serves), or only said by a person.
    scope : mapping
        Whom it holds for: tenant, region, language, ...; empty for all.
    until : datetime or None
        When somebody must renew or lift it. It stays where it is then.
    seq : int or None
        The fact that put it there; None where nothing ever moved it.
    """

    lever: str
    kind: str
    position: str
    known: bool
    scope: dict[str, str] = field(default_factory=dict)
    until: datetime | None = None
    seq: int | None = None


@dataclass(frozen=True)
class LeverMove:
    """A lever that is to be moved.

    Attributes
    ----------
    key : str
        The same for the same wish: moving twice with one key moves once.
    """

    key: str
    system: str
    lever: str
    position: str
    scope: dict[str, str] = field(default_factory=dict)
    until: datetime | None = None
    metric: str | None = None


@dataclass(frozen=True)
class MoveReceipt:
    """What became of a move.

    Attributes
    ----------
    in_force : bool
        Whether it is known to be obeyed. A recorded manual action is not: a person says that they did it.
    reference : str
        The fact or the outside system's id.
    """

    in_force: bool
    reference: str


class Levers(Protocol):
    """The levers of a system."""

    def positions(self, system: str) -> Sequence[LeverPosition]:
        """Return where every lever of the plan stands."""
        ...

    def move(self, move: LeverMove, actor: str, because: int | None) -> MoveReceipt:
        """Move a lever, or record that a person moves it by hand; the same key twice is one move."""
        ...
