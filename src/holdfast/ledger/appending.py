"""What an append makes of events, whatever engine then keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from holdfast.kernel.errors import ConflictError, Place
from holdfast.kernel.events import Event, Recorded
from holdfast.ledger.chain import Stored, store


class Asked(NamedTuple):
    """An append as it was asked for; see `holdfast.ledger.ports.Ledger.append`."""

    stream: str
    events: Sequence[Event]
    expected: int | None
    actor: str
    because: int | None


def compose(
    asked: Asked, head: tuple[int, bytes], version: int, at: datetime, place: str
) -> tuple[list[Stored], list[Recorded]]:
    """Return what is to be stored after a head, and what the caller gets.

    Raises
    ------
    ConflictError
        HF407: the stream has another version than expected.
    ValueError
        The cause does not exist, or a value is not representable.
    """
    stream, events, expected, actor, because = asked
    seq, prev = head
    if expected is not None and version != expected:
        raise conflict(f"stream `{stream}` is at version {version}, expected {expected}", place)
    if because is not None and not 0 < because <= seq:
        msg = f"the cause of an event is an earlier one: there is no event #{because}"
        raise ValueError(msg)
    rows: list[Stored] = []
    made: list[Recorded] = []
    for event in events:
        seq, version = seq + 1, version + 1
        row = store(
            event,
            seq=seq,
            stream=stream,
            version=version,
            at=at,
            actor=actor,
            because=because,
            prev=prev,
        )
        prev = row.hash
        rows.append(row)
        made.append(Recorded(seq, stream, version, at, actor, because, event, prev.hex()))
    return rows, made


def conflict(message: str, place: str) -> ConflictError:
    """Return the refusal of somebody who came second."""
    return ConflictError.of(
        "HF407",
        f"{message}: somebody else appended first",
        place=Place(place),
        fix="load it again and decide again",
    )


def moved(name: str, seq: int, expected: int, present: int, head: int, place: str) -> None:
    """Refuse a subscription's step that is not one forward from where it is.

    Raises
    ------
    ConflictError
        HF407: it is not at `expected`.
    ValueError
        `seq` lies before `expected` or after the head.
    """
    if present != expected:
        raise conflict(f"subscription `{name}` is at #{present}, expected #{expected}", place)
    if not expected <= seq <= head:
        msg = f"a subscription moves forward to an event that exists: #{expected} to #{seq}"
        raise ValueError(msg)
