"""What a system looks like at a moment: its settings, flags, roll-out, gates."""

from __future__ import annotations

from typing import Protocol

from holdfast.kernel.canonical import Json


class Snapshots(Protocol):
    """Takes pictures of systems. It looks only: it changes nothing, and asks nobody outside for long."""

    def take(self, system: str) -> dict[str, Json] | None:
        """Return what is known of a system now; None where nothing is."""
        ...
