"""Policies: "when this happened, ask for that". The worker runs them from a cursor, at least once a fact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from holdfast.kernel.events import Event, Recorded
from holdfast.kernel.ids import derived


@dataclass(frozen=True)
class Policy:
    """One reaction to facts; a room's wiring gives it.

    Attributes
    ----------
    name : str
        Unique and for ever: the cursor has this name, and ids are derived from it.
    types : tuple of type
        The facts that it reacts to.
    react : callable
        Takes the fact. It may be called twice with the same one, and must then ask for the same thing: what
        it makes has the id `id_of(recorded)`. Where it raises, it is called again, and later facts wait.
    """

    name: str
    types: tuple[type[Event], ...]
    react: Callable[[Recorded], None]

    @property
    def type_names(self) -> tuple[str, ...]:
        """The names under which its facts are stored."""
        return tuple(kind.type_name() for kind in self.types)

    @property
    def actor(self) -> str:
        """Who acts, in facts that it asks for."""
        return f"policy:{self.name}"

    def id_of(self, recorded: Recorded, *parts: str) -> str:
        """Return the id of what it asks for because of a fact: the same one each time.

        Parameters
        ----------
        *parts : str
            What tells several things apart that one fact asks for.
        """
        return derived(str(recorded.seq), self.name, *parts)
