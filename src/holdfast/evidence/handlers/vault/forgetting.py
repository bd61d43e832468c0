"""What takes content away: redacted views, redaction, erasure; and the change of the master key."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from holdfast.evidence.handlers.vault.boxes import NONCE_BYTES, bound, view_id
from holdfast.evidence.handlers.vault.keys import ScopeKeys, next_generation
from holdfast.evidence.handlers.vault.master import KEY_BYTES, MasterKey, MasterKeys
from holdfast.evidence.handlers.vault.opening import damaged
from holdfast.kernel.clock import Clock
from holdfast.kernel.sealed import SALT_BYTES, Sealed, commitment_of
from holdfast.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable


class Forgetting:
    """Carries out what was decided; each step may be done again and does no harm then."""

    def __init__(self, store: Store, keys: ScopeKeys, master: MasterKeys, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._master = master
        self._clock = clock

    def make_view(self, scope: str, identifier: str, text: str) -> Sealed:
        """Seal a text as the next redacted view of an object, and show it from now on.

        Raises
        ------
        LedgerError
            HF771: there is no such object in the scope.
        """
        from sqlalchemy import select, update

        from holdfast.store.tables.vault import vault_objects as objects

        content = text.encode("utf-8", "replace")
        with self._store.writing() as connection:
            key = self._keys.for_sealing(connection, scope)
            found = connection.execute(
                select(objects.c.view_number).where(objects.c.id == identifier, objects.c.scope == scope)
            ).first()
            if found is None:
                raise damaged(identifier)
            number = found.view_number + 1
            nonce, salt = secrets.token_bytes(NONCE_BYTES), secrets.token_bytes(SALT_BYTES)
            name = view_id(identifier, number)
            box = nonce + key.encrypt(nonce, salt + content, bound(scope, name))
            sealed = Sealed(id=name, commitment=commitment_of(salt, content))
            connection.execute(
                update(objects).where(objects.c.id == identifier).values(view=box, view_number=number)
            )
            next_generation(connection)
        return sealed

    def redact(self, identifiers: Iterable[str]) -> None:
        """Take contents out of the store."""
        from sqlalchemy import delete, update

        from holdfast.store.tables.vault import vault_chunks, vault_objects

        ids = list(identifiers)
        with self._store.writing() as connection:
            connection.execute(delete(vault_chunks).where(vault_chunks.c.object_id.in_(ids)))
            connection.execute(
                update(vault_objects)
                .where(vault_objects.c.id.in_(ids))
                .values(sealed=None, state="redacted", chunks=0)
            )
            next_generation(connection)
        self._settle()

    def erase(self, scope: str) -> None:
        """Destroy the key of a scope, and take away what it opened."""
        from sqlalchemy import delete, insert, select, update

        from holdfast.store.tables.vault import vault_chunks, vault_keys, vault_objects

        at = self._clock.now().isoformat()
        with self._store.writing() as connection:
            done = connection.execute(
                update(vault_keys)
                .where(vault_keys.c.scope == scope, vault_keys.c.erased_at.is_(None))
                .values(wrapped=None, erased_at=at)
            )
            known = connection.execute(select(vault_keys.c.scope).where(vault_keys.c.scope == scope)).first()
            if not done.rowcount and known is None:  # nothing was ever sealed: nothing shall be from now on
                connection.execute(
                    insert(vault_keys).values(scope=scope, wrapped=None, created_at=at, erased_at=at)
                )
            mine = select(vault_objects.c.id).where(vault_objects.c.scope == scope)
            connection.execute(delete(vault_chunks).where(vault_chunks.c.object_id.in_(mine)))
            connection.execute(
                update(vault_objects)
                .where(vault_objects.c.scope == scope)
                .values(sealed=None, view=None, state="redacted", chunks=0)
            )
            next_generation(connection)
        self._settle()

    def change_master(self) -> tuple[MasterKey, int]:
        """Make a new master key and wrap all keys by it; return it and how many there were.

        With the key in a file: the new one is added first, then all are wrapped anew, then the old one goes.
        With keys in the environment: all are wrapped by the first one, and nothing is made.
        """
        from sqlalchemy import select, update

        from holdfast.store.tables.vault import vault_keys as keys

        held = self._master.again()
        if self._master.given:
            new = held[0]
        else:
            new = MasterKey(secrets.token_bytes(KEY_BYTES))
            self._master.keep([new, *held])
        with self._store.writing() as connection:
            if self._store.dialect == "postgresql":
                connection.exec_driver_sql("LOCK TABLE vault_keys IN EXCLUSIVE MODE")
            rows = connection.execute(select(keys.c.scope, keys.c.wrapped)).all()
            there = [row for row in rows if row.wrapped is not None]
            for row in there:
                secret = self._master.unwrap(row.scope, row.wrapped)
                anew = update(keys).where(keys.c.scope == row.scope)
                connection.execute(anew.values(wrapped=new.wrap(row.scope, secret)))
            next_generation(connection)
        if not self._master.given:
            self._master.keep([new])
        self._settle()
        return new, len(there)

    def _settle(self) -> None:
        """Let the engine overwrite what it still holds beside the tables."""
        if self._store.dialect == "sqlite":
            with self._store.engine.connect() as connection:
                # what a reader still needs stays until the next time; it is no error
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            with self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for table in ("vault_keys", "vault_objects", "vault_chunks"):
                    connection.exec_driver_sql(f"VACUUM {table}")
