"""Facts and store compared: what does not fit, and what a process that died left to be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pydantic import BaseModel

from holdfast.evidence.events.vault import ContentRedacted, RedactedViewMade, ScopeErased
from holdfast.evidence.handlers.vault.files import StoredFiles
from holdfast.evidence.handlers.vault.forgetting import Forgetting
from holdfast.evidence.handlers.vault.texts import StoredTexts
from holdfast.evidence.model.opened import Condition
from holdfast.evidence.model.vault.findings import Finding
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import HoldfastError
from holdfast.kernel.events import Event, Recorded
from holdfast.kernel.sealed import Sealed
from holdfast.ledger.ports import Ledger
from holdfast.store.store import Store

AT_ONCE = 1_000
HALF_A_DAY = timedelta(hours=12)
"""How long a file may take to come in before what there is of it is taken away."""


class Checking:
    """Compares every commitment in the ledger with what lies in the store."""

    def __init__(
        self,
        ledger: Ledger,
        store: Store,
        texts: StoredTexts,
        files: StoredFiles,
        forgetting: Forgetting,
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._texts = texts
        self._files = files
        self._forgetting = forgetting
        self._clock = clock

    def holds(self, scope: str, identifier: str) -> bool:
        """Return whether the store has an object in a scope."""
        from sqlalchemy import select

        from holdfast.store.tables.vault import vault_objects as objects

        asked = select(objects.c.id).where(objects.c.id == identifier, objects.c.scope == scope)
        with self._store.reading() as connection:
            return connection.execute(asked).first() is not None

    def verify(self) -> list[Finding]:
        """Compare facts and store; see `ports.Desk.verify`."""
        findings = list(self._carried_out())
        gone = self._gone()
        files: list[tuple[str, Sealed]] = []
        texts: list[tuple[str, Sealed]] = []
        for recorded in self._facts():
            for name, sealed in sealed_in(recorded.event):
                if sealed.id in gone:
                    continue
                of_file = name == "content" and recorded.event.type_name() == "EvidenceAdded"
                (files if of_file else texts).append((recorded.stream, sealed))
            if len(texts) >= AT_ONCE:
                findings += self._texts_that_do_not_fit(texts)
                texts.clear()
        findings += self._texts_that_do_not_fit(texts)
        findings += [
            found for stream, sealed in files for found in self._file_that_does_not_fit(stream, sealed)
        ]
        swept = self._files.sweep((self._clock.now() - HALF_A_DAY).isoformat())
        if swept:
            findings.append(Finding("", "", f"{swept} files that never came in whole, taken away", True))
        return findings

    def _facts(self, *kinds: type[Event]) -> Iterator[Recorded]:
        seq = 0
        types = [kind.type_name() for kind in kinds] or None
        while found := self._ledger.since(seq, limit=AT_ONCE, types=types):
            yield from found
            seq = found[-1].seq

    def _carried_out(self) -> Iterator[Finding]:
        """Carry out what was decided and not done."""
        for recorded in self._facts(ScopeErased, ContentRedacted):
            match recorded.event:
                case ScopeErased() as erased if self._is_there(erased.scope, None):
                    self._forgetting.erase(erased.scope)
                    yield Finding(erased.scope, "", "was to be erased and was not", repaired=True)
                case ContentRedacted() as redacted if self._is_there(redacted.scope, redacted.object):
                    self._forgetting.redact([redacted.object, *redacted.also])
                    what = "was to be redacted and was not"
                    yield Finding(redacted.scope, redacted.object, what, repaired=True)
                case _:
                    pass

    def _is_there(self, scope: str, identifier: str | None) -> bool:
        """Return whether a content, or without one the key of a scope, is still in the store."""
        from sqlalchemy import select

        from holdfast.store.tables.vault import vault_keys as keys
        from holdfast.store.tables.vault import vault_objects as objects

        asked = select(keys.c.scope).where(keys.c.scope == scope, keys.c.wrapped.is_not(None))
        if identifier is not None:
            asked = select(objects.c.scope).where(objects.c.id == identifier, objects.c.state == "there")
        with self._store.reading() as connection:
            return connection.execute(asked).first() is not None

    def _gone(self) -> set[str]:
        """Return the contents that are away or covered by a fact: nothing is left to compare."""
        gone: set[str] = set()
        for recorded in self._facts(ContentRedacted, RedactedViewMade):
            match recorded.event:
                case ContentRedacted() as redacted:
                    gone |= {redacted.object, *redacted.also}
                case RedactedViewMade() as made:
                    # the view lies with its original, bound to it: it opens or it does not
                    gone |= {made.object, made.view.id}
                case _:
                    pass
        return gone

    def _texts_that_do_not_fit(self, texts: list[tuple[str, Sealed]]) -> Iterator[Finding]:
        found = self._texts.read([sealed for _, sealed in texts])
        for (stream, sealed), opened in zip(texts, found, strict=True):
            if opened.condition in {Condition.MISSING, Condition.DAMAGED}:
                yield Finding(stream, sealed.id, f"is {opened.condition}")
            elif opened.condition is Condition.REDACTED or opened.condition is Condition.COVERED:
                yield Finding(stream, sealed.id, f"is {opened.condition}, and no fact says so")

    def _file_that_does_not_fit(self, stream: str, sealed: Sealed) -> Iterator[Finding]:
        try:
            for _ in self._files.pieces(sealed):
                pass
        except HoldfastError as error:
            if error.problems[0].code != "HF778":  # erased with its scope: a fact says so
                yield Finding(stream, sealed.id, error.problems[0].message)


def sealed_in(event: Event) -> Iterator[tuple[str, Sealed]]:
    """Yield every sealed content that a fact holds, with the name of its field."""
    for name in type(event).model_fields:
        yield from ((name, sealed) for sealed in _within(getattr(event, name)))


def _within(value: object) -> Iterator[Sealed]:
    if isinstance(value, Sealed):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _within(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _within(inner)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _within(getattr(value, name))
