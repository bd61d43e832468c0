"""Proofs that many events lie in a ledger, against one checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from holdfast.ledger.checkpoints.merkle import Range, Span, inclusion_spans, node

SMALL = 32
"""Subtrees up to this size are computed anew; of larger ones the root is kept."""


class Prover:
    """The tree over all hashes of a ledger.

    Parameters
    ----------
    leaves : sequence of bytes
        The hashes of all events, in order.

    Examples
    --------
    >>> from holdfast.ledger.checkpoints.merkle import root_from_inclusion
    >>> prover = Prover([bytes([n]) * 32 for n in range(5)])
    >>> root_from_inclusion(bytes([3]) * 32, 3, 5, prover.proof(3)) == prover.root((0, 5))
    True
    """

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves
        self._roots: dict[Span, bytes] = {}

    def proof(self, index: int) -> list[bytes]:
        """Return the proof of a leaf, from the leaf upwards."""
        return [self.root(span) for span in inclusion_spans(index, len(self._leaves))]

    def root(self, span: Span) -> bytes:
        """Return the root of a subtree."""
        first, last = span
        if last - first <= SMALL:
            return _root(self._leaves[first:last])
        found = self._roots.get(span)
        if found is None:
            middle = first + (1 << (last - first - 1).bit_length() - 1)
            found = self._roots[span] = node(self.root((first, middle)), self.root((middle, last)))
        return found


def _root(leaves: Iterable[bytes]) -> bytes:
    tree = Range()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root
