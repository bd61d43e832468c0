"""What every engine does with facts: the specification of the ledger's port."""

from __future__ import annotations

import math
import threading
from datetime import timedelta

import pytest

from holdfast.kernel.errors import ConflictError, LedgerError
from holdfast.kernel.events import Event, EventTypes
from holdfast.ledger.chain import GENESIS, link


class DoorOpened(Event):
    """Somebody opened a door."""

    door: str
    width: float = 1.0


class DoorClosed(Event):
    """Somebody closed a door."""

    door: str


@pytest.fixture
def types():
    types = EventTypes()
    types.register_all([DoorOpened, DoorClosed])
    return types


@pytest.fixture
def place(place, types):
    return place.knowing(types)


@pytest.fixture
def ledger(place):
    with place.open() as ledger:
        yield ledger


def opened(*doors):
    return [DoorOpened(door=door) for door in doors]


class TestAppending:
    def test_an_event_gets_its_place(self, ledger, place):
        (made,) = ledger.append("door/front", opened("front"), expected=0, actor="guard-1")
        assert (made.seq, made.stream, made.version) == (1, "door/front", 1)
        assert (made.actor, made.because, made.at) == ("guard-1", None, place.clock.moment)
        assert made.event == DoorOpened(door="front")

    def test_what_was_appended_is_what_is_read(self, ledger):
        made = ledger.append("door/front", opened("a", "b"), expected=0, actor="guard-1")
        assert ledger.read("door/front") == made

    def test_what_was_appended_is_there_after_reopening(self, place):
        with place.open() as ledger:
            made = ledger.append("door/front", opened("a"), expected=0, actor="guard-1")
        with place.open() as ledger:
            assert ledger.read("door/front") == made

    def test_seq_counts_all_streams_and_version_each(self, ledger):
        for stream in ("a", "b", "a"):
            ledger.append(stream, opened("x"), expected=None, actor="g")
        assert [(r.seq, r.stream, r.version) for r in ledger.since(0, limit=9)] == [
            (1, "a", 1), (2, "b", 1), (3, "a", 2),
        ]  # fmt: skip

    def test_each_event_holds_the_one_before_it(self, ledger, place):
        ledger.append("a", opened("x", "y"), expected=0, actor="g")
        with place.access().stored_events() as events:
            one, two = list(events)
        assert one.prev == GENESIS
        assert two.prev == one.hash == link(GENESIS, one.body)
        assert ledger.head().hash == two.hash.hex()

    def test_the_head_of_an_empty_ledger_is_zero(self, ledger):
        assert (ledger.head().seq, ledger.head().hash) == (0, "0" * 64)

    def test_appending_nothing_records_nothing(self, ledger):
        assert ledger.append("a", [], expected=0, actor="g") == []
        assert ledger.head().seq == 0

    def test_a_cause_is_kept(self, ledger):
        ledger.append("a", opened("x"), expected=0, actor="g")
        (made,) = ledger.append("b", opened("y"), expected=0, actor="g", because=1)
        assert ledger.read("b")[0].because == made.because == 1

    @pytest.mark.parametrize("because", [0, 2, -1])
    def test_a_cause_that_does_not_exist_is_refused(self, ledger, because):
        ledger.append("a", opened("x"), expected=0, actor="g")
        with pytest.raises(ValueError, match="no event #"):
            ledger.append("b", opened("y"), expected=0, actor="g", because=because)
        assert ledger.head().seq == 1

    @pytest.mark.parametrize("expected", [0, 2])
    def test_another_version_than_expected_is_a_conflict(self, ledger, expected):
        ledger.append("a", opened("x"), expected=0, actor="g")
        with pytest.raises(ConflictError, match=rf"`a` is at version 1, expected {expected}") as refused:
            ledger.append("a", opened("y"), expected=expected, actor="g")
        assert refused.value.problems[0].code == "HF407"
        assert ledger.version("a") == 1

    def test_no_expectation_appends_whatever_the_version(self, ledger):
        for _ in range(3):
            ledger.append("a", opened("x"), expected=None, actor="g")
        assert ledger.version("a") == 3

    def test_an_event_that_cannot_be_said_in_json_takes_the_others_with_it(self, ledger):
        with pytest.raises(ValueError, match="canonical"):
            ledger.append("a", [*opened("x"), DoorOpened(door="y", width=math.nan)], expected=0, actor="g")
        assert ledger.head().seq == 0

    @pytest.mark.parametrize("actor", ["", "Ada Lovelace", "a" * 81, "gärtner", 'x"y'])
    def test_an_actor_is_an_opaque_id(self, ledger, actor):
        with pytest.raises(ValueError, match="opaque id"):
            ledger.append("a", opened("x"), expected=0, actor=actor)

    @pytest.mark.parametrize("stream", ["", "a\nb", 'a"b', "a\\b", "a\x00b", "a\ud800"])
    def test_a_stream_has_a_plain_name(self, ledger, stream):
        with pytest.raises(ValueError, match="a stream is named"):
            ledger.append(stream, opened("x"), expected=0, actor="g")

    @pytest.mark.parametrize("text", ["é∞😀", "\x00\x1f\x7f\u2028", '{"a":"b"}', "", "x" * 100_000])
    def test_any_text_comes_back_as_it_was(self, ledger, place, text):
        ledger.append("türe/∞", opened(text), expected=0, actor="g")
        assert ledger.read("türe/∞")[0].event == DoorOpened(door=text)
        assert place.access().verify_ledger().problems == ()


class TestReading:
    def test_a_stream_is_read_after_a_version(self, ledger):
        ledger.append("a", opened("1", "2", "3"), expected=0, actor="g")
        assert [r.version for r in ledger.read("a", after=1)] == [2, 3]

    def test_an_unknown_stream_is_empty(self, ledger):
        assert ledger.read("nothing") == []
        assert ledger.version("nothing") == 0

    def test_since_stops_at_the_limit(self, ledger):
        ledger.append("a", opened("1", "2", "3"), expected=0, actor="g")
        assert [r.seq for r in ledger.since(1, limit=1)] == [2]

    def test_since_gives_only_the_named_types(self, ledger):
        ledger.append("a", [DoorOpened(door="1"), DoorClosed(door="1")], expected=0, actor="g")
        assert [r.seq for r in ledger.since(0, limit=9, types=["DoorClosed"])] == [2]
        assert ledger.since(0, limit=9, types=[]) == []

    def test_a_changed_event_is_not_believed(self, ledger, place):
        ledger.append("a", opened("front"), expected=0, actor="g")
        place.replace_in_bodies("front", "xront")
        with pytest.raises(LedgerError, match="event #1 was changed") as refused:
            ledger.read("a")
        assert refused.value.problems[0].code == "HF406"

    def test_a_closed_ledger_says_so(self, ledger):
        ledger.close()
        ledger.close()
        with pytest.raises(ValueError, match="closed"):
            ledger.read("a")
        with pytest.raises(ValueError, match="closed"):
            ledger.append("a", opened("x"), expected=None, actor="g")


class TestSubscriptions:
    def test_a_subscription_begins_at_zero_and_moves(self, ledger):
        ledger.append("a", opened("1", "2"), expected=0, actor="g")
        assert ledger.position("mail") == 0
        ledger.advance("mail", 2, expected=0)
        assert ledger.position("mail") == 2

    def test_two_workers_do_not_both_move_it(self, ledger):
        ledger.append("a", opened("1", "2"), expected=0, actor="g")
        ledger.advance("mail", 1, expected=0)
        with pytest.raises(ConflictError, match="at #1, expected #0"):
            ledger.advance("mail", 2, expected=0)

    @pytest.mark.parametrize("seq", [0, 3])
    def test_it_moves_forward_to_an_event_that_exists(self, ledger, seq):
        ledger.append("a", opened("1", "2"), expected=0, actor="g")
        ledger.advance("mail", 1, expected=0)
        with pytest.raises(ValueError, match="moves forward"):
            ledger.advance("mail", seq, expected=1)


class TestShapes:
    def test_an_old_shape_is_read_in_its_present_one(self, ledger, place):
        ledger.append("a", opened("front"), expected=0, actor="g")
        wider = type("DoorOpened", (Event,), {
            "__annotations__": {"door": str, "metres": float}, "__doc__": "Wider.", "__module__": __name__,
        })  # fmt: skip
        wider.SCHEMA = 2
        types = EventTypes()
        types.register(wider, {1: lambda data: {"door": data["door"], "metres": data["width"]}})
        with place.knowing(types).open() as later:
            assert later.read("a")[0].event == wider(door="front", metres=1.0)

    def test_an_unknown_kind_is_named(self, ledger, place):
        ledger.append("a", opened("front"), expected=0, actor="g")
        with (
            place.knowing(EventTypes()).open() as older,
            pytest.raises(LedgerError, match="event #1 is a `DoorOpened` of shape 1") as refused,
        ):
            older.since(0, limit=1)
        assert refused.value.problems[0].code == "HF402"

    def test_verifying_and_exporting_need_to_know_no_kind(self, ledger, place):
        ledger.append("a", opened("front"), expected=0, actor="g")
        access = place.knowing(EventTypes()).access()
        assert access.verify_ledger().events == 1
        with access.stored_events() as events:
            assert [event.type for event in events] == ["DoorOpened"]


class TestTogether:
    def test_threads_leave_no_hole(self, ledger, place):
        def work(name):
            for _ in range(25):
                ledger.append(name, opened("x"), expected=None, actor=name)
                ledger.read(name)

        threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [r.seq for r in ledger.since(0, limit=1000)] == list(range(1, 101))
        assert [ledger.version(f"t{n}") for n in range(4)] == [25] * 4
        assert place.access().verify_ledger().problems == ()

    def test_of_threads_that_decided_on_the_same_version_one_wins(self, ledger):
        outcomes = []

        def work():
            try:
                ledger.append("a", opened("x"), expected=0, actor="g")
                outcomes.append("won")
            except ConflictError:
                outcomes.append("lost")

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["lost", "lost", "lost", "won"]

    def test_two_openings_see_each_other(self, ledger, place):
        with place.open() as other:
            other.append("a", opened("x"), expected=0, actor="g")
            assert ledger.version("a") == 1
            ledger.append("a", opened("y"), expected=1, actor="g")
            assert [r.seq for r in other.read("a")] == [1, 2]

    def test_time_comes_from_the_clock(self, ledger, place):
        ledger.append("a", opened("x"), expected=0, actor="g")
        place.clock.advance(timedelta(hours=1))
        ledger.append("a", opened("x"), expected=1, actor="g")
        one, two = ledger.read("a")
        assert two.at - one.at == timedelta(hours=1)

    def test_a_clock_that_jumps_back_takes_no_order_away(self, ledger, place):
        ledger.append("a", opened("first"), expected=0, actor="g")
        place.clock.advance(timedelta(hours=-1))
        ledger.append("a", opened("second"), expected=1, actor="g")
        one, two = ledger.since(0, limit=9)
        assert [one.event.door, two.event.door] == ["first", "second"]
        assert one.at - two.at == timedelta(hours=1)
        assert [each.seq for each in ledger.before(None, limit=9)] == [2, 1]
        assert place.access().verify_ledger().problems == ()
