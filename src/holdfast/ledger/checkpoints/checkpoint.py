"""A checkpoint (c2sp.org/tlog-checkpoint): origin, size and root of a ledger, signed."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from holdfast.ledger.checkpoints import merkle
from holdfast.ledger.checkpoints.notes import Note, NoteError, PublicKey, SecretKey
from holdfast.ledger.verify import Finding


@dataclass(frozen=True)
class Checkpoint:
    """What a ledger held at a moment.

    Attributes
    ----------
    origin : str
        Which ledger: `holdfast-ledger/` and the beginning of its first event's hash.
    size : int
        How many events it held: the seq of the last one.
    root : bytes
        The root of RFC 6962 over the hashes of those events.
    """

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, key: SecretKey) -> str:
        """Return the checkpoint as a note."""
        return key.sign(self.text)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Return the checkpoint that a note's text says.

        Raises
        ------
        NoteError
            It says none.
        """
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1]):
            raise NoteError("it is not origin, size and root")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except ValueError:
            raise NoteError("its root is not base64") from None
        if len(root) != 32:
            raise NoteError("its root is not the 32 bytes of SHA-256")
        return cls(lines[0], int(lines[1]), root)


def origin_of(first: bytes) -> str:
    """Return the origin of the ledger whose first event has a hash: no two ledgers share it."""
    return f"holdfast-ledger/{first.hex()[:16]}"


def read(note: str, keys: Sequence[PublicKey]) -> Checkpoint:
    """Return a checkpoint that one of the keys signed.

    Raises
    ------
    NoteError
        It is none, it was changed after it was signed, or none of the keys signed it.
    """
    parsed = Note.parse(note)
    checkpoint = Checkpoint.parse(parsed.text)
    signed = [key.verify(parsed) for key in keys]  # by all of them: a wrong signature is told
    if not any(signed):
        names = ", ".join(f"{name} {identity.hex()}" for name, identity, _ in parsed.signatures)
        raise NoteError(f"it was signed by another key ({names})")
    return checkpoint


def compare(checkpoints: Sequence[tuple[str, Checkpoint]], leaves: Iterable[bytes]) -> list[Finding]:
    """Return where a ledger's hashes do not fit checkpoints, which are told by their names."""
    events = iter(leaves)
    first = next(events, None)
    origin = None if first is None else origin_of(first)
    sizes = [checkpoint.size for _, checkpoint in checkpoints]
    roots, last = merkle.roots(events if first is None else chain([first], events), sizes)
    found: list[Finding] = []
    for name, checkpoint in checkpoints:
        if origin is not None and checkpoint.origin != origin and checkpoint.size:
            found.append(Finding(f"checkpoint {name}: it is of another ledger, {checkpoint.origin}"))
        elif checkpoint.size not in roots:
            found.append(
                Finding(
                    f"checkpoint {name}: it was made at #{checkpoint.size}, and the ledger ends at #{last}:"
                    " the end was cut off",
                    last + 1,
                )
            )
        elif roots[checkpoint.size] != checkpoint.root:
            found.append(
                Finding(
                    f"checkpoint {name}: its root is not that of the first {checkpoint.size} events:"
                    " they are not the ones that it was made of"
                )
            )
    return found
