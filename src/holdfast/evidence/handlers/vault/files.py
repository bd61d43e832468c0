"""Files in the vault: sealed piece by piece as they come in, opened piece by piece as they go out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from holdfast.evidence.handlers.vault.boxes import opened_box
from holdfast.evidence.handlers.vault.keys import ScopeKeys
from holdfast.evidence.handlers.vault.opening import Opening, damaged
from holdfast.evidence.handlers.vault.receiving import Receiving, check_size
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import UsageError
from holdfast.kernel.sealed import Sealed
from holdfast.store.store import Store


class StoredFiles:
    """Files of a store, in pieces of a mebibyte; none is ever whole in memory or in the clear on a disk.

    Parameters
    ----------
    limit : int
        How many bytes a file may have.
    """

    def __init__(self, store: Store, keys: ScopeKeys, clock: Clock, limit: int) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self.limit = limit

    def receive(self, scope: str, announced: int | None = None) -> Receiving:
        """Begin to keep a file; what was announced as too large is refused before anything is written.

        Raises
        ------
        UsageError
            HF773: it is too large. HF770: the scope is erased.
        """
        if announced is not None:
            check_size(announced, self.limit)
        at = self._clock.now().isoformat()
        return Receiving(self._store, self._keys, at, self.limit, scope)

    def pieces(self, sealed: Sealed) -> Iterator[bytes]:
        """Yield a file's bytes, piece by piece; the last one only once all of it fits its commitment.

        Raises
        ------
        LedgerError
            HF771: a piece was changed, put elsewhere or is missing.
        UsageError
            HF778: it was redacted or erased.
        """
        reading = self.open(sealed)
        seen = hashlib.sha256(reading.salt)
        for number in range(reading.chunks):
            piece = reading.piece(number)
            seen.update(piece)
            if number == reading.chunks - 1 and "sha256:" + seen.hexdigest() != sealed.commitment:
                raise damaged(sealed.id)
            yield piece

    def open(self, sealed: Sealed) -> Opening:
        """Return a file to read anywhere in it; see `pieces`."""
        from cryptography.exceptions import InvalidTag
        from sqlalchemy import select

        from holdfast.store.tables.vault import vault_objects as objects

        with self._store.reading() as connection:
            row = connection.execute(select(objects).where(objects.c.id == sealed.id)).first()
            if row is None or row.state == "partial":
                raise damaged(sealed.id)
            key = self._keys.for_opening(connection, [row.scope]).get(row.scope)
        if key is None or row.sealed is None:
            gone = "erased" if key is None else "redacted"
            raise UsageError.of("HF778", f"{sealed.id} is {gone}", fix="the chain of custody says by whom")
        try:
            salt, rest = opened_box(key, row.scope, sealed.id, row.sealed)
        except InvalidTag as error:
            raise damaged(sealed.id) from error
        if rest:
            raise damaged(sealed.id)
        return Opening(self._store, key, row.scope, sealed.id, row.chunks, row.size, salt)

    def discard(self, identifier: str) -> None:
        """Take away a file that came in whole and that no fact names."""
        from sqlalchemy import delete

        from holdfast.store.tables.vault import vault_objects as objects

        with self._store.writing() as connection:
            connection.execute(delete(objects).where(objects.c.id == identifier))

    def sweep(self, before: str) -> int:
        """Take away what began to come in before a moment and never came whole; return how many."""
        from sqlalchemy import delete

        from holdfast.store.tables.vault import vault_objects as objects

        with self._store.writing() as connection:
            gone = connection.execute(
                delete(objects).where(objects.c.state == "partial", objects.c.created_at < before)
            )
            return int(gone.rowcount)
