"""The keys of the scopes: made, opened, destroyed; and the number that tells caches to forget."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from holdfast.evidence.handlers.vault.master import KEY_BYTES, MasterKeys
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from sqlalchemy import Connection

OPENED = 4_096
"""How many scopes' keys stay opened in a process."""


class ScopeKeys:
    """One key per scope, wrapped by the workspace's."""

    def __init__(self, master: MasterKeys, clock: Clock) -> None:
        self._master = master
        self._clock = clock
        self._opened: dict[tuple[str, bytes], AESGCM] = {}
        self._generation = -1
        self._lock = threading.Lock()

    def for_sealing(self, connection: Connection, scope: str) -> AESGCM:
        """Return a scope's key, made where there is none yet; it stays until the transaction ends.

        Raises
        ------
        UsageError
            HF770: the key was erased.
        """
        from sqlalchemy import insert, select

        from holdfast.store.tables.vault import vault_keys

        held = select(vault_keys.c.wrapped).where(vault_keys.c.scope == scope).with_for_update(read=True)
        row = connection.execute(held).first()
        if row is None:
            if connection.dialect.name == "postgresql":
                # a change of the master key holds the whole table: the key is read before it or after it
                connection.exec_driver_sql("LOCK TABLE vault_keys IN ROW EXCLUSIVE MODE")
            none_yet = connection.execute(select(vault_keys.c.scope).limit(1)).first() is None
            wrapped = self._master.present(make=none_yet).wrap(scope, secrets.token_bytes(KEY_BYTES))
            values = {"scope": scope, "wrapped": wrapped, "created_at": self._clock.now().isoformat()}
            if connection.dialect.name == "postgresql":  # SQLite has one writer: nobody else can come between
                from sqlalchemy.dialects.postgresql import insert as inserting_or_not

                made = inserting_or_not(vault_keys).values(**values).on_conflict_do_nothing()
                connection.execute(made)
                row = connection.execute(held).one()
            else:
                connection.execute(insert(vault_keys).values(**values))
                return self._key(scope, wrapped)
        if row.wrapped is None:
            raise UsageError.of(
                "HF770", f"what belongs to `{scope}` was erased for good", fix="nothing can be added to it"
            )
        return self._key(scope, row.wrapped)

    def for_opening(self, connection: Connection, scopes: Iterable[str]) -> dict[str, AESGCM | None]:
        """Return the scopes' keys; None for one that was erased."""
        from sqlalchemy import select

        from holdfast.store.tables.vault import vault_keys

        rows = connection.execute(
            select(vault_keys.c.scope, vault_keys.c.wrapped).where(vault_keys.c.scope.in_(list(scopes)))
        )
        return {row.scope: None if row.wrapped is None else self._key(row.scope, row.wrapped) for row in rows}

    def turn(self, generation: int) -> None:
        """Forget every opened key once anything was erased anywhere."""
        with self._lock:
            if generation > self._generation:
                self._opened.clear()
                self._generation = generation

    def _key(self, scope: str, wrapped: bytes) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        with self._lock:
            found = self._opened.get((scope, wrapped))
        if found is None:
            found = AESGCM(self._master.unwrap(scope, wrapped))
            with self._lock:
                if len(self._opened) >= OPENED:
                    self._opened.clear()
                self._opened[scope, wrapped] = found
        return found


def generation(connection: Connection) -> int:
    """Return how often anything was redacted or erased, in any process."""
    from sqlalchemy import select

    from holdfast.store.tables.vault import vault_generation

    return connection.execute(select(vault_generation.c.number)).scalar() or 0


def next_generation(connection: Connection) -> None:
    """Tell every process to forget what it has opened."""
    from sqlalchemy import text

    connection.execute(
        text(
            "INSERT INTO vault_generation (only_row, number) VALUES (1, 1)"
            " ON CONFLICT (only_row) DO UPDATE SET number = vault_generation.number + 1"
        )
    )
