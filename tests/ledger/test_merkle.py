"""The tree of RFC 6962, against the definition written out and against known roots."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.ledger.checkpoints import merkle

# the leaves and roots that certificate-transparency's own tests use
LEAVES = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def written_out(leaves):
    """Return the root as RFC 6962 defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + written_out(leaves[:k]) + written_out(leaves[k:])).digest()


def events(count):
    return [hashlib.sha256(bytes([n])).digest() for n in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_the_known_ones(size):
    leaves = [bytes.fromhex(text) for text in LEAVES]
    assert merkle.roots(leaves, [size]) == ({size: bytes.fromhex(ROOTS[size - 1])}, size)


@pytest.mark.parametrize("size", range(40))
def test_the_root_is_what_the_definition_says(size):
    assert merkle.roots(events(size), [size]) == ({size: written_out(events(size))}, size)


def test_sizes_that_the_leaves_do_not_reach_have_no_root():
    found, read = merkle.roots(events(3), [0, 2, 3, 4])
    assert (set(found), read) == ({0, 2, 3}, 3)


@given(st.data())
def test_every_event_is_proven_and_no_other(data):
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    leaves = events(size)
    proof = merkle.hashes_of(merkle.inclusion_spans(index, size), leaves)
    root = written_out(leaves)
    assert merkle.root_from_inclusion(leaves[index], index, size, proof) == root
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index) if size > 1 else st.just(0))
    if size > 1:
        assert merkle.root_from_inclusion(leaves[other], index, size, proof) != root
    assert merkle.root_from_inclusion(leaves[index], index, size, [*proof, root]) is None


@given(st.data())
def test_every_continuation_is_proven_and_no_other(data):
    size = data.draw(st.integers(1, 70))
    old = data.draw(st.integers(1, size))
    leaves = events(size)
    proof = merkle.hashes_of(merkle.consistency_spans(old, size), leaves)
    before, after = written_out(leaves[:old]), written_out(leaves)
    assert merkle.is_consistent(old, before, size, after, proof)
    changed = [bytes(32), *leaves[1:]]
    assert not merkle.is_consistent(old, written_out(changed[:old]), size, after, proof)
    assert not merkle.is_consistent(old, before, size, bytes(32), proof)
    assert not merkle.is_consistent(old, before, size, after, [*proof, bytes(32)])
