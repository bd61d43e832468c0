"""Sealing and opening of one content: AES-256-GCM under its scope's key, bound to its id and scope."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.kernel.sealed import SALT_BYTES, Sealed, commitment_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


@dataclass(frozen=True)
class Box:
    """A content as the store holds it, and what a fact may hold of it."""

    sealed: Sealed
    content: bytes
    size: int


def fresh_id() -> str:
    """Return an id that nobody can guess and that sorts by nothing."""
    return "o-" + secrets.token_hex(16)


def sealed_box(key: AESGCM, scope: str, content: bytes) -> Box:
    """Seal a content under a new id."""
    identifier, nonce, salt = fresh_id(), secrets.token_bytes(NONCE_BYTES), secrets.token_bytes(SALT_BYTES)
    sealed = Sealed(id=identifier, commitment=commitment_of(salt, content))
    encrypted = key.encrypt(nonce, salt + content, bound(scope, identifier))
    return Box(sealed, nonce + encrypted, len(content))


def opened_box(key: AESGCM, scope: str, identifier: str, box: bytes) -> tuple[bytes, bytes]:
    """Return the salt and the content.

    Raises
    ------
    cryptography.exceptions.InvalidTag
        The box was changed, or belongs to another id, scope or key.
    """
    plain = key.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], bound(scope, identifier))
    return plain[:SALT_BYTES], plain[SALT_BYTES:]


def bound(scope: str, identifier: str) -> bytes:
    """Return what a box is bound to: it opens nowhere else."""
    return b"holdfast vault object\0" + identifier.encode() + b"\0" + scope.encode()


def view_id(identifier: str, number: int) -> str:
    """Return the id of an object's n-th redacted view.

    Examples
    --------
    >>> view_id("o-1", 2)
    'o-1-v2'
    """
    return f"{identifier}-v{number}"


def of_view(identifier: str) -> tuple[str, int]:
    """Return whose redacted view an id is, and which one; 0 where it is an object's own.

    Examples
    --------
    >>> of_view("o-1-v2"), of_view("o-1")
    (('o-1', 2), ('o-1', 0))
    """
    if "-v" not in identifier:
        return identifier, 0
    base, found, number = identifier.rpartition("-v")
    return (base, int(number)) if found and number.isdigit() and number.isascii() else (identifier, 0)
