"""The hub: what viewers hear, what is caught up, and who is sent away."""

from __future__ import annotations

import asyncio

from holdfast.web.live import EVERYTHING, KEPT, MOST_WAITING, Hub, encoded

ROOM = "incident/INC-2026-0001"


def row(seq: int) -> bytes:
    return encoded([("row", f"<li>{seq}</li>")], seq)


def heard(viewer) -> bytes:
    async def now() -> bytes:
        try:
            return await asyncio.wait_for(viewer.next(), 0.001)
        except TimeoutError:
            return b""

    return asyncio.run(now())


def at(seq: int) -> Hub:
    hub = Hub()
    hub.start_at(seq)
    return hub


def test_a_viewer_hears_what_is_published_after_it_came():
    hub = at(10)
    viewer = hub.connect(ROOM, 10)
    hub.publish(11, [(ROOM, row(11))])
    assert heard(viewer) == row(11)


def test_a_viewer_of_another_topic_hears_nothing():
    hub = at(10)
    viewer = hub.connect("home", 10)
    hub.publish(11, [(ROOM, row(11))])
    assert heard(viewer) == b""


def test_who_comes_back_gets_exactly_what_was_missed():
    hub = at(10)
    first = hub.connect(ROOM, 10)
    for seq in (11, 12, 13):
        hub.publish(seq, [(ROOM, row(seq))])
    hub.leave(ROOM, first)
    assert heard(hub.connect(ROOM, 11)) == row(12) + row(13)


def test_a_page_made_before_an_event_that_nobody_watched_fetches_its_panels():
    hub = at(10)
    hub.publish(11, [], [ROOM])
    assert heard(hub.connect(ROOM, 10)) == encoded([("changed", EVERYTHING)], 11)


def test_a_page_is_left_alone_by_what_happened_elsewhere():
    hub = at(10)
    hub.publish(11, [], ["incident/INC-2026-0002"])
    assert heard(hub.connect(ROOM, 10)) == b""


def test_who_missed_more_than_is_kept_fetches_its_panels():
    hub = at(0)
    hub.connect(ROOM, 0)
    for seq in range(1, KEPT + 3):
        hub.publish(seq, [(ROOM, row(seq))])
    assert EVERYTHING.encode() in heard(hub.connect(ROOM, 1))


def test_who_was_away_longer_than_the_process_is_old_fetches_its_panels():
    assert EVERYTHING.encode() in heard(at(500).connect(ROOM, 3))


def test_a_viewer_that_does_not_keep_up_is_sent_away():
    hub = at(0)
    viewer = hub.connect(ROOM, 0)
    for seq in range(1, MOST_WAITING + 2):
        hub.publish(seq, [(ROOM, row(seq))])
    assert viewer.closed


def test_closing_ends_every_stream_and_takes_nobody_in():
    hub = at(0)
    before = hub.connect(ROOM, 0)
    hub.close()
    assert before.closed
    assert hub.connect(ROOM, 0).closed
    assert heard(before) == b""


def test_a_topic_without_viewers_is_forgotten_at_a_beat_but_not_at_once():
    hub = at(0)
    hub.leave(ROOM, hub.connect(ROOM, 0))
    assert hub.watched(ROOM)
    hub.beat()
    assert not hub.watched(ROOM)


def test_no_line_of_a_message_can_pretend_to_be_another_field():
    assert encoded([("row", "a\revent: evil\r\nid: 9")]) == (
        b"event: row\ndata: a\ndata: event: evil\ndata: id: 9\n\n"
    )
