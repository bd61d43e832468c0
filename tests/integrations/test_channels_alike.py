"""What holds for every system that is called over HTTP, against receivers that enforce what is documented."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.integrations.receivers.base import Receiver, Reply
from tests.integrations.receivers.cases import CASES, CLOCK, SENDER, Case, message

from holdfast.integrations.https import Https
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused, Link, Section

HOSTILE = (
    "<!channel> <@U123> <b>bold</b> <script>alert(1)</script> &lt;i&gt; [pay](https://evil.example)"
    " ![x](https://evil.example/p.png) <https://evil.example|help> {{7*7}} <at>all</at>"
)


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture
def receiver(case: Case) -> Iterator[Any]:
    receiver = case.receiver()
    yield receiver
    receiver.close()
    assert receiver.broken == []


def test_a_message_is_taken_as_documented_and_a_receipt_comes_back(case: Case, receiver: Any) -> None:
    receipt = case.channel(receiver, SENDER).send(message(), "key-1")
    assert receipt.id
    assert not receipt.repeated
    shown = case.shown(receiver)
    assert "Refund tool opened tickets of other customers" in shown
    assert "5 % of EU mobile users" in shown


def test_texts_that_are_too_long_are_cut_where_everybody_sees_it(case: Case, receiver: Any) -> None:
    long = "\U0001f6a8 <x> & " * 8000
    case.channel(receiver, SENDER).send(
        message(title="t" + long, sections=tuple(Section(f"h{n}" + long, long) for n in range(60))), "key-1"
    )
    if case.name != "webhook":  # which has no limit of its own, but that of a section
        assert "cut; the rest is in Holdfast" in case.shown(receiver)


def test_what_a_person_wrote_shows_as_they_wrote_it(case: Case, receiver: Any) -> None:
    case.channel(receiver, SENDER).send(
        message(title=HOSTILE, sections=(Section(HOSTILE, HOSTILE + "\n*bold* `code`"),)), "key-1"
    )
    shown = case.shown(receiver).replace("\u200b", "")  # a space without width: nobody sees it
    assert shown.count(HOSTILE[:60]) >= 2
    assert "*bold* `code`" in shown


def test_control_signs_and_turned_writing_reach_nobody(case: Case, receiver: Any) -> None:
    case.channel(receiver, SENDER).send(
        message(
            title="a\r\nBcc: x\x00\x1b[31m\u202egpj.exe", sections=(Section("h\r\nX: y", "t\x07\ud800"),)
        ),
        "key-1",
    )
    assert not {"\r", "\x00", "\x1b", "\u202e", "\x07"} & set(case.shown(receiver))


@pytest.mark.parametrize("marked", ["drill", "test"])
def test_drills_and_trials_say_so(case: Case, receiver: Any, marked: str) -> None:
    if case.name == "statuspage":
        pytest.skip("neither is shown to the public: see test_statuspage.py")
    case.channel(receiver, SENDER).send(message(**{marked: True}), "key-1")
    assert f"{marked.upper()} " in case.shown(receiver)


def test_a_repetition_with_the_same_key_does_no_harm(case: Case, receiver: Any) -> None:
    channel = case.channel(receiver, SENDER)
    channel.send(message(), "key-1")
    once = case.things(receiver)
    again = channel.send(message(), "key-1")
    if case.once:
        assert case.things(receiver) == once
    else:
        assert "delivery key-1" in case.shown(receiver)  # seen twice, and told as the same
    assert again.id


def test_an_update_belongs_to_what_was_opened(case: Case, receiver: Any) -> None:
    channel = case.channel(receiver, SENDER)
    first = channel.send(message(), "key-1")
    for key in ("key-2", "key-2"):
        then = channel.send(
            message(act="updated", known_as=first.id, sections=(Section("Now", "contained"),)), key
        )
        assert then.id
    resolved = channel.send(message(act="resolved", phase="closed", known_as=first.id), "key-3")
    assert resolved.id


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"Retry-After": "7"}, timedelta(seconds=7)),
        ({"Retry-After": "Sat, 21 Nov 2026 10:31:00 GMT"}, timedelta(minutes=1)),
        ({"Retry-After": "99999999"}, timedelta(days=1)),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_too_many_requests_are_a_delay_for_as_long_as_was_asked(
    case: Case, receiver: Any, headers: dict[str, str], after: timedelta | None
) -> None:
    receiver.faults.append(Reply(429, {"message": "slow down"}, headers))
    with pytest.raises(DeliveryDelayed) as caught:
        case.channel(receiver, SENDER).send(message(), "key-1")
    assert (caught.value.after, caught.value.status) == (after, 429)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failure_there_is_a_delay_and_the_next_try_goes_through(
    case: Case, receiver: Any, status: int
) -> None:
    receiver.faults.append(Reply(status, "<html>bad gateway</html>"))
    channel = case.channel(receiver, SENDER)
    with pytest.raises(DeliveryDelayed):
        channel.send(message(), "key-1")
    assert channel.send(message(), "key-1").id


@pytest.mark.parametrize("fault", ["hang", "drop", "drip"])
def test_no_whole_answer_is_a_delay_and_the_next_try_goes_through(
    case: Case, receiver: Any, fault: str
) -> None:
    receiver.faults.append(fault)
    with pytest.raises(DeliveryDelayed):
        case.channel(receiver, Https(CLOCK, connect=1.0, read=0.3, total=0.4)).send(message(), "key-1")
    assert case.channel(receiver, SENDER).send(message(), "key-1").id


def test_a_refusal_ends_with_what_was_said_bounded_and_without_the_secret(
    case: Case, receiver: Any, caplog: pytest.LogCaptureFixture
) -> None:
    said = f"no\x1b[31m {receiver.secret} " + "x" * 100_000
    receiver.faults.append(Reply(400, said))
    with caplog.at_level(logging.DEBUG), pytest.raises(DeliveryRefused) as caught:
        case.channel(receiver, SENDER).send(message(), "key-1")
    error = caught.value
    assert error.status == 400
    assert error.said.startswith("no\\x1b[31m")
    assert len(error.said) <= 300
    assert receiver.secret not in f"{error} {error!r} {error.__cause__!r} {error.__context__!r} {caplog.text}"


def test_a_secret_that_is_wrong_is_refused(case: Case, receiver: Any) -> None:
    if case.name == "webhook":
        pytest.skip("its receiver looks at the signature: see test_webhook.py")
    channel = case.channel(receiver, SENDER)
    type(receiver).secret, kept = "another", receiver.secret
    try:
        with pytest.raises(DeliveryRefused) as caught:
            channel.send(message(), "key-1")
    finally:
        type(receiver).secret = kept
        receiver.broken.clear()
    assert kept not in str(caught.value)


def test_no_redirect_is_followed(case: Case, receiver: Any) -> None:
    elsewhere = _Elsewhere()
    try:
        receiver.faults.append(Reply(307, "", {"Location": f"{elsewhere.url}/steal"}))
        with pytest.raises(DeliveryRefused, match="no redirect is followed"):
            case.channel(receiver, SENDER).send(message(), "key-1")
        assert elsewhere.seen == []
    finally:
        elsewhere.close()


class _Elsewhere(Receiver):
    def answer(self, seen: Any) -> Reply:
        return Reply(200)


def test_links_that_are_no_web_addresses_are_left_out(case: Case, receiver: Any) -> None:
    case.channel(receiver, SENDER).send(
        message(bridge=None, links=(Link("x", "javascript:alert(1)"), Link("y", "https://a b"))), "key-1"
    )
    assert b"javascript:" not in b"".join(seen.body for seen in receiver.seen)
