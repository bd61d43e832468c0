"""How often a gate was looked at, for which bundles, and what that does to the next look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from holdfast.gate.events import GateDecided


@dataclass(frozen=True)
class Look:
    """One earlier decision, as far as the next one must know it."""

    bundle: str
    data_digest: str | None
    verdict: str
    look: int
    k: int | None


@dataclass(frozen=True)
class History:
    """The earlier decisions of one gate, oldest first, and the version of its stream.

    Examples
    --------
    >>> history = History(looks=(Look("b1", "d1", "inconclusive", 1, 2), Look("b1", "d2", "fail", 2, 9)))
    >>> history.look_at("b1", "d1"), history.look_at("b1", "d3"), history.look_at("b2", "d3")
    (1, 3, 1)
    >>> history.tried("b2")
    2
    """

    looks: tuple[Look, ...] = ()
    version: int = 0
    decisions: frozenset[str] = frozenset()

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
    """Return the history that a gate's facts tell."""
    history = History()
    for fact in facts:
        history = evolve(history, fact)
    return history


def evolve(history: History, fact: GateDecided) -> History:
    """Return the history with one more decision."""
    look = Look(fact.bundle, fact.data_digest, fact.verdict, fact.look, fact.k)
    return replace(
        history,
        looks=(*history.looks, look),
        version=history.version + 1,
        decisions=history.decisions | {fact.decision_id},
    )


def stream_of(system: str, gate: str) -> str:
    """Return the stream of a gate's decisions."""
    return f"gate/{system}/{gate}"
