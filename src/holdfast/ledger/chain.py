"""The chain: what a stored event is made of, and how each one holds the one before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json

from holdfast.kernel.canonical import canonical
from holdfast.kernel.clock import iso, parse_iso
from holdfast.kernel.errors import LedgerError, Place
from holdfast.kernel.events import Event, EventTypes, Recorded

GENESIS = bytes(32)
"""What stands before the first event in place of a hash."""

BODY_TYPES: dict[str, type | tuple[type, ...]] = {
    "actor": str,
    "at": str,
    "because": (int, type(None)),
    "data": dict,
    "schema": int,
    "seq": int,
    "stream": str,
    "type": str,
    "version": int,
}
BODY_KEYS = tuple(BODY_TYPES)
"""The keys of a body, in the order of its canonical JSON."""

KINDS = frozenset(
    tuple(cause if key == "because" else kind for key, kind in BODY_TYPES.items())
    for cause in (int, type(None))
)
"""Of which types the parts of a body are, in that order."""

REPEATED = ("seq", "stream", "version", "type", "at", "actor", "because")
"""The parts of a body that the columns of the table repeat, so that an engine can find events by them."""

ACTOR_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:@")


class Stored(NamedTuple):
    """An event as it is stored: the columns, the canonical bytes that were hashed, and the two hashes."""

    seq: int
    stream: str
    version: int
    type: str
    at: str
    actor: str
    because: int | None
    body: bytes
    prev: bytes
    hash: bytes


@dataclass(frozen=True)
class Head:
    """The last event of a ledger: its number and its hash in hexadecimal.

    Examples
    --------
    >>> Head.of(0, GENESIS).hash == "0" * 64
    True
    """

    seq: int
    hash: str

    @classmethod
    def of(cls, seq: int, link_hash: bytes) -> Head:
        """Return the head for a hash in bytes."""
        return cls(seq, link_hash.hex())


def link(prev: bytes, body: bytes) -> bytes:
    """Return SHA-256(prev || body), the hash of an event.

    Examples
    --------
    >>> link(GENESIS, b"{}").hex()[:16]
    'fb1634c4e6cd4b1f'
    """
    return hashlib.sha256(prev + body).digest()


def store(
    event: Event,
    *,
    seq: int,
    stream: str,
    version: int,
    at: datetime,
    actor: str,
    because: int | None,
    prev: bytes,
) -> Stored:
    """Return what is to be stored of an event; `stream` and `actor` have passed `check_names`.

    Raises
    ------
    ValueError
        The event holds something that canonical JSON cannot say (NaN, infinity).
    """
    moment = iso(at)
    kind = event.type_name()
    # canonical JSON piece by piece: names are such that nothing in them is escaped, and only data is free
    cause = "null" if because is None else because
    beginning = f'{{"actor":"{actor}","at":"{moment}","because":{cause},"data":'
    end = f',"schema":{event.SCHEMA},"seq":{seq},"stream":"{stream}","type":"{kind}","version":{version}}}'
    body = beginning.encode() + canonical(event.data()) + end.encode()
    return Stored(seq, stream, version, kind, moment, actor, because, body, prev, link(prev, body))


def check_names(stream: str, actor: str) -> None:
    r"""Refuse names that do not belong into a ledger for ever.

    Columns are compared with bodies as text, so a stream has no sign that JSON must escape. An actor is an
    opaque id: a name or an address could never be taken out again.

    Raises
    ------
    ValueError
        The stream is empty or holds control signs, quotes or backslashes, or the actor is no opaque id.

    Examples
    --------
    >>> check_names("gate/triage/recall", "cli-1f00ba12")
    >>> check_names("gate/triage/recall", "Ada Lovelace")
    Traceback (most recent call last):
    ...
    ValueError: an actor is an opaque id of letters, digits and -_.:@, at most 80: 'Ada Lovelace'
    """
    if not stream or not stream.isprintable() or '"' in stream or "\\" in stream:
        msg = f"a stream is named without control signs, quotes and backslashes: {stream!r}"
        raise ValueError(msg)
    if not actor or len(actor) > 80 or not ACTOR_SIGNS.issuperset(actor):
        msg = f"an actor is an opaque id of letters, digits and -_.:@, at most 80: {actor!r}"
        raise ValueError(msg)


def read_body(body: bytes) -> dict[str, Any]:
    """Return the parts of a body.

    Raises
    ------
    ValueError
        The bytes are no JSON object with exactly the keys of a body.
    """
    try:
        document: dict[str, Any] = from_json(
            body
        )  # three times as fast as the library that comes with Python
    except ValueError:
        document = json.loads(body)  # which is less strict, and whose words say what is wrong
    usual = type(document) is dict and tuple(document) == BODY_KEYS
    if usual and tuple(map(type, document.values())) in KINDS:
        return document  # looked at once; what follows says what is wrong
    if not isinstance(document, dict) or sorted(document) != list(BODY_KEYS):
        msg = "the body is not an object with the keys " + ", ".join(BODY_KEYS)
        raise ValueError(msg)
    for key, kind in BODY_TYPES.items():
        if not isinstance(document[key], kind):
            msg = f"`{key}` of the body is {document[key]!r}"
            raise ValueError(msg)
    return document


def disagreement(stored: Stored) -> str | None:
    """Return which column does not say what the body says, or None where all agree.

    Examples
    --------
    >>> from datetime import UTC
    >>> class DoorOpened(Event):
    ...     '''Somebody opened a door.'''
    >>> stored = store(DoorOpened(), seq=1, stream="door", version=1, at=datetime(2026, 11, 21, tzinfo=UTC),
    ...                actor="a1", because=None, prev=GENESIS)
    >>> disagreement(stored) is None
    True
    >>> disagreement(stored._replace(actor="a2"))
    "column `actor` says 'a2' and the body says 'a1'"
    """
    try:
        document = read_body(stored.body)
    except (ValueError, TypeError) as error:
        return f"its body cannot be read ({error})"
    for name in REPEATED:
        column, said = getattr(stored, name), document[name]
        if type(column) is not type(said) or column != said:
            return f"column `{name}` says {column!r} and the body says {said!r}"
    return None


def misfit(stored: Stored) -> str:
    """Return how an event's columns and body do not fit, which an engine has found."""
    differs = disagreement(stored)
    if differs is not None:
        return differs
    if stored.because is not None and not 0 < stored.because < stored.seq:
        return f"its cause #{stored.because} is no earlier event"
    return "its body is not in canonical form"


def recorded(stored: Stored, types: EventTypes, place: str) -> Recorded:
    """Return a stored event as the rooms read it, upcast to its present shape.

    What the body says counts: it is what was hashed. `place` names the ledger in errors.

    Raises
    ------
    LedgerError
        HF406 where the hash does not fit the body; HF402 where this version does not know the kind or shape.
    """
    try:
        changed = link(stored.prev, stored.body) != stored.hash
        document = read_body(stored.body)
    except (TypeError, ValueError):  # not bytes any more, or no body
        changed = True
    if changed:
        raise LedgerError.of(
            "HF406",
            f"event #{stored.seq} was changed: its hash does not fit its body",
            place=Place(place),
            fix="`holdfast ledger verify` names the first event; compare with a backup or an export",
        )
    try:
        event = types.read(document["type"], document["schema"], document["data"])
    except (KeyError, ValidationError) as error:
        raise LedgerError.of(
            "HF402",
            f"event #{stored.seq} is a `{document['type']}` of shape {document['schema']},"
            " which this version cannot read",
            place=Place(place),
            fix="update this installation; `holdfast ledger verify` and `export` work all the same",
        ) from error
    return Recorded(
        document["seq"],
        document["stream"],
        document["version"],
        parse_iso(document["at"]),
        document["actor"],
        document["because"],
        event,
        stored.hash.hex(),
    )
