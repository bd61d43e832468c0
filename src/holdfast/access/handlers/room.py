"""What access works with, and the one way in which it records a decision."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from holdfast.access.events import PEOPLE, TOKENS
from holdfast.access.handlers.directory import Directory
from holdfast.access.handlers.rows import insert_new
from holdfast.access.model.people import People
from holdfast.access.model.rules import Rules
from holdfast.access.model.tokens import Tokens
from holdfast.access.ports import Mailer
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import ConflictError
from holdfast.kernel.events import Event, Recorded
from holdfast.ledger.ports import Ledger
from holdfast.store.store import Store

ATTEMPTS = 20
"""How often is decided anew. Each time somebody else has recorded a fact: so many at once are a fault."""
KEY_BYTES = 32


class _Versioned(Protocol):
    @property
    def version(self) -> int: ...


S = TypeVar("S", bound=_Versioned)


@dataclass(frozen=True)
class AccessRoom:
    """What access works with; one a process, shared by its threads."""

    store: Store
    ledger: Ledger
    clock: Clock
    rules: Rules
    mailer: Mailer | None = None

    @cached_property
    def directory(self) -> Directory:
        """Who may what."""
        return Directory(self.ledger)

    @cached_property
    def key(self) -> bytes:
        """The key of digests and of cookies that we give out to ourselves; made once in the store."""
        from sqlalchemy import select

        from holdfast.store.tables.access import access_keys

        wanted = select(access_keys.c.value).where(access_keys.c.name == "digests")
        with self.store.reading() as connection:
            found = connection.execute(wanted).scalar()
        if found is None:
            with self.store.writing() as connection:
                insert_new(connection, access_keys, name="digests", value=secrets.token_bytes(KEY_BYTES))
            with self.store.reading() as connection:  # of two processes at once, one made it
                found = connection.execute(wanted).scalar_one()
        return bytes(found)

    def decide_people(self, actor: str, decide: Callable[[People], Sequence[Event]]) -> list[Recorded]:
        """Decide on the people as they are, and record it so that nothing came between the two."""
        return self._decide(PEOPLE, actor, self.directory.people, decide)

    def decide_tokens(self, actor: str, decide: Callable[[Tokens], Sequence[Event]]) -> list[Recorded]:
        """Decide on the tokens as they are, and record it so that nothing came between the two."""
        return self._decide(TOKENS, actor, self.directory.tokens, decide)

    def record(self, stream: str, actor: str, event: Event) -> None:
        """Record what happened, whatever stands in the stream."""
        self.ledger.append(stream, [event], expected=None, actor=actor)

    def _decide(
        self, stream: str, actor: str, load: Callable[[], S], decide: Callable[[S], Sequence[Event]]
    ) -> list[Recorded]:
        for attempt in range(ATTEMPTS):
            state = load()
            events = decide(state)
            if not events:
                return []
            try:
                return self.ledger.append(stream, events, expected=state.version, actor=actor)
            except ConflictError:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError(stream)  # the last attempt returned or raised
