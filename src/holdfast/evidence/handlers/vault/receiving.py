"""A file that comes into the vault, sealed piece by piece."""

from __future__ import annotations

import hashlib
import io
import secrets

from holdfast.evidence.handlers.vault.bombs import Unpacked, check_zip
from holdfast.evidence.handlers.vault.boxes import NONCE_BYTES, bound, fresh_id
from holdfast.evidence.handlers.vault.keys import ScopeKeys
from holdfast.evidence.handlers.vault.opening import CHUNK_BYTES, Opening, bound_piece
from holdfast.evidence.model.vault.given import Kept
from holdfast.evidence.model.vault.media import HEAD_BYTES, media_of
from holdfast.kernel.errors import UsageError
from holdfast.kernel.sealed import SALT_BYTES, Sealed
from holdfast.store.store import Store


class Receiving:
    """A file that comes in: `write` as often as need be, then `finish`; `abort` leaves nothing of it."""

    def __init__(self, store: Store, keys: ScopeKeys, at: str, limit: int, scope: str) -> None:
        from sqlalchemy import insert

        from holdfast.store.tables.vault import vault_objects

        self._store, self._keys, self._limit, self._scope = store, keys, limit, scope
        self._id, self._salt = fresh_id(), secrets.token_bytes(SALT_BYTES)
        self._committing, self._digest = hashlib.sha256(self._salt), hashlib.sha256()
        self._buffer, self._head = bytearray(), bytearray()
        self._size = self._chunks = 0
        self._unpacked = Unpacked(limit)
        with self._store.writing() as connection:
            self._key = self._keys.for_sealing(connection, scope)
            connection.execute(
                insert(vault_objects).values(
                    id=self._id,
                    scope=scope,
                    size=0,
                    state="partial",
                    chunks=0,
                    view_number=0,
                    created_at=at,
                )
            )

    def write(self, data: bytes) -> None:
        """Take more of the file.

        Raises
        ------
        UsageError
            HF773: it is too large by now; HF779: it unpacks to more than anybody can want.
        """
        self._size += len(data)
        check_size(self._size, self._limit)
        if len(self._head) < HEAD_BYTES:
            self._head += data[: HEAD_BYTES - len(self._head)]
        self._unpacked.see(data)
        self._buffer += data
        while len(self._buffer) >= CHUNK_BYTES:
            self._keep(bytes(self._buffer[:CHUNK_BYTES]))
            del self._buffer[:CHUNK_BYTES]

    def finish(self) -> Kept:
        """Keep the file.

        Raises
        ------
        UsageError
            HF779: an archive that says it unpacks to more than anybody can want.
        """
        from sqlalchemy import update

        from holdfast.store.tables.vault import vault_objects as objects

        if self._buffer or not self._chunks:  # an empty file is one empty piece
            self._keep(bytes(self._buffer))
        commitment = "sha256:" + self._committing.hexdigest()
        media = media_of(bytes(self._head), whole=self._size <= HEAD_BYTES)
        if media == "application/zip":
            opening = Opening(
                self._store, self._key, self._scope, self._id, self._chunks, self._size, self._salt
            )
            check_zip(io.BufferedReader(opening, CHUNK_BYTES), self._limit)
        nonce = secrets.token_bytes(NONCE_BYTES)
        box = nonce + self._key.encrypt(nonce, self._salt, bound(self._scope, self._id))
        with self._store.writing() as connection:
            # the scope may have been erased since: then this refuses, and nothing is kept
            self._keys.for_sealing(connection, self._scope)
            connection.execute(
                update(objects)
                .where(objects.c.id == self._id)
                .values(size=self._size, state="there", chunks=self._chunks, sealed=box)
            )
        return Kept(
            Sealed(id=self._id, commitment=commitment),
            "sha256:" + self._digest.hexdigest(),
            media,
            self._size,
        )

    def abort(self) -> None:
        """Leave nothing of it; harmless where it is gone or whole already."""
        from sqlalchemy import delete

        from holdfast.store.tables.vault import vault_objects as objects

        with self._store.writing() as connection:
            connection.execute(delete(objects).where(objects.c.id == self._id, objects.c.state == "partial"))

    def _keep(self, piece: bytes) -> None:
        from sqlalchemy import insert

        from holdfast.store.tables.vault import vault_chunks

        self._committing.update(piece)
        self._digest.update(piece)
        nonce = secrets.token_bytes(NONCE_BYTES)
        box = nonce + self._key.encrypt(nonce, piece, bound_piece(self._scope, self._id, self._chunks))
        with self._store.writing() as connection:
            connection.execute(
                insert(vault_chunks).values(object_id=self._id, number=self._chunks, sealed=box)
            )
        self._chunks += 1


def check_size(size: int, limit: int) -> None:
    """Refuse what is too large.

    Raises
    ------
    UsageError
        HF773.
    """
    if size > limit:
        raise UsageError.of(
            "HF773",
            f"a file of {size:,} bytes or more",
            fix=f"at most {limit:,} (HOLDFAST_UPLOAD_BYTES); keep it elsewhere and add its digest",
        )
