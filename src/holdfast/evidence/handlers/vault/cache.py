"""Texts that this process opened already: bounded in bytes, and forgotten as soon as anybody forgets one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping

CACHED_BYTES = 64 * 2**20
OVERHEAD = 300
"""About what an entry costs beside its text."""


class OpenedTexts:
    """The texts of one generation of the store; a redaction or an erasure anywhere begins a new one.

    Parameters
    ----------
    limit : int
        How many bytes it may hold; what was asked for least recently goes first.
    """

    def __init__(self, limit: int = CACHED_BYTES) -> None:
        self._limit = limit
        self._held = 0
        self._generation = -1
        self._texts: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._lock = threading.Lock()

    def among(self, ids: Iterable[str], generation: int) -> dict[str, tuple[str, str]]:
        """Return those that are known, as commitment and text; none of an older generation."""
        with self._lock:
            self._turn(generation)
            found = {}
            for identifier in ids:
                known = self._texts.get(identifier)
                if known is not None:
                    self._texts.move_to_end(identifier)
                    found[identifier] = known
            return found

    def keep(self, texts: Mapping[str, tuple[str, str]], generation: int) -> None:
        """Remember texts that were read in a generation; nothing where a newer one has begun since."""
        with self._lock:
            if generation != self._generation:
                return
            for identifier, (commitment, text) in texts.items():
                if identifier not in self._texts:
                    self._texts[identifier] = (commitment, text)
                    self._held += _size(text)
            while self._held > self._limit:
                _, (_, text) = self._texts.popitem(last=False)
                self._held -= _size(text)

    @property
    def held(self) -> int:
        """How many bytes it holds, about."""
        return self._held

    def _turn(self, generation: int) -> None:
        # a connection that began to read earlier must not bring back what was forgotten since
        if generation > self._generation:
            self._texts.clear()
            self._held = 0
            self._generation = generation


def _size(text: str) -> int:
    return OVERHEAD + len(text) * (1 if text.isascii() else 4)
