"""What the vault hands out, and what shows that it is the right thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.evidence.model.vault.custody import Item
from holdfast.kernel.sealed import Sealed


@dataclass(frozen=True)
class Kept:
    """A file that came in whole.

    Attributes
    ----------
    digest : str
        SHA-256 of its bytes, as `sha256:` and 64 hexadecimal digits.
    media : str
        Told from its content.
    """

    sealed: Sealed
    digest: str
    media: str
    size: int


@dataclass(frozen=True)
class Given:
    """A piece of evidence on its way out.

    Attributes
    ----------
    name : str
        Safe as a file's name.
    shown_as : str or None
        As what a browser may show it; None where it may only be saved.
    size : int
        Bytes of what is handed out.
    pieces : iterator of bytes
        The last one comes only once all of it fits its commitment.
    """

    item: Item
    name: str
    shown_as: str | None
    size: int
    pieces: Iterator[bytes]


@dataclass(frozen=True)
class Proof:
    """What shows that a text is the one that a fact committed to: SHA-256 over salt and text.

    Attributes
    ----------
    covered : bool
        Whether this is its redacted view: then `sealed` is the view's, which a fact of its own holds.
    """

    sealed: Sealed
    salt: bytes
    text: str
    covered: bool


@dataclass(frozen=True)
class Shipped:
    """A piece of evidence as an export holds it.

    Attributes
    ----------
    state : str
        `there`, `covered` (its redacted view), `redacted`, `erased`, or `damaged`.
    salt : bytes
        What the commitment was made with; empty where there is no content.
    view : Sealed or None
        The redacted view, as the fact that covered it holds it.
    pieces : iterator of bytes
        The content, or its redacted view; nothing where it is gone.
    """

    item: Item
    name: str
    state: str
    salt: bytes
    view: Sealed | None
    pieces: Iterator[bytes]
