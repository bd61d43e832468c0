"""What may be asked of this room."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class UpdateRollups:
    """Bring the kept states of metrics up to date.

    Attributes
    ----------
    plan : Path
        Its file or folder.
    metrics : tuple of str
        Names; none for those that the indicators watch.
    data : str or None
        The data source of the named metrics.
    anew : bool
        Whether what is kept is set aside, and everything measured again.
    keep_vanished : bool
        Whether files that are gone keep their contribution.
    every_day : bool
        Whether all days of a table are measured again.
    """

    plan: Path
    metrics: tuple[str, ...] = ()
    data: str | None = None
    anew: bool = False
    keep_vanished: bool = False
    every_day: bool = False


@dataclass(frozen=True)
class CompactRollups:
    """Roll up what is old.

    Attributes
    ----------
    plan : Path
    ended : bool
        Whether what is asked for no more is taken away.
    """

    plan: Path
    ended: bool = False
