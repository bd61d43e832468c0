"""Verifying: does every event hold the one before it, and what is the first that does not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.kernel.verdict import Verdict
from holdfast.ledger.chain import GENESIS, Head


@dataclass(frozen=True)
class Finding:
    """Something that does not fit.

    Attributes
    ----------
    what : str
        How it does not fit, in one line.
    seq : int or None
        The event that does not fit; None where it is the file or a table as a whole.
    """

    what: str
    seq: int | None = None

    def __str__(self) -> str:
        return self.what if self.seq is None else f"event #{self.seq}: {self.what}"


@dataclass(frozen=True)
class Verified:
    """What verifying found.

    Attributes
    ----------
    events : int
        How many events fit, from the first one on.
    head : Head
        The last of those.
    problems : tuple of Finding
        What does not fit; of the chain the first event only, because all that follow rest on it.
    notes : tuple of str
        What could not be looked at, and why.

    Examples
    --------
    >>> Verified(0, Head.of(0, GENESIS)).verdict
    <Verdict.INCONCLUSIVE: 'inconclusive'>
    """

    events: int
    head: Head
    problems: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Fail where something does not fit, pass where all does; nothing at all is not a pass."""
        if self.problems:
            return Verdict.FAIL
        return Verdict.PASS if self.events else Verdict.INCONCLUSIVE


def follow(links: Iterable[tuple[int, bytes, bytes, bytes]]) -> tuple[Head, Finding | None]:
    """Follow a chain of (seq, body, prev, hash) from its beginning.

    Returns
    -------
    Head
        The last event that fits.
    Finding or None
        How the next one does not.

    Examples
    --------
    >>> from holdfast.ledger.chain import link
    >>> one = link(GENESIS, b"{}")
    >>> follow([(1, b"{}", GENESIS, one)])[1] is None
    True
    >>> print(follow([(1, b"{}", GENESIS, one), (3, b"{}", one, link(one, b"{}"))])[1])
    event #2: it is missing; the next one is #3
    """
    sha256 = hashlib.sha256
    head = GENESIS
    seq = 0
    for number, body, prev, stated in links:
        expected = seq + 1
        if number != expected:
            return Head.of(seq, head), Finding(f"it is missing; the next one is #{number}", expected)
        try:
            computed = sha256(head + body).digest()
        except TypeError:
            return Head.of(seq, head), Finding("its body is not stored as bytes", expected)
        if prev != head or computed != stated:
            return Head.of(seq, head), Finding(_misfit(head, body, prev, stated), expected)
        head, seq = computed, expected
    return Head.of(seq, head), None


def _misfit(head: bytes, body: bytes, prev: object, stated: object) -> str:
    if prev != head:
        if isinstance(prev, bytes) and hashlib.sha256(prev + body).digest() == stated:
            return "it does not continue the event before it: one of the two was replaced"
        return "its `prev` is not the hash of the event before it"
    return "its body or its hash was changed: SHA-256(prev || body) is not what was stored"
