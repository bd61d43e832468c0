"""Reading a ledger from its newest event on."""

from __future__ import annotations

import pytest

from holdfast.kernel.events import Event, EventTypes


class Came(Event):
    """Somebody came."""

    n: int


class Went(Event):
    """Somebody went."""

    n: int


@pytest.fixture
def ledger(place):
    types = EventTypes()
    types.register_all([Came, Went])
    with place.knowing(types).open() as opened:
        for n in range(10):
            kind = Came if n % 2 else Went
            opened.append("ab"[n // 5], [kind(n=n)], expected=None, actor="p")
        yield opened


def read(recorded):
    return [each.event.n for each in recorded]


def test_the_newest_come_first(ledger):
    assert read(ledger.before(None, limit=3)) == [9, 8, 7]
    assert read(ledger.before(8, limit=100)) == [6, 5, 4, 3, 2, 1, 0]
    assert ledger.before(1, limit=5) == []


def test_only_those_of_a_type_or_a_stream(ledger):
    assert read(ledger.before(None, limit=3, types=["Came"])) == [9, 7, 5]
    assert read(ledger.before(None, limit=9, stream="a")) == [4, 3, 2, 1, 0]
    assert read(ledger.before(4, limit=9, stream="a", types=["Went"])) == [2, 0]
    assert ledger.before(None, limit=9, types=[]) == []
    assert ledger.before(None, limit=9, stream="none") == []


def test_what_an_event_caused_is_found(ledger):
    ledger.append("c", [Came(n=10)], expected=0, actor="p", because=3)
    ledger.append("c", [Came(n=11)], expected=1, actor="p", because=4)
    ledger.append("d", [Went(n=12)], expected=0, actor="p", because=3)
    assert read(ledger.caused(3, limit=9)) == [10, 12]
    assert read(ledger.caused(3, limit=1)) == [10]
    assert ledger.caused(5, limit=9) == []
