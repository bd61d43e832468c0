"""A file of the vault to read: one piece at a time is opened."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from holdfast.evidence.handlers.vault.boxes import NONCE_BYTES
from holdfast.kernel.errors import LedgerError
from holdfast.store.store import Store

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK_BYTES = 1 << 20


class Opening(io.RawIOBase):
    """A file of the vault to read and to seek in; it holds one piece at a time."""

    def __init__(
        self, store: Store, key: AESGCM, scope: str, identifier: str, chunks: int, size: int, salt: bytes
    ) -> None:
        super().__init__()
        self._store, self._key, self._scope, self._id = store, key, scope, identifier
        self.chunks, self.size, self.salt = chunks, size, salt
        self._at, self._held = 0, (-1, b"")

    def piece(self, number: int) -> bytes:
        """Return a piece.

        Raises
        ------
        LedgerError
            HF771: it was changed, put elsewhere or is missing.
        """
        from cryptography.exceptions import InvalidTag
        from sqlalchemy import select

        from holdfast.store.tables.vault import vault_chunks as chunks

        wanted = select(chunks.c.sealed).where(chunks.c.object_id == self._id, chunks.c.number == number)
        with self._store.reading() as connection:
            box = connection.execute(wanted).scalar()
        if box is None:
            raise damaged(self._id)
        try:
            bound = bound_piece(self._scope, self._id, number)
            return self._key.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], bound)
        except InvalidTag as error:
            raise damaged(self._id) from error

    def readable(self) -> bool:
        """Return True: it can be read."""
        return True

    def seekable(self) -> bool:
        """Return True: it can be sought in."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go somewhere in the file."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """Return where in the file it stands."""
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read some bytes."""
        if self._at >= self.size:
            return 0
        number, start = divmod(self._at, CHUNK_BYTES)
        if self._held[0] != number:
            self._held = (number, self.piece(number))
        room = memoryview(buffer).cast("B")
        part = self._held[1][start : start + len(room)]
        room[: len(part)] = part
        self._at += len(part)
        return len(part)


def bound_piece(scope: str, identifier: str, number: int) -> bytes:
    """Return what a piece is bound to: its object and its place in it."""
    return b"holdfast vault piece\0" + f"{identifier}\0{number}\0{scope}".encode()


def damaged(identifier: str) -> LedgerError:
    """Return the error for what is not what its fact committed to."""
    refused = LedgerError.of(
        "HF771",
        f"{identifier} is not what its fact committed to",
        fix="compare the store with a backup; `holdfast vault verify` names all that do not fit",
    )
    assert isinstance(refused, LedgerError)  # noqa: S101 -- `of` is declared on the base
    return refused
