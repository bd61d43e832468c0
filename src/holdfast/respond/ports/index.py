"""The table of incidents, as handlers ask it."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Place(NamedTuple):
    """Where the next declaration would go.

    Attributes
    ----------
    highest : int
        The highest number of the year; 0 where there is none.
    same : str or None
        The incident that the same wish declared before.
    """

    highest: int
    same: str | None


class Index(Protocol):
    """What is known of all incidents together."""

    def place(self, year: int, key: str | None) -> Place:
        """Return a year's highest number and what a wish declared before, both of one moment."""
        ...

    def open_of(self, system: str) -> list[str]:
        """Return the incidents of a system that are not closed, the latest first; drills are none."""
        ...

    def is_open(self, incident: str) -> bool:
        """Return whether there is such an incident, and it is not closed."""
        ...

    def last_of(self, system: str) -> str | None:
        """Return the latest incident of a system, closed ones too; None where it never had any."""
        ...

    def open_now(self) -> list[str]:
        """Return the incidents that are not closed, the latest first; drills too."""
        ...
