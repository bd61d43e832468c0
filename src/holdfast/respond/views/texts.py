"""What is sealed, opened in one go: a page asks the vault once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed

if TYPE_CHECKING:  # what keeps evidence loads what measures
    from holdfast.evidence.ports import Vault


class Texts:
    """Collects what is sealed, opens all of it at once, and gives it out."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._sealed: dict[str, Sealed] = {}
        self._opened: dict[str, str | None] = {}

    def want(self, *sealed: Sealed | None) -> None:
        """Note what will be asked for."""
        self._sealed.update({each.id: each for each in sealed if each is not None})

    def want_all(self, events: Iterable[Event | None]) -> None:
        """Note every text of some facts."""
        for event in events:
            if event is not None:
                self.want(*(value for _, value in event if isinstance(value, Sealed)))

    def open(self) -> Texts:
        """Open everything that was noted."""
        texts = self._vault.unseal(list(self._sealed.values()))
        self._opened = dict(zip(self._sealed, texts, strict=True))
        return self

    def __call__(self, sealed: Sealed | None) -> str | None:
        """Return a text; None where there is none, or it was redacted or erased."""
        return None if sealed is None else self._opened.get(sealed.id)
