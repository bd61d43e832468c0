"""Who may what, folded from the ledger and kept in the process: each question reads only what is new."""

from __future__ import annotations

import threading

from holdfast.access.events import PEOPLE, TOKENS
from holdfast.access.model import people as of_people
from holdfast.access.model import tokens as of_tokens
from holdfast.access.model.people import People
from holdfast.access.model.tokens import Tokens
from holdfast.ledger.ports import Ledger


class Directory:
    """People and tokens as the ledger has them when asked, whichever process wrote last."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._people = People()
        self._tokens = Tokens()

    def people(self) -> People:
        """Return the people as they are now."""
        known = self._people
        for recorded in self._ledger.read(PEOPLE, known.version):
            known = of_people.evolve(known, recorded)
        with self._lock:  # another thread may have come further meanwhile
            if known.version > self._people.version:
                self._people = known
        return known

    def tokens(self) -> Tokens:
        """Return the tokens as they are now."""
        known = self._tokens
        for recorded in self._ledger.read(TOKENS, known.version):
            known = of_tokens.evolve(known, recorded)
        with self._lock:
            if known.version > self._tokens.version:
                self._tokens = known
        return known
