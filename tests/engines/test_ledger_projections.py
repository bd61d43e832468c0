"""Projections: in the append's own transaction, and the same when they are computed anew."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, String, Table, select

from holdfast.kernel.errors import LedgerError
from holdfast.kernel.events import Event, EventTypes


class Counted(Event):
    """Something was counted."""

    what: str
    by: int = 1


class Sums:
    """How much was counted of what; refuses the word `poison`."""

    name = "sums"

    def __init__(self, shape=1, factor=1, table="sums"):
        self.shape = shape
        self.factor = factor
        self.metadata = MetaData()
        self.table = Table(
            table, self.metadata, Column("what", String, primary_key=True), Column("total", Integer)
        )

    def apply(self, connection, recorded):
        table, event = self.table, recorded.event
        if event.what == "poison":
            raise RuntimeError("poison")
        present = connection.execute(select(table.c.total).where(table.c.what == event.what)).scalar()
        if present is None:
            connection.execute(table.insert().values(what=event.what, total=event.by * self.factor))
        else:
            total = present + event.by * self.factor
            connection.execute(table.update().where(table.c.what == event.what).values(total=total))


@pytest.fixture
def place(place):
    types = EventTypes()
    types.register(Counted)
    return place.knowing(types)


def totals(ledger, sums):
    return dict(ledger.query(select(sums.table)).__iter__())


def with_projection(place, *projections):
    return place.knowing(place.types, *projections)


def test_a_projection_follows_each_append(place):
    sums = Sums()
    with with_projection(place, sums).open() as ledger:
        ledger.append("a", [Counted(what="x"), Counted(what="y")], expected=0, actor="g")
        ledger.append("a", [Counted(what="x")], expected=2, actor="g")
        assert totals(ledger, sums) == {"x": 2, "y": 1}


def test_a_projection_that_raises_takes_the_whole_append_with_it(place):
    sums = Sums()
    access = with_projection(place, sums).access()
    with access.open_ledger() as ledger:
        ledger.append("a", [Counted(what="x")], expected=0, actor="g")
        with pytest.raises(RuntimeError, match="poison"):
            ledger.append("a", [Counted(what="x"), Counted(what="poison")], expected=1, actor="g")
        assert ledger.head().seq == 1
        assert totals(ledger, sums) == {"x": 1}
        ledger.append("a", [Counted(what="x")], expected=1, actor="g")
        assert totals(ledger, sums) == {"x": 2}
    assert access.verify_ledger().problems == ()


def test_a_failing_statement_of_a_projection_takes_the_append_with_it(place):
    sums = Sums()
    sums.apply = lambda connection, recorded: connection.execute(sums.table.insert().values(what="same"))
    with with_projection(place, sums).open() as ledger:
        ledger.append("a", [Counted(what="x")], expected=0, actor="g")
        with pytest.raises(Exception, match=r"(?i)unique"):
            ledger.append("a", [Counted(what="x")], expected=1, actor="g")
        assert ledger.head().seq == 1


def test_a_new_projection_is_computed_when_the_ledger_is_opened(place):
    with place.open() as ledger:
        ledger.append("a", [Counted(what="x", by=5)], expected=0, actor="g")
    sums = Sums()
    with with_projection(place, sums).open() as ledger:
        assert totals(ledger, sums) == {"x": 5}


def test_a_projection_of_another_shape_is_computed_anew_and_its_old_tables_go(place):
    with with_projection(place, Sums(table="old_sums")).open() as ledger:
        ledger.append("a", [Counted(what="x", by=5)], expected=0, actor="g")
    changed, former = Sums(shape=2, factor=10), Sums(table="old_sums")
    with with_projection(place, changed).open() as ledger:
        assert totals(ledger, changed) == {"x": 50}
        with pytest.raises(Exception, match=r"no such table|does not exist"):
            totals(ledger, former)


def test_a_projection_of_a_newer_shape_is_left_alone(place):
    with with_projection(place, Sums(shape=2)).open() as ledger:
        ledger.append("a", [Counted(what="x")], expected=0, actor="g")
    with pytest.raises(LedgerError, match="projection `sums` has shape 2") as refused:
        with_projection(place, Sums(shape=1)).open()
    assert refused.value.problems[0].code == "HF402"


def test_what_was_appended_without_the_projection_is_caught_up(place):
    sums = Sums()
    with with_projection(place, sums).open() as ledger, place.open() as unknowing:
        ledger.append("a", [Counted(what="x")], expected=0, actor="g")
        unknowing.append("a", [Counted(what="x")], expected=1, actor="g")
        ledger.append("a", [Counted(what="x")], expected=2, actor="g")
        assert totals(ledger, sums) == {"x": 3}


def test_rebuilding_repairs_a_changed_row(place):
    sums = Sums()
    access = with_projection(place, sums).access()
    with access.open_ledger() as ledger:
        ledger.append("a", [Counted(what="x", by=2)], expected=0, actor="g")
    place.tamper("UPDATE sums SET total = 3")
    with access.open_ledger() as ledger:
        assert totals(ledger, sums) == {"x": 3}
        assert ledger.rebuild() == 1
        assert totals(ledger, sums) == {"x": 2}


def test_rebuilding_makes_a_table_that_is_gone(place):
    sums = Sums()
    access = with_projection(place, sums).access()
    with access.open_ledger() as ledger:
        ledger.append("a", [Counted(what="x", by=2)], expected=0, actor="g")
    place.tamper("DROP TABLE sums")
    with access.open_ledger() as ledger:
        assert ledger.rebuild() == 1
        assert totals(ledger, sums) == {"x": 2}


def test_who_reads_while_it_is_rebuilt_sees_the_former_rows(place):
    sums, seen = Sums(), []
    access = with_projection(place, sums).access()
    with access.open_ledger() as ledger, access.open_ledger() as other:
        ledger.append("a", [Counted(what="x", by=2)], expected=0, actor="g")
        apply = sums.apply

        def looking(connection, recorded):
            seen.append(totals(other, sums))
            apply(connection, recorded)

        sums.apply = looking
        ledger.rebuild()
        sums.apply = apply
        assert seen == [{"x": 2}]
        assert totals(other, sums) == {"x": 2}


def test_who_reads_does_not_wait_for_who_appends(place):
    sums, seen = Sums(), []
    with with_projection(place, sums).open() as ledger:
        ledger.append("a", [Counted(what="x")], expected=0, actor="g")
        apply = sums.apply

        def slowly(connection, recorded):
            """Apply only once another thread has read all that it wants."""
            reader = threading.Thread(
                target=lambda: seen.extend([ledger.version("a"), ledger.head().seq, totals(ledger, sums)])
            )
            reader.start()
            reader.join(timeout=20)
            apply(connection, recorded)

        sums.apply = slowly
        ledger.append("a", [Counted(what="x")], expected=1, actor="g")
        assert seen == [1, 1, {"x": 1}]
        assert totals(ledger, sums) == {"x": 2}


def test_verifying_finds_a_changed_row(place):
    access = with_projection(place, Sums()).access()
    with access.open_ledger() as ledger:
        ledger.append("a", [Counted(what="x", by=2)], expected=0, actor="g")
        assert access.verify_ledger().problems == ()
        ledger.rebuild()
        assert access.verify_ledger().problems == ()
    place.tamper("UPDATE sums SET total = 3")
    found = access.verify_ledger().problems
    told = "projection `sums`, table `sums`: it holds ('x', 3) where the events say ('x', 2)"
    assert told in [str(each) for each in found]


def test_verifying_says_which_projection_it_could_not_compare(place):
    sums = Sums()
    with with_projection(place, sums).open() as ledger:
        ledger.append("a", [Counted(what="x", by=2)], expected=0, actor="g")
    found = place.knowing(EventTypes(), sums).access().verify_ledger()
    assert found.problems == ()
    assert "projection `sums` was not compared: event #1" in found.notes[0]


def test_projections_keep_to_their_own_tables(place):
    with pytest.raises(ValueError, match="table events of projection sums belongs to the ledger"):
        with_projection(place, Sums(table="events")).open()
    with pytest.raises(ValueError, match="two projections are called sums"):
        with_projection(place, Sums(), Sums()).open()


counts = st.lists(
    st.lists(st.tuples(st.sampled_from("xyz"), st.integers(-5, 5)), min_size=1, max_size=3), max_size=6
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=counts)
def test_rebuilding_equals_following(place, batches):
    sums = Sums()
    here = with_projection(place.another(), sums)
    with here.open() as ledger:
        for batch in batches:
            ledger.append("a", [Counted(what=w, by=n) for w, n in batch], expected=None, actor="g")
        followed = totals(ledger, sums)
        ledger.rebuild()
        assert totals(ledger, sums) == followed
    expected: dict[str, int] = {}
    for word, number in (pair for batch in batches for pair in batch):
        expected[word] = expected.get(word, 0) + number
    assert followed == expected
