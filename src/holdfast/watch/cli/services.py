"""What the commands of this room ask of the app, which alone knows handlers, engines and stores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # what is told loads numpy: not for a command's help
    from holdfast.telemetry.rollups.compacting import Compacted
    from holdfast.watch.commands import CompactRollups, UpdateRollups
    from holdfast.watch.views.kept import Kept
    from holdfast.watch.views.told import Told


class Services(Protocol):
    """The watch room's work, ready to be asked for. `say` is told the step that begins."""

    def update(self, command: UpdateRollups, say: Callable[[str], None]) -> Told:
        """Bring kept states up to date."""
        ...

    def kept(self, plan: Path) -> Kept:
        """Return what is kept."""
        ...

    def compact(self, command: CompactRollups) -> Compacted:
        """Roll up what is old."""
        ...


class App(Protocol):
    """What the app hands to the commands of this room."""

    @property
    def watch(self) -> Services:
        """The watch room's services."""
        ...
