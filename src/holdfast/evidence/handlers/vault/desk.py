"""Where evidence is handed in and out, and taken away: asked who may, decided, recorded, carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from holdfast.access.model.permissions import Permission, permitted
from holdfast.access.model.principal import Principal
from holdfast.access.requests import check_permitted
from holdfast.evidence.events.vault import (
    Act,
    ContentRedacted,
    EvidenceAdded,
    EvidenceOpened,
    Kind,
    MasterKeyChanged,
    RedactedViewMade,
    ScopeErased,
    ScopeExported,
)
from holdfast.evidence.handlers.vault.checking import Checking
from holdfast.evidence.handlers.vault.files import StoredFiles
from holdfast.evidence.handlers.vault.forgetting import Forgetting
from holdfast.evidence.handlers.vault.receiving import Receiving
from holdfast.evidence.handlers.vault.texts import StoredTexts
from holdfast.evidence.model.vault import custody as deciding
from holdfast.evidence.model.vault.covers import covered, spans_of
from holdfast.evidence.model.vault.custody import Custody, Item
from holdfast.evidence.model.vault.findings import Finding
from holdfast.evidence.model.vault.given import Given, Kept, Proof, Shipped
from holdfast.evidence.model.vault.media import TEXT, shown_as
from holdfast.evidence.model.vault.names import safe_name
from holdfast.kernel.errors import ConflictError, HoldfastError, LedgerError, UsageError
from holdfast.kernel.events import Event, Recorded
from holdfast.kernel.sealed import Sealed
from holdfast.ledger.ports import Ledger

ATTEMPTS = 20
COVERED_BYTES = 5 * 2**20
"""Up to which size a file of text can be covered: it is held in memory for it."""
WORKSPACE = "workspace"


class StoredDesk:
    """The desk of a ledger and a store; see `ports.Desk`. Safe to use from several threads."""

    def __init__(
        self,
        ledger: Ledger,
        texts: StoredTexts,
        files: StoredFiles,
        forgetting: Forgetting,
        checking: Checking,
    ) -> None:
        self._ledger = ledger
        self._texts = texts
        self._files = files
        self._forgetting = forgetting
        self._checking = checking

    @property
    def limit(self) -> int:
        """How many bytes a file may have."""
        return self._files.limit

    def check_known(self, scope: str) -> None:
        """Refuse a scope that nothing is known of; see `ports.Desk.check_known`."""
        if scope != WORKSPACE and not self._ledger.version(f"incident/{scope}"):
            if self._ledger.version(scope) or self._ledger.version(deciding.stream_of(scope)):
                return  # a report is the stream of its own name
            raise UsageError.of(
                "HF776", f"nothing is known of {scope[:60]}", fix="the list of incidents names all"
            )

    def custody(self, scope: str) -> Custody:
        """Return what lies in a scope; see `ports.Desk.custody`."""
        return deciding.fold(Custody(scope), self._ledger.read(deciding.stream_of(scope)))

    def receive(self, scope: str, principal: Principal, announced: int | None = None) -> Receiving:
        """Begin to take a file; see `ports.Desk.receive`."""
        check_permitted(principal, _adding(scope))
        self.check_known(scope)
        return self._files.receive(scope, announced)

    def add(
        self,
        scope: str,
        principal: Principal,
        kept: Kept,
        *,
        kind: Kind,
        name: str,
        why: str,
        because: int | None = None,
    ) -> Item:
        """Record as evidence what came in; see `ports.Desk.add`."""
        try:
            check_permitted(principal, _adding(scope))
            sealed = self._texts.seal_all(scope, [kept.digest, safe_name(name), _reason(why)])
        except HoldfastError:
            self._files.discard(kept.sealed.id)
            raise
        event = EvidenceAdded(
            scope=scope,
            content=kept.sealed,
            digest=sealed[0],
            name=sealed[1],
            why=sealed[2],
            kind=kind,
            media=kept.media,
            size=kept.size,
        )
        self._append(scope, [event], principal, because=because)
        return self.custody(scope).find(kept.sealed.id)

    def open(self, scope: str, principal: Principal, item: str, *, how: str, original: bool) -> Given:
        """Hand out a piece of evidence; see `ports.Desk.open`."""
        check_permitted(principal, Permission.READ_SENSITIVE)
        custody = self.custody(scope)
        found = custody.find(item)
        if original and found.view is not None and not permitted(principal, Permission.AUDIT):
            # whose passages were covered is covered from those who answer the incident too
            check_permitted(principal, Permission.ADMINISTER)
        name = self._texts.unseal([found.added.name])[0]
        given = self._given(custody, found, name or item, original=original)
        event = EvidenceOpened.model_validate(
            {
                "scope": scope,
                "object": item,
                "how": how,
                "part": "original" if found.view is None or original else "view",
            }
        )
        self._append(scope, [event], principal)
        return given

    def ask(self, scope: str, principal: Principal, act: Act, why: str) -> Custody:
        """Ask for what takes two persons; see `ports.Desk.ask`."""
        check_permitted(principal, Permission.ADMINISTER)
        self.check_known(scope)
        sealed = self._texts.seal(WORKSPACE, _reason(why))  # outlives the scope's own key
        return self._decided(scope, principal, lambda custody: deciding.ask(custody, act, sealed))

    def confirm(self, scope: str, principal: Principal, act: Act) -> Custody:
        """Confirm what another person asked for; see `ports.Desk.confirm`."""
        check_permitted(principal, Permission.ADMINISTER)
        after = self._decided(
            scope, principal, lambda custody: deciding.confirm(custody, act, principal.actor)
        )
        if act == "erase":
            self._forgetting.erase(scope)
        return after

    def drop(self, scope: str, principal: Principal, act: Act) -> Custody:
        """Withdraw or refuse what was asked for; see `ports.Desk.drop`."""
        check_permitted(principal, Permission.ADMINISTER)
        return self._decided(scope, principal, lambda custody: deciding.drop(custody, act))

    def cover(
        self, scope: str, principal: Principal, target: str, passages: Sequence[str], why: str
    ) -> Custody:
        """Cover passages of a text; see `ports.Desk.cover`."""
        if not permitted(principal, Permission.ADMINISTER):
            check_permitted(principal, Permission.RESPOND)
        reason = _reason(why)
        text = self._text_of(scope, target)
        spans = spans_of(text, passages)
        sealed = self._texts.seal(scope, reason)
        # shown before it is recorded: a process that dies in between covers too much, never too little
        view = self._forgetting.make_view(scope, target, covered(text, spans))
        event = RedactedViewMade(scope=scope, object=target, view=view, spans=spans, why=sealed)
        self._append(scope, [event], principal)
        return self.custody(scope)

    def redact(self, scope: str, principal: Principal, target: str, why: str) -> Custody:
        """Take a content out for good; see `ports.Desk.redact`."""
        check_permitted(principal, Permission.ADMINISTER)
        if not self._checking.holds(scope, target):
            raise UsageError.of("HF776", f"there is no `{target[:64]}` in {scope}", fix="see the list")
        custody = self.custody(scope)
        custody.check_free()
        sealed = self._texts.seal(scope, _reason(why))
        item = custody.items.get(target)
        # a digest lets a short content be guessed and tried: it goes with it
        also = [item.added.digest.id] if item else []
        event = ContentRedacted(scope=scope, object=target, also=also, why=sealed)

        def decide(now: Custody) -> Sequence[Event]:
            now.check_free()
            return [event]

        after = self._decided(scope, principal, decide)
        self._forgetting.redact([target, *also])
        return after

    def proofs(self, texts: Sequence[Sealed]) -> list[Proof | None]:
        """Return what shows that texts are what facts committed to; see `ports.Desk.proofs`."""
        return self._texts.proofs(texts)

    def hand_over(self, scope: str, principal: Principal) -> Custody:
        """Record that somebody is given all of a scope; see `ports.Desk.hand_over`."""
        check_permitted(principal, Permission.READ_SENSITIVE)
        self.check_known(scope)
        custody = self.custody(scope)
        objects = [item.id for item in custody.items.values() if not (item.redacted or custody.erased)]
        return deciding.fold(
            custody, self._append(scope, [ScopeExported(scope=scope, objects=objects)], principal)
        )

    def ship(self, scope: str, item: str) -> Shipped:
        """Return a piece of evidence for an export; see `ports.Desk.ship`."""
        custody = self.custody(scope)
        found = custody.find(item)
        name = self._texts.unseal([found.added.name])[0] or item
        if custody.erased:
            return Shipped(found, name, "erased", b"", None, iter(()))
        if found.view is not None:
            proof = self._texts.proofs([found.added.content])[0]
            if proof is not None:
                return Shipped(found, name, "covered", proof.salt, proof.sealed, iter([proof.text.encode()]))
        if found.redacted:
            return Shipped(found, name, "redacted", b"", None, iter(()))
        try:
            opening = self._files.open(found.added.content)
        except LedgerError:
            return Shipped(found, name, "damaged", b"", None, iter(()))
        pieces = self._files.pieces(found.added.content)
        return Shipped(found, name, "there", opening.salt, None, pieces)

    def verify(self) -> Sequence[Finding]:
        """Compare facts and store; see `ports.Desk.verify`."""
        return self._checking.verify()

    def change_master(self, principal: Principal) -> int:
        """Wrap all keys by a new master key; see `ports.Desk.change_master`."""
        check_permitted(principal, Permission.ADMINISTER)
        key, scopes = self._forgetting.change_master()
        self._append(WORKSPACE, [MasterKeyChanged(key=key.name.hex(), scopes=scopes)], principal)
        return scopes

    def react(self, recorded: Recorded) -> None:
        """Carry out what a fact decided once more: harmless, and needed where a process died before."""
        match recorded.event:
            case ScopeErased() as erased:
                self._forgetting.erase(erased.scope)
            case ContentRedacted() as redacted:
                self._forgetting.redact([redacted.object, *redacted.also])
            case _:
                pass

    def _given(self, custody: Custody, item: Item, name: str, *, original: bool) -> Given:
        if item.view is not None and not original:
            proof = self._texts.proofs([item.added.content])[0]
            if proof is None:
                raise UsageError.of("HF778", f"{item.id} is erased", fix="the chain of custody says by whom")
            content = proof.text.encode()
            return Given(item, name, shown_as(TEXT, content), len(content), iter([content]))
        if custody.erased or item.redacted:
            gone = "erased" if custody.erased else "redacted"
            raise UsageError.of("HF778", f"{item.id} is {gone}", fix="the chain of custody says by whom")
        pieces = self._files.pieces(item.added.content)
        first = next(pieces)  # what is damaged in its first piece is refused before anything is sent
        shown = shown_as(item.added.media, first)
        return Given(item, name, shown, item.added.size, _chained(first, pieces))

    def _text_of(self, scope: str, target: str) -> str:
        item = self.custody(scope).items.get(target)
        if item is None:
            text = self._texts.original(scope, target)
            if text is None:
                raise UsageError.of(
                    "HF776", f"there is no text `{target[:64]}` in {scope}", fix="see the list"
                )
            return text
        if item.added.media != TEXT or item.added.size > COVERED_BYTES:
            raise UsageError.of(
                "HF774",
                f"{target} is {item.added.media} of {item.added.size:,} bytes",
                fix=f"passages are covered in text of at most {COVERED_BYTES:,} bytes; redact it as a whole",
            )
        return b"".join(self._files.pieces(item.added.content)).decode(errors="replace")

    def _decided(
        self, scope: str, principal: Principal, decide: Callable[[Custody], Sequence[Event]]
    ) -> Custody:
        for attempt in range(ATTEMPTS):
            state = self.custody(scope)
            events = decide(state)
            try:
                recorded = self._append(scope, events, principal, expected=state.version)
            except ConflictError:
                if attempt == ATTEMPTS - 1:
                    raise
                continue
            return deciding.fold(state, recorded)
        raise AssertionError(scope)  # the last attempt returned or raised

    def _append(
        self,
        scope: str,
        events: Sequence[Event],
        principal: Principal,
        *,
        expected: int | None = None,
        because: int | None = None,
    ) -> Sequence[Recorded]:
        return self._ledger.append(
            deciding.stream_of(scope), events, expected=expected, actor=principal.actor, because=because
        )


def _adding(scope: str) -> Permission:
    """Return what adding to a scope needs: whoever may report may send along what they saw."""
    return Permission.REPORT if scope.startswith("report/") else Permission.RESPOND


def _reason(why: str) -> str:
    if not why.strip():
        raise UsageError.of(
            "HF780", "no reason was given", fix="say why in a sentence: others will ask later"
        )
    return why.strip()


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
