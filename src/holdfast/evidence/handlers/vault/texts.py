"""The vault for texts: sealed one by one or many at once, opened thousands at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from holdfast.evidence.handlers.vault.boxes import of_view, opened_box, sealed_box, view_id
from holdfast.evidence.handlers.vault.cache import OpenedTexts
from holdfast.evidence.handlers.vault.keys import ScopeKeys, generation
from holdfast.evidence.model.opened import Condition, Opened
from holdfast.evidence.model.vault.given import Proof
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import LedgerError, UsageError
from holdfast.kernel.sealed import Sealed, commitment_of
from holdfast.store.store import Store

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from sqlalchemy import Connection

TEXT_CHARACTERS = 1_000_000
"""What is longer is a file."""
COLUMNS = "id, scope, sealed, view, view_number, chunks FROM vault_objects"
AMONG = {"sqlite": "IN (SELECT value FROM json_each(:ids))", "postgresql": "= ANY(:ids)"}


class Row(NamedTuple):
    """What the store holds of one object."""

    id: str
    scope: str
    sealed: bytes | None
    view: bytes | None
    view_number: int
    chunks: int


class StoredTexts:
    """Texts under their scopes' keys in a store. Safe to use from several threads and processes."""

    def __init__(self, store: Store, keys: ScopeKeys, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._cache = OpenedTexts()

    def seal(self, scope: str, text: str) -> Sealed:
        """Keep a text; see `ports.Vault`."""
        return self.seal_all(scope, [text])[0]

    def seal_all(self, scope: str, texts: Sequence[str]) -> list[Sealed]:
        """Keep several texts in one transaction; see `ports.Vault`."""
        from sqlalchemy import insert

        from holdfast.store.tables.vault import vault_objects

        contents = [_bytes_of(text) for text in texts]
        if not contents:
            return []
        at = self._clock.now().isoformat()
        with self._store.writing() as connection:
            key = self._keys.for_sealing(connection, scope)
            boxes = [sealed_box(key, scope, content) for content in contents]
            rows = [
                {
                    "id": box.sealed.id,
                    "scope": scope,
                    "size": box.size,
                    "state": "there",
                    "chunks": 0,
                    "view_number": 0,
                    "sealed": box.content,
                    "created_at": at,
                }
                for box in boxes
            ]
            connection.execute(insert(vault_objects), rows)
        return [box.sealed for box in boxes]

    def unseal(self, texts: Sequence[Sealed]) -> list[str | None]:
        """Open texts; see `ports.Vault`."""
        found = self.read(texts)
        for sealed, opened in zip(texts, found, strict=True):
            if opened.condition in {Condition.MISSING, Condition.DAMAGED}:
                raise LedgerError.of(
                    "HF771",
                    f"the sealed text {sealed.id} is {opened.condition}: not what its fact committed to",
                    fix="compare the store with a backup; `holdfast vault verify` names all that do not fit",
                )
        return [opened.text for opened in found]

    def read(self, texts: Sequence[Sealed]) -> list[Opened]:
        """Return how each text is found, in the order asked."""
        if not texts:
            return []
        with self._store.reading() as connection:
            present = generation(connection)
            self._keys.turn(present)
            known = self._cache.among((sealed.id for sealed in texts), present)
            wanted = {sealed.id: sealed for sealed in texts if sealed.id not in known}
            read = self._opened(connection, wanted) if wanted else {}
        self._cache.keep(
            {
                identifier: (wanted[identifier].commitment, opened.text)
                for identifier, opened in read.items()
                if opened.condition is Condition.THERE and opened.text is not None
            },
            present,
        )
        return [_found(sealed, known, read) for sealed in texts]

    def proofs(self, texts: Sequence[Sealed]) -> list[Proof | None]:
        """Return what shows that texts are what facts committed to; see `ports.Desk.proofs`."""
        with self._store.reading() as connection:
            rows = {row.id: Row(*row) for row in self._rows(connection, [sealed.id for sealed in texts])}
            keys = self._keys.for_opening(connection, {row.scope for row in rows.values()})
        return [_proof(keys, rows.get(sealed.id), sealed) for sealed in texts]

    def original(self, scope: str, identifier: str) -> str | None:
        """Return a text without its covers; None where it is no text of the scope, or is gone."""
        with self._store.reading() as connection:
            rows = [Row(*row) for row in self._rows(connection, [identifier])]
            keys = self._keys.for_opening(connection, [scope])
        key = keys.get(scope)
        if not rows or rows[0].scope != scope or rows[0].sealed is None or key is None:
            return None
        _, content = opened_box(key, scope, identifier, rows[0].sealed)
        return content.decode()

    def _opened(self, connection: Connection, wanted: dict[str, Sealed]) -> dict[str, Opened]:
        bases = {identifier: of_view(identifier) for identifier in wanted}
        rows = {
            row[0]: Row._make(row) for row in self._rows(connection, list({b for b, _ in bases.values()}))
        }
        keys = self._keys.for_opening(connection, {row.scope for row in rows.values()})
        return {
            identifier: _open(keys.get(row.scope), row, wanted[identifier], number)
            for identifier, (base, number) in bases.items()
            if (row := rows.get(base)) is not None
        }

    def _rows(self, connection: Connection, ids: list[str]) -> Sequence[Any]:
        """Return what the store holds of objects. A list of a thousand names in a statement takes longer."""
        from sqlalchemy import text

        sqlite = connection.dialect.name == "sqlite"
        asked = text(f"SELECT {COLUMNS} WHERE id {AMONG['sqlite' if sqlite else 'postgresql']}")
        return connection.execute(asked, {"ids": json.dumps(ids) if sqlite else ids}).all()


def _open(key: AESGCM | None, row: Row, sealed: Sealed, number: int) -> Opened:
    from cryptography.exceptions import InvalidTag

    if key is None:
        return Opened(Condition.ERASED)
    if number and (number != row.view_number or row.view is None):
        return Opened(Condition.REDACTED)  # a later view took its place
    try:
        if row.view is not None:  # bound to this object and its number: no other text can be put here
            _, content = opened_box(key, row.scope, view_id(row.id, row.view_number), row.view)
            return Opened(Condition.COVERED, content.decode())
        if row.chunks:
            return Opened(Condition.FILE)
        if row.sealed is None:
            return Opened(Condition.REDACTED)
        salt, content = opened_box(key, row.scope, sealed.id, row.sealed)
    except InvalidTag:
        return Opened(Condition.DAMAGED)
    if commitment_of(salt, content) != sealed.commitment:
        return Opened(Condition.DAMAGED)
    return Opened(Condition.THERE, content.decode())


def _proof(keys: dict[str, AESGCM | None], row: Row | None, sealed: Sealed) -> Proof | None:
    from cryptography.exceptions import InvalidTag

    key = None if row is None else keys.get(row.scope)
    if row is None or key is None or (row.view is None and row.sealed is None):
        return None
    name, box = (row.id, row.sealed) if row.view is None else (view_id(row.id, row.view_number), row.view)
    try:
        salt, content = opened_box(key, row.scope, name, box or b"")
    except InvalidTag:
        return None
    made = Sealed(id=name, commitment=commitment_of(salt, content))
    if row.view is None and made != sealed:
        return None
    return Proof(made, salt, content.decode(), row.view is not None)


def _found(sealed: Sealed, known: dict[str, tuple[str, str]], read: dict[str, Opened]) -> Opened:
    if sealed.id not in known:
        return read.get(sealed.id, Opened(Condition.MISSING))
    commitment, text = known[sealed.id]
    return Opened(Condition.THERE, text) if commitment == sealed.commitment else Opened(Condition.DAMAGED)


def _bytes_of(text: str) -> bytes:
    if len(text) > TEXT_CHARACTERS:
        raise UsageError.of(
            "HF773",
            f"a text of {len(text):,} characters",
            fix=f"at most {TEXT_CHARACTERS:,}; add what is longer as a file",
        )
    # half a surrogate pair comes from broken JSON; no page and no database takes it
    return text.encode("utf-8", "replace")
