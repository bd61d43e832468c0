"""The Merkle tree of RFC 6962 over the hashes of events: its root, and proofs that need no events."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

Span = tuple[int, int]
"""The leaves from one index up to, and without, another."""


def leaf(data: bytes) -> bytes:
    """Return the hash of a leaf: of an event's hash."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Range:
    """The tree of the leaves so far, in as many hashes as its size has binary digits.

    Examples
    --------
    >>> tree = Range()
    >>> for event in (b"a", b"b", b"c"):
    ...     tree.add(event)
    >>> tree.root == node(node(leaf(b"a"), leaf(b"b")), leaf(b"c"))
    True
    """

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, data: bytes) -> None:
        """Add a leaf."""
        top = hashlib.sha256(b"\x00" + data).digest()
        size = self.size
        while size & 1:  # a full tree of the same size stands before it
            top = node(self._peaks.pop(), top)
            size >>= 1
        self._peaks.append(top)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root of the leaves so far."""
        if not self._peaks:
            return EMPTY
        *rest, top = self._peaks
        for peak in reversed(rest):
            top = node(peak, top)
        return top


def roots(leaves: Iterable[bytes], sizes: Iterable[int]) -> tuple[dict[int, bytes], int]:
    """Return the root at each size that the leaves reach, and how many leaves were read for it."""
    wanted = set(sizes)
    found = {0: EMPTY} if 0 in wanted else {}
    last = max(wanted, default=0)
    tree = Range()
    for data in leaves:
        if tree.size == last:
            break
        tree.add(data)
        if tree.size in wanted:
            found[tree.size] = tree.root
    return found, tree.size


def _split(size: int) -> int:
    """Return the largest power of two that is less than a size."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return which subtrees prove a leaf, from the leaf upwards (RFC 6962, 2.1.1)."""
    first, last, spans = 0, size, list[Span]()
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            spans.append((middle, last))
            last = middle
        else:
            spans.append((first, middle))
            first = middle
    return spans[::-1]


def consistency_spans(old: int, size: int) -> list[Span]:
    """Return which subtrees prove that a tree continues an older one (RFC 6962, 2.1.2)."""
    first, last, spans, whole = 0, size, list[Span](), True
    while old != last:
        middle = first + _split(last - first)
        if old <= middle:
            spans.append((middle, last))
            last = middle
        else:
            spans.append((first, middle))
            first, whole = middle, False
    if not whole:
        spans.append((first, last))
    return spans[::-1]


def hashes_of(spans: Sequence[Span], leaves: Iterable[bytes]) -> list[bytes]:
    """Return the roots of subtrees that do not overlap, reading the leaves once."""
    found: dict[Span, bytes] = {}
    ordered = sorted(spans)
    place, tree = 0, Range()
    for index, data in enumerate(leaves):
        if place == len(ordered):
            break
        first, last = ordered[place]
        if index < first:
            continue
        tree.add(data)
        if index + 1 == last:
            found[ordered[place]] = tree.root
            place, tree = place + 1, Range()
    return [found[span] for span in spans]


def root_from_inclusion(data: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that a proof leads to from a leaf; None where it has not the length that it must."""
    spans = inclusion_spans(index, size)
    if len(spans) != len(proof):
        return None
    top = leaf(data)
    for (first, _), other in zip(spans, proof, strict=True):
        # a subtree that begins at or before the leaf stands to its left: it does not hold the leaf itself
        top = node(other, top) if first <= index else node(top, other)
    return top


def is_consistent(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether a proof shows that a tree continues an older one (RFC 9162, 2.1.4.2)."""
    if old > size or old < 1:
        return False
    if old == size:
        return not proof and old_root == root
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not hashes:
        return False
    fn, sn = old - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    left = right = hashes[0]
    for other in hashes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            left, right = node(other, left), node(other, right)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            right = node(right, other)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and left == old_root and right == root
