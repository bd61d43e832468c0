"""A scope's vault in words: what lies there, who put it there, what was done to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.evidence.events.vault import Kind
from holdfast.evidence.model.opened import Condition, Opened
from holdfast.evidence.model.vault.custody import Asked, Custody, Item, Step
from holdfast.evidence.ports import Vault
from holdfast.kernel.sealed import Sealed

GONE: Mapping[Condition, str] = {
    Condition.REDACTED: "(redacted)",
    Condition.ERASED: "(erased)",
    Condition.MISSING: "(not in the vault)",
    Condition.DAMAGED: "(damaged)",
    Condition.FILE: "(a file)",
}


@dataclass(frozen=True)
class StepRow:
    """One link of the chain of custody in words."""

    seq: int
    at: datetime
    actor: str
    what: str
    why: str


@dataclass(frozen=True)
class Row:
    """One piece of evidence in words.

    Attributes
    ----------
    digest : str
        Its SHA-256; in words where it is gone.
    accesses : int
        How often it was handed out.
    state : str
        `there`, `covered` (a redacted view is shown), `redacted` or `erased`.
    text : bool
        Whether it is text, and so passages of it can be covered.
    """

    id: str
    seq: int
    kind: Kind
    name: str
    why: str
    media: str
    size: int
    digest: str
    at: datetime
    actor: str
    accesses: int
    state: str
    text: bool
    trail: tuple[StepRow, ...]


@dataclass(frozen=True)
class Waiting:
    """What waits for a second person."""

    act: str
    by: str
    at: datetime
    why: str


@dataclass(frozen=True)
class Shown:
    """A scope's vault in words.

    Attributes
    ----------
    answer : str
        The answer to *can we prove it?*, in a sentence.
    holds : bool
        Whether nothing may be taken away.
    """

    scope: str
    answer: str
    held: bool
    holds: bool
    erased: bool
    waiting: Waiting | None
    rows: tuple[Row, ...]
    trail: tuple[StepRow, ...]

    @property
    def actors(self) -> frozenset[str]:
        """Everybody who did something here."""
        steps = [*self.trail, *(step for row in self.rows for step in row.trail)]
        return frozenset(step.actor for step in steps)


def shown(custody: Custody, vault: Vault) -> Shown:
    """Return a scope's vault in words; all its texts are opened in one question."""
    words = _Words(vault, _sealed(custody))
    rows = tuple(_row(custody, item, words) for item in custody.items.values())
    return Shown(
        custody.scope,
        answer(custody),
        custody.held,
        custody.holds,
        custody.erased,
        None if custody.asked is None else _waiting(custody.asked, words),
        rows,
        tuple(_step(step, words) for step in custody.trail),
    )


def answer(custody: Custody) -> str:
    """Return in a sentence whether what is here can be proven.

    Examples
    --------
    >>> answer(Custody("INC-2026-0001"))
    'Nothing is in the vault of INC-2026-0001 yet.'
    """
    if custody.erased:
        return f"What belonged to {custody.scope} was erased for good; the facts of its custody stay."
    count = len(custody.items)
    if not count and not custody.texts:
        kept = " A legal hold stands." if custody.holds else ""
        return f"Nothing is in the vault of {custody.scope} yet.{kept}"
    gone = sum(item.redacted for item in custody.items.values())
    covered = sum(item.view is not None and not item.redacted for item in custody.items.values())
    parts = [f"{count} piece{'s' if count != 1 else ''} of evidence"]
    parts += [f"{covered} with covered passages"] if covered else []
    parts += [f"{gone} redacted"] if gone else []
    hold = "a legal hold keeps it all" if custody.holds else "no legal hold"
    return ", ".join(parts) + f"; {hold}."


class _Words:
    """Texts that were opened together."""

    def __init__(self, vault: Vault, texts: Iterable[Sealed]) -> None:
        wanted = list({sealed.id: sealed for sealed in texts}.values())
        found: Sequence[Opened] = vault.read(wanted)
        self._found = {sealed.id: opened for sealed, opened in zip(wanted, found, strict=True)}

    def of(self, sealed: Sealed | None) -> str:
        """Return a text, or in brackets why there is none."""
        if sealed is None:
            return ""
        opened = self._found[sealed.id]
        return opened.text if opened.text is not None else GONE[opened.condition]


def _sealed(custody: Custody) -> Iterable[Sealed]:
    for item in custody.items.values():
        yield from (item.added.name, item.added.digest)
        yield from (step.why for step in item.trail if step.why is not None)
    yield from (step.why for step in custody.trail if step.why is not None)
    if custody.asked is not None:
        yield custody.asked.why


def _row(custody: Custody, item: Item, words: _Words) -> Row:
    opened = sum(step.what.split()[0] in {"viewed", "downloaded", "exported"} for step in item.trail)
    state = "erased" if custody.erased else "redacted" if item.redacted else "there"
    if state == "there" and item.view is not None:
        state = "covered"
    return Row(
        item.id,
        item.seq,
        item.kind,
        words.of(item.added.name),
        words.of(item.added.why),
        item.added.media,
        item.added.size,
        words.of(item.added.digest),
        item.at,
        item.actor,
        opened,
        state,
        item.added.media == "text/plain",
        tuple(_step(step, words) for step in item.trail),
    )


def _waiting(asked: Asked, words: _Words) -> Waiting:
    return Waiting(asked.act, asked.by, asked.at, words.of(asked.why))


def _step(step: Step, words: _Words) -> StepRow:
    return StepRow(step.seq, step.at, step.actor, step.what, words.of(step.why))
