"""Proofs that go with a checkpoint: that an event is in it, and that it continues an older one."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdfast.ledger.chain import link, read_body
from holdfast.ledger.checkpoints import merkle
from holdfast.ledger.checkpoints.checkpoint import Checkpoint, read
from holdfast.ledger.checkpoints.notes import NoteError, PublicKey

INCLUSION = "c2sp.org/tlog-proof@v1"
"""The first line of a proof that an event is in a ledger."""
CONSISTENCY = "old "
"""How a proof of consistency begins: as what a witness is sent (c2sp.org/tlog-witness)."""


def is_proof(first: bytes) -> bool:
    """Return whether a file that begins so is a proof."""
    return first.startswith(INCLUSION.encode()) or re.match(rb"old [0-9]+\n", first) is not None


def prove_inclusion(prev: bytes, body: bytes, size: int, leaves: Iterable[bytes], note: str) -> str:
    """Return the proof that an event is among the first `size`, whose checkpoint is `note`.

    The event goes with it as extra data: the hash of the event before it, and its body.
    """
    index = int(read_body(body)["seq"]) - 1
    hashes = merkle.hashes_of(merkle.inclusion_spans(index, size), leaves)
    head = [INCLUSION, f"extra {_encoded(prev + body)}", f"index {index}"]
    return "\n".join([*head, *map(_encoded, hashes)]) + "\n\n" + note


def prove_consistency(old: int, size: int, leaves: Iterable[bytes], note: str) -> str:
    """Return the proof that the first `size` events, whose checkpoint is `note`, continue the first `old`."""
    hashes = merkle.hashes_of(merkle.consistency_spans(old, size), leaves)
    return "\n".join([f"{CONSISTENCY}{old}", *map(_encoded, hashes)]) + "\n\n" + note


@dataclass(frozen=True)
class Proven:
    """What a proof showed.

    Attributes
    ----------
    checkpoint : Checkpoint
        The checkpoint that it leads to.
    body : bytes or None
        The event that is in it; None for a proof of consistency.
    old : int
        How many events the older checkpoint had.
    """

    checkpoint: Checkpoint
    body: bytes | None = None
    old: int = 0


def verify_proof(text: str, keys: Sequence[PublicKey], older: Sequence[Checkpoint] = ()) -> Proven:
    """Verify a proof without the ledger.

    Parameters
    ----------
    older : sequence of Checkpoint
        The checkpoints that one may be continued; for a proof of consistency.

    Raises
    ------
    NoteError
        It shows nothing, and why.
    """
    head, blank, note = text.partition("\n\n")
    if not blank:
        raise NoteError("it is not a proof, an empty line and a checkpoint")
    checkpoint = read(note, keys)
    lines = head.split("\n")
    if lines[0] == INCLUSION:
        return _included(lines[1:], checkpoint)
    return _continued(lines, checkpoint, older)


def _included(lines: list[str], checkpoint: Checkpoint) -> Proven:
    if len(lines) < 2 or not lines[0].startswith("extra ") or not lines[1].startswith("index "):
        raise NoteError("it does not hold the event and its index")
    event, index = _decoded(lines[0][6:]), _number(lines[1][6:])
    prev, body = event[:32], event[32:]
    try:
        document = read_body(body)
    except ValueError as error:
        raise NoteError(f"its event cannot be read ({error})") from None
    if document["seq"] != index + 1:
        raise NoteError(f"its event says that it is #{document['seq']}, and its index #{index + 1}")
    if index >= checkpoint.size:
        raise NoteError(f"event #{index + 1} is not in a checkpoint of {checkpoint.size} events")
    proof = [_decoded(line) for line in lines[2:]]
    root = merkle.root_from_inclusion(link(prev, body), index, checkpoint.size, proof)
    if root != checkpoint.root:
        raise NoteError(f"event #{index + 1} is not the one that the checkpoint was made of")
    return Proven(checkpoint, body)


def _continued(lines: list[str], checkpoint: Checkpoint, older: Sequence[Checkpoint]) -> Proven:
    old = _number(lines[0].removeprefix(CONSISTENCY))
    former = [each for each in older if each.size == old and each.origin == checkpoint.origin]
    if not former:
        raise NoteError(f"it continues a checkpoint of {old} events, which was not given")
    proof = [_decoded(line) for line in lines[1:]]
    for each in former:
        if not merkle.is_consistent(old, each.root, checkpoint.size, checkpoint.root, proof):
            raise NoteError(f"the checkpoint of {checkpoint.size} events does not continue that of {old}")
    return Proven(checkpoint, old=old)


def _number(text: str) -> int:
    if not re.fullmatch(r"0|[1-9][0-9]{0,17}", text):
        raise NoteError("a number in it is none")
    return int(text)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise NoteError("a line of it is not base64") from None


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
