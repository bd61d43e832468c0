"""Taking over events as they are stored, into a ledger of whatever engine: the same bytes and hashes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice, zip_longest

from holdfast.kernel.errors import LedgerError, Place
from holdfast.ledger.chain import Head, Stored, link
from holdfast.ledger.ports import LedgerEngine, Receiver

BATCH = 2_000
"""How many events are written in one transaction: what is lost where a move is stopped."""

Events = Callable[[], AbstractContextManager[Iterator[Stored]]]
"""Gives events as they are stored, from the first one on, and again from the first one on."""


@dataclass(frozen=True)
class Taken:
    """What was taken over.

    Attributes
    ----------
    head : Head
        The last event of both.
    events : int
        How many were written now; the others were there already.
    """

    head: Head
    events: int


def refuse_others(events: Events, target: LedgerEngine) -> None:
    """Refuse a target whose events are not the beginning of the source's, before anything is written.

    Raises
    ------
    LedgerError
        HF407: it holds other events.
    """
    if not target.exists():
        return
    with events() as stored, target.hashes() as hashes:
        for seq, stated in enumerate(hashes, start=1):
            event = next(stored, None)
            if event is None or event.hash != stated:
                raise _differs(target.place, seq)


def take_over(
    events: Events,
    positions: Callable[[], Mapping[str, int]],
    target: LedgerEngine,
    told: Callable[[int], None] = lambda count: None,
) -> Taken:
    """Write all events of a source into a target, where they are not there yet, and verify them there.

    Where it is stopped, it goes on from there the next time. What is written to the source meanwhile is taken
    over too.

    Raises
    ------
    LedgerError
        HF407: the target holds other events. HF406: the source's events do not fit, or what was written is
        not what was read.
    """
    written = 0
    with target.receiver() as receiver:
        while True:
            before = receiver.head()
            head = _continue(events, receiver, told)
            written += head.seq - before.seq
            if head == before:
                break
        present = receiver.positions()
        for name, seq in positions().items():
            if present.get(name, 0) < seq <= head.seq:
                receiver.place(name, seq)
    _compare(events, target)
    return Taken(head, written)


def _continue(events: Events, receiver: Receiver, told: Callable[[int], None]) -> Head:
    """Write the events that the target does not have yet; return its head."""
    start = head = receiver.head()
    with events() as stored:
        for event in islice(stored, start.seq):
            if event.seq == start.seq and event.hash.hex() != start.hash:
                raise _differs(receiver.place_name, event.seq)
        while batch := list(islice(stored, BATCH)):
            _check(head, batch)
            receiver.receive(batch)
            head = Head.of(batch[-1].seq, batch[-1].hash)
            told(head.seq)
    return head


def _check(head: Head, batch: list[Stored]) -> None:
    prev, seq = bytes.fromhex(head.hash), head.seq
    for event in batch:
        seq += 1
        if event.seq != seq or event.prev != prev or link(prev, event.body) != event.hash:
            raise LedgerError.of(
                "HF406",
                f"event #{seq} does not fit the chain, so it was not taken over",
                fix="`holdfast ledger verify` says how; compare with a backup",
            )
        prev = event.hash


def _compare(events: Events, target: LedgerEngine) -> None:
    """Verify the target, and compare its hashes with the source's one by one."""
    found = target.verify_ledger()
    if found.problems:
        raise LedgerError.of(
            "HF406",
            f"what was written does not verify: {found.problems[0]}",
            place=Place(target.place),
            fix="do not use the target; make a new one and try again",
        )
    with events() as stored, target.hashes() as hashes:
        for seq, (event, stated) in enumerate(zip_longest(stored, hashes), start=1):
            if event is None or (stated is not None and event.hash != stated):
                raise _differs(target.place, seq)
            if stated is None:
                return  # written to the source since


def _differs(place: str, seq: int) -> LedgerError:
    return LedgerError.of(
        "HF407",
        f"there are other facts already, from #{seq} on; they were left as they are",
        place=Place(place),
        fix="name a place where there is no workspace yet, or one that was begun from the same facts",
    )
