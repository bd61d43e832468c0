"""Signed notes (c2sp.org/signed-note): text, and who signed it with Ed25519."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field

ED25519 = b"\x01"
"""The signature type of the specification."""
MOST_SIGNATURES = 64


class NoteError(ValueError):
    """The text is no signed note, no key, or not signed by the key."""


@dataclass(frozen=True)
class PublicKey:
    """A key that verifies notes.

    Attributes
    ----------
    name : str
        Whose it is; a checkpoint's origin.
    key : bytes
        The 32 bytes of Ed25519.
    """

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_encoded(ED25519 + self.key)}"

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Return the key that its text says.

        Raises
        ------
        NoteError
            It is none, or its id is another key's.
        """
        try:
            name, identity, encoded = text.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise NoteError("it is not NAME+ID+KEY") from None
        key = cls(name, raw[1:])
        if raw[:1] != ED25519 or len(raw) != 33:
            raise NoteError("it is no key of Ed25519")
        if not name or identity != key.id.hex():
            raise NoteError("its id does not fit its name and key")
        return key

    def verify(self, note: Note) -> bool:
        """Return whether the key signed a note.

        Raises
        ------
        NoteError
            The note has a signature in the key's name that is not the key's.
        """
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        found = False
        for name, identity, signature in note.signatures:
            if (name, identity) != (self.name, self.id):
                continue  # of a key that is not known: the specification says to pass over it
            try:
                Ed25519PublicKey.from_public_bytes(self.key).verify(signature, note.text.encode())
            except InvalidSignature:
                raise NoteError("its signature does not fit its text") from None
            found = True
        return found


@dataclass(frozen=True)
class SecretKey:
    """A key that signs notes. It shows itself to nobody who does not ask for `text`."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def new(cls, name: str) -> SecretKey:
        """Return a new key."""
        import secrets

        return cls(name, secrets.token_bytes(32))

    @property
    def public(self) -> PublicKey:
        """What verifies its signatures."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return PublicKey(self.name, private.public_key().public_bytes_raw())

    @property
    def text(self) -> str:
        """The key as its file holds it."""
        return f"PRIVATE+KEY+{self.name}+{self.public.id.hex()}+{_encoded(ED25519 + self.seed)}"

    @classmethod
    def parse(cls, text: str) -> SecretKey:
        """Return the key that its text says.

        Raises
        ------
        NoteError
            It is none.
        """
        start, _, rest = text.strip().partition("PRIVATE+KEY+")
        try:
            name, _, encoded = rest.split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise NoteError("it is no PRIVATE+KEY") from None
        if start or raw[:1] != ED25519 or len(raw) != 33:
            raise NoteError("it is no key of Ed25519")
        return cls(name, raw[1:])

    def sign(self, text: str) -> str:
        """Return a text as a note that the key signed."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n\N{EM DASH} {self.name} {_encoded(self.public.id + signature)}\n"


@dataclass(frozen=True)
class Note:
    """A text with signatures.

    Attributes
    ----------
    text : str
        What was signed, its last line end included.
    signatures : tuple
        Name, key id and signature of each.
    """

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, note: str) -> Note:
        """Return the parts of a note.

        Raises
        ------
        NoteError
            It is none.
        """
        if any(sign < " " and sign != "\n" for sign in note):
            raise NoteError("it holds control signs")
        text, blank, rest = note.rpartition("\n\n")
        lines = rest.split("\n")
        if not blank or not text or lines.pop() or not 1 <= len(lines) <= MOST_SIGNATURES:
            raise NoteError("it is not text, an empty line and signatures")
        return cls(text + "\n", tuple(_signature(line) for line in lines))


def _signature(line: str) -> tuple[str, bytes, bytes]:
    words = line.split(" ")
    try:
        dash, name, encoded = words
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise NoteError("a line after the empty one is no signature") from None
    if dash != "\N{EM DASH}" or not name or "+" in name or len(raw) < 5:
        raise NoteError("a line after the empty one is no signature")
    return name, raw[:4], raw[4:]


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
