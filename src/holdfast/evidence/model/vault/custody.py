"""What lies in a scope's vault and what was done to it, folded from its facts; and what may be done next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from holdfast.evidence.events.vault import (
    Act,
    ContentRedacted,
    EvidenceAdded,
    EvidenceOpened,
    Kind,
    LegalHoldLifted,
    LegalHoldPlaced,
    RedactedViewMade,
    ScopeErased,
    ScopeExported,
    VaultActAsked,
    VaultActDropped,
)
from holdfast.kernel.errors import UsageError
from holdfast.kernel.events import Event, Recorded
from holdfast.kernel.sealed import Sealed


@dataclass(frozen=True)
class Step:
    """One link of the chain of custody.

    Attributes
    ----------
    what : str
        `added`, `viewed`, `downloaded`, `exported`, `covered`, `redacted`, or what two persons did:
        `hold asked`, `hold placed`, `hold lifted`, `erased`, ...
    why : Sealed or None
        In whose words; none for what needs none.
    """

    seq: int
    at: datetime
    actor: str
    what: str
    why: Sealed | None = None


@dataclass(frozen=True)
class Item:
    """One piece of evidence, with what was done to it."""

    added: EvidenceAdded
    seq: int
    at: datetime
    actor: str
    because: int | None
    trail: tuple[Step, ...] = ()
    view: Sealed | None = None
    redacted: bool = False

    @property
    def id(self) -> str:
        """Its id in the vault."""
        return self.added.content.id

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.added.kind


@dataclass(frozen=True)
class Asked:
    """What waits for a second person."""

    act: Act
    by: str
    at: datetime
    why: Sealed


@dataclass(frozen=True)
class Custody:
    """A scope's vault as it stands.

    Attributes
    ----------
    version : int
        Of its stream: what a decision was based on.
    items : mapping from id to Item
        In the order in which they were added.
    texts : mapping from id to Sealed
        Redacted views of texts in facts; None for one that was redacted without a view.
    held : bool
        Whether a legal hold was placed, by two persons.
    asked : Asked or None
        What waits for a second person.
    trail : tuple of Step
        What was done to the scope as a whole.
    """

    scope: str
    version: int = 0
    items: Mapping[str, Item] = field(default_factory=dict)
    texts: Mapping[str, Sealed | None] = field(default_factory=dict)
    held: bool = False
    asked: Asked | None = None
    erased: bool = False
    trail: tuple[Step, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing may be redacted or erased: a hold that is asked for holds already."""
        return self.held or (self.asked is not None and self.asked.act == "hold")

    def find(self, item: str) -> Item:
        """Return a piece of evidence.

        Raises
        ------
        UsageError
            HF776: there is none of this id.
        """
        found = self.items.get(item)
        if found is None:
            raise UsageError.of(
                "HF776",
                f"there is no evidence `{item[:64]}` in {self.scope}",
                fix="the list names all that is there",
            )
        return found

    def check_free(self) -> None:
        """Refuse what takes content away while a hold stands.

        Raises
        ------
        UsageError
            HF775: a legal hold; HF770: all of it is erased already.
        """
        if self.erased:
            raise UsageError.of("HF770", f"{self.scope} is erased", fix="there is nothing left to take away")
        if self.holds:
            raise UsageError.of(
                "HF775",
                f"a legal hold keeps what belongs to {self.scope}",
                fix="two persons can lift it; a redacted view may be made meanwhile",
            )


STREAM = "vault/"


def stream_of(scope: str) -> str:
    """Return the stream of a scope's custody.

    Examples
    --------
    >>> stream_of("INC-2026-0007")
    'vault/INC-2026-0007'
    """
    return STREAM + scope


def fold(custody: Custody, facts: Iterable[Recorded]) -> Custody:
    """Return a scope's custody after more facts of its stream."""
    for recorded in facts:
        custody = replace(_evolve(custody, recorded), version=recorded.version)
    return custody


def _evolve(custody: Custody, recorded: Recorded) -> Custody:
    match recorded.event:
        case EvidenceAdded() as added:
            step = _step(recorded, "added", added.why)
            item = Item(added, recorded.seq, recorded.at, recorded.actor, recorded.because, (step,))
            return replace(custody, items={**custody.items, item.id: item})
        case EvidenceOpened() as opened:
            what = opened.how if opened.part == "original" else f"{opened.how} (redacted view)"
            return _on_item(custody, opened.object, _step(recorded, what))
        case RedactedViewMade() as made:
            step = _step(recorded, "covered", made.why)
            if made.object in custody.items:
                return _on_item(custody, made.object, step, view=made.view)
            return replace(custody, texts={**custody.texts, made.object: made.view})
        case ContentRedacted() as redacted:
            step = _step(recorded, "redacted", redacted.why)
            if redacted.object in custody.items:
                return _on_item(custody, redacted.object, step, redacted=True)
            known = custody.texts.get(redacted.object)
            return replace(custody, texts={**custody.texts, redacted.object: known})
        case ScopeExported() as exported:
            step = _step(recorded, "exported")
            custody = replace(custody, trail=(*custody.trail, step))
            for identifier in exported.objects:
                custody = _on_item(custody, identifier, step)
            return custody
        case _:
            return _evolve_whole(custody, recorded)


def _evolve_whole(custody: Custody, recorded: Recorded) -> Custody:
    """Take into account what two persons do to a scope."""
    match recorded.event:
        case VaultActAsked() as event:
            asked = Asked(event.act, recorded.actor, recorded.at, event.why)
            step = _step(recorded, f"{event.act} asked", event.why)
            return replace(custody, asked=asked, trail=(*custody.trail, step))
        case VaultActDropped() as dropped:
            step = _step(recorded, f"{dropped.act} dropped")
            return replace(custody, asked=None, trail=(*custody.trail, step))
        case LegalHoldPlaced():
            step = _step(recorded, "hold placed")
            return replace(custody, held=True, asked=None, trail=(*custody.trail, step))
        case LegalHoldLifted():
            step = _step(recorded, "hold lifted")
            return replace(custody, held=False, asked=None, trail=(*custody.trail, step))
        case ScopeErased():
            step = _step(recorded, "erased")
            return replace(custody, erased=True, asked=None, trail=(*custody.trail, step))
        case _:
            return custody


def ask(custody: Custody, act: Act, why: Sealed) -> list[Event]:
    """Ask for what takes two persons.

    Raises
    ------
    UsageError
        HF777: something else waits already, or there is nothing to do; HF775, HF770 as for redacting.
    """
    if custody.asked is not None:
        raise UsageError.of(
            "HF777",
            f"`{custody.asked.act}` of {custody.scope} waits for a second person",
            fix="confirm or drop it first",
        )
    if act == "erase":
        custody.check_free()
    if custody.erased:
        raise UsageError.of("HF770", f"{custody.scope} is erased", fix="there is nothing left to hold")
    if (act == "hold") == custody.held and act != "erase":
        state = "is held already" if custody.held else "is not held"
        raise UsageError.of("HF777", f"{custody.scope} {state}", fix="nothing is to be done")
    return [VaultActAsked(scope=custody.scope, act=act, why=why)]


def confirm(custody: Custody, act: Act, actor: str) -> list[Event]:
    """Confirm what another person asked for.

    Raises
    ------
    UsageError
        HF777: nobody asked for it; HF605: the same person asked.
    """
    asked = _waiting(custody, act)
    if asked.by == actor:
        raise UsageError.of(
            "HF605", f"`{actor}` asked for this and cannot confirm it", fix="a second person confirms it"
        )
    match act:
        case "hold":
            return [LegalHoldPlaced(scope=custody.scope, asked_by=asked.by)]
        case "lift":
            return [LegalHoldLifted(scope=custody.scope, asked_by=asked.by)]
        case "erase":
            return [ScopeErased(scope=custody.scope, asked_by=asked.by)]


def drop(custody: Custody, act: Act) -> list[Event]:
    """Withdraw or refuse what was asked for.

    Raises
    ------
    UsageError
        HF777: nobody asked for it.
    """
    _waiting(custody, act)
    return [VaultActDropped(scope=custody.scope, act=act)]


def _waiting(custody: Custody, act: Act) -> Asked:
    if custody.asked is None or custody.asked.act != act:
        raise UsageError.of(
            "HF777",
            f"nobody asked for `{act}` of {custody.scope}",
            fix="one person asks, another one confirms",
        )
    return custody.asked


def _step(recorded: Recorded, what: str, why: Sealed | None = None) -> Step:
    return Step(recorded.seq, recorded.at, recorded.actor, what, why)


def _on_item(
    custody: Custody, item: str, step: Step, *, view: Sealed | None = None, redacted: bool = False
) -> Custody:
    found = custody.items.get(item)
    if found is None:  # a text of a fact was opened: nothing to add it to
        return custody
    changed = replace(
        found,
        trail=(*found.trail, step),
        view=view or found.view,
        redacted=found.redacted or redacted,
    )
    return replace(custody, items={**custody.items, item: changed})
