"""All evidence of a system: how old it is, whether it counts, whether its data still lie there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from holdfast.evidence.model.attested import Attestation, under
from holdfast.evidence.model.imported import Imported
from holdfast.evidence.model.planned import Planned, Resting
from holdfast.evidence.views.kept import Kept, Measured

Kind: TypeAlias = Literal["measured", "imported", "attested"]
State: TypeAlias = Literal["fresh", "stale", "expired", "withdrawn"]
"""`fresh` counts; `stale` is older than a gate takes it, or signed by whom the plan no longer asks."""
Data: TypeAlias = Literal["same", "changed", "gone", "unknown"]
"""Whether what lies there is what was measured; unknown where the plan's folder does not have it."""
Digest: TypeAlias = Callable[[Kept], str | None]
"""Returns the digest of what lies there now, "" where it is gone, None where nobody can know."""


@dataclass(frozen=True)
class Row:
    """One piece of evidence.

    Attributes
    ----------
    what : str
        The metric on its source, the tool and its file, or the name that is attested.
    at : datetime
        When it was measured or signed: its age counts from here.
    gates : tuple of str
        Those of the plan that rest on it.
    fresh_for : timedelta or None
        The shortest time for which one of them takes it.
    until : date or None
        The last day of an attestation.
    replaced : bool
        Whether newer evidence of the same thing is there.
    """

    seq: int
    id: str
    kind: Kind
    what: str
    bundle: str | None
    at: datetime
    age: timedelta
    gates: tuple[str, ...]
    fresh_for: timedelta | None
    until: date | None
    state: State
    data: Data
    replaced: bool

    @property
    def counts(self) -> bool:
        """Whether nothing speaks against it."""
        return self.state == "fresh" and self.data not in ("changed", "gone")


@dataclass(frozen=True)
class Listing:
    """The evidence of a system, newest first.

    Attributes
    ----------
    hidden : int
        How many pieces that newer ones replaced are not shown.
    """

    system: str
    rows: tuple[Row, ...]
    hidden: int
    ledger: str | None


def listing_of(
    pieces: Sequence[Kept],
    planned: Planned,
    now: datetime,
    digest: Digest,
    *,
    everything: bool = False,
    stale_only: bool = False,
    ledger: str | None = None,
) -> Listing:
    """Return what is to be listed.

    Parameters
    ----------
    everything : bool
        Show also what newer evidence of the same thing replaced.
    stale_only : bool
        Show only what does not count: stale, expired, withdrawn, or of data that is no longer the same.
    """
    newest = {_thing(piece): piece.seq for piece in pieces}
    shown = [piece for piece in pieces if everything or newest[_thing(piece)] == piece.seq]
    rows = [row_of(piece, planned, now, digest, newest[_thing(piece)] != piece.seq) for piece in shown]
    chosen = [row for row in rows if not (stale_only and row.counts)]
    chosen.sort(key=lambda row: -row.seq)
    return Listing(planned.system, tuple(chosen), len(pieces) - len(shown), ledger)


def row_of(piece: Kept, planned: Planned, now: datetime, digest: Digest, replaced: bool = False) -> Row:
    """Return how one piece of evidence stands."""
    if isinstance(piece, Attestation):
        taken = under(piece, planned.attestable.get(piece.name))
        state: State = "stale" if taken is None else "fresh" if taken.stands(now) else "expired"
        return Row(
            seq=piece.seq,
            id=piece.id,
            kind="attested",
            what=f"{piece.name} by {piece.role}",
            bundle=None,
            at=piece.at,
            age=now - piece.at,
            gates=(),
            fresh_for=None,
            until=piece.until if taken is None else taken.until,
            state="withdrawn" if piece.withdrawn is not None else state,
            data="unknown",
            replaced=replaced,
        )
    resting = [gate for gate in planned.gates if _rests(gate, piece)]
    limits = [gate.fresh_for for gate in resting if gate.fresh_for is not None]
    at = piece.measured_at
    fresh_for = min(limits, default=None)
    now_there = digest(piece)
    return Row(
        seq=piece.seq,
        id=piece.id,
        kind="imported" if isinstance(piece, Imported) else "measured",
        what=_what(piece),
        bundle=piece.bundle,
        at=at,
        age=now - at,
        gates=tuple(gate.gate for gate in resting),
        fresh_for=fresh_for,
        until=None,
        state="stale" if fresh_for is not None and now - at > fresh_for else "fresh",
        data=_compared(piece.digest, now_there),
        replaced=replaced,
    )


def _compared(recorded: str, now_there: str | None) -> Data:
    if now_there is None:
        return "unknown"
    if not now_there:
        return "gone"
    return "same" if now_there == recorded else "changed"


def _thing(piece: Kept) -> tuple[str, ...]:
    """Return what a piece of evidence is about: a newer piece about the same takes its place."""
    if isinstance(piece, Attestation):
        return ("attested", piece.name, piece.role)
    if isinstance(piece, Imported):
        return ("imported", piece.bundle, piece.results.tool, piece.path or piece.results.file)
    return ("measured", piece.bundle, piece.fact.metric, piece.fact.source, *piece.fact.by)


def _what(piece: Measured | Imported) -> str:
    if isinstance(piece, Imported):
        return f"{piece.results.tool} {piece.path or piece.results.file}"
    by = f" by {', '.join(piece.fact.by)}" if piece.fact.by else ""
    return f"{piece.fact.metric} on {piece.fact.source}{by}"


def _rests(gate: Resting, piece: Measured | Imported) -> bool:
    if isinstance(piece, Measured):
        fact = piece.fact
        return (gate.metric, gate.source, gate.by) == (fact.metric, fact.source, tuple(fact.by))
    if gate.tool != piece.results.tool or gate.pattern is None:
        return False
    return piece.path is not None and _matches(piece.path, gate.pattern)


def _matches(path: str, pattern: str) -> bool:
    """Return whether a path is one of a pattern's, where `**` stands for any folders."""
    return any(fnmatchcase(path, form) for form in _forms(pattern.removeprefix("./")))


def _forms(pattern: str) -> Iterable[str]:
    return {pattern, pattern.replace("**/", "")}
