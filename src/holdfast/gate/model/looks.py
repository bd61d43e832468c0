"""How often a gate was looked at, for which bundles, and what that does to the next look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.gate.events import ArmsCompared, GateDecided
from holdfast.kernel.events import Recorded


@dataclass(frozen=True)
class Look:
    """One earlier decision, as far as the next one must know it.

    Attributes
    ----------
    decision, plan_digest, criterion_digest : str
        Its id, and what it was decided under.
    seq : int
        Its number in the ledger.
    """

    bundle: str
    data_digest: str | None
    verdict: str
    look: int
    k: int | None
    decision: str = ""
    plan_digest: str = ""
    criterion_digest: str = ""
    seq: int = 0


@dataclass(frozen=True)
class History:
    """The earlier decisions of one gate, oldest first.

    Examples
    --------
    >>> history = History(looks=(Look("b1", "d1", "inconclusive", 1, 2), Look("b1", "d2", "fail", 2, 9)))
    >>> history.look_at("b1", "d1"), history.look_at("b1", "d3"), history.look_at("b2", "d3")
    (1, 3, 1)
    >>> history.tried("b2")
    2
    """

    looks: tuple[Look, ...] = ()

    def last(self, bundle: str) -> Look | None:
        """Return what was decided last for a bundle, or None."""
        return next((look for look in reversed(self.looks) if look.bundle == bundle), None)

    def told(self, fact: GateDecided) -> bool:
        """Return whether a decision is the one that was recorded last for its bundle, under its plan."""
        last = self.last(fact.bundle)
        return last is not None and (last.decision, last.plan_digest) == (fact.decision_id, fact.plan_digest)

    def look_at(self, bundle: str, data_digest: str) -> int:
        """Return which look at this bundle it is: the recorded one for the same data, else the next."""
        seen = {
            look.data_digest: look.look for look in self.looks if look.bundle == bundle and look.data_digest
        }
        return seen[data_digest] if data_digest in seen else 1 + max(seen.values(), default=0)

    def tried(self, bundle: str) -> int:
        """Return how many bundles were tried since the gate last passed, this one included.

        A bundle that passed ends the count: the next one begins anew. Only decisions that rest on evidence
        count.
        """
        since: set[str] = set()
        for look in self.looks:
            if look.data_digest is None:
                continue
            if look.verdict == "pass":
                since.clear()
            else:
                since.add(look.bundle)
        return len(since | {bundle})

    def worst_hits(self, bundle: str, data_digest: str) -> int | None:
        """Return the most hits that an earlier look at this bundle found on other data, or None.

        For zero tolerance: a hit that was found is not unfound by looking elsewhere.
        """
        found = [
            look.k
            for look in self.looks
            if look.bundle == bundle and look.data_digest not in (None, data_digest) and look.k is not None
        ]
        return max(found, default=None)


def fold(facts: Iterable[GateDecided]) -> History:
    """Return the history that a gate's decisions tell."""
    return History(tuple(look_of(fact) for fact in facts))


def look_of(fact: GateDecided, seq: int = 0) -> Look:
    """Return what a decision leaves in the history of its gate."""
    return Look(
        fact.bundle,
        fact.data_digest,
        fact.verdict,
        fact.look,
        fact.k,
        fact.decision_id,
        fact.plan_digest,
        fact.criterion_digest,
        seq,
    )


def with_comparisons(history: History, facts: Iterable[Recorded], gate: str) -> History:
    """Return the history of a gate with the comparisons of arms: each a look at both, and no decision.

    A look that shows a pass releases nothing, so it does not end the count of tried bundles: else each new
    candidate could be compared with one that passes, and none would count.
    """
    looks = [
        Look(each["bundle"], each["data_digest"], "looked", each["look"], each["k"], seq=recorded.seq)
        for recorded in facts
        if isinstance(recorded.event, ArmsCompared)
        for each in recorded.event.looks
        if each["gate"] == gate
    ]
    return History(tuple(sorted((*history.looks, *looks), key=lambda look: look.seq))) if looks else history


def comparisons(facts: Iterable[ArmsCompared], bundles: frozenset[str]) -> tuple[frozenset[str], ...]:
    """Return the data that earlier comparisons of two bundles looked at, each once, oldest first."""
    seen: dict[frozenset[str], None] = {}
    for fact in facts:
        if frozenset(str(arm["bundle"]) for arm in fact.arms) == bundles:
            seen.setdefault(frozenset(str(each["data_digest"]) for each in fact.looks))
    return tuple(seen)


def compared_stream(system: str) -> str:
    """Return the stream of a system's comparisons."""
    return f"compare/{system}"


def stream_of(system: str, gate: str) -> str:
    """Return the stream of a gate: its decisions, signatures and overrides."""
    return f"gate/{system}/{gate}"
