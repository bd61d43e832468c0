"""Deliveries: asked for once, sent at least once with the same key, and how they end is a fact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from tests.respond.conftest import NOW

from holdfast.access.model.principal import Principal
from holdfast.kernel.clock import SetClock
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.events.deliveries import (
    Delivered,
    DeliveryAsked,
    DeliveryFailed,
    DeliveryHeldUp,
    DeliveryWithheld,
)
from holdfast.respond.handlers.acting import Room, act
from holdfast.respond.handlers.composing import Composer
from holdfast.respond.handlers.declaring import declare
from holdfast.respond.handlers.delivering import Courier
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused, Message, Receipt


@dataclass
class Row:
    id: str
    subject: str = "incident/INC-2026-0001"
    attempts: int = 1


@dataclass
class Outside:
    """All routes of all systems: remembers what it was sent, and answers what it is told to."""

    sent: list[tuple[str, Message, str]] = field(default_factory=list)
    answers: list[Receipt | Exception] = field(default_factory=list)

    def channel(self, system: str, route: str) -> Outside:
        if route == "unknown":
            raise DeliveryRefused(f"the plan of `{system}` has no route `{route}`")
        self._route = route
        return self

    def send(self, message: Message, key: str) -> Receipt:
        self.sent.append((self._route, message, key))
        answer = (
            self.answers.pop(0) if self.answers else Receipt(f"T-{len(self.sent)}", "https://there.example/1")
        )
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def courier(room: Room, outside: Outside) -> Courier:
    return Courier(room, outside, Composer(room, "https://holdfast.corp.example"))


@pytest.fixture
def ask(room: Room, ana: Principal) -> Callable[..., Row]:
    """Declare an incident, and ask for deliveries of it."""

    def asked(delivery: str = "d1", *, route: str = "pager", drill: str | None = None, **said: str) -> Row:
        if not room.load("INC-2026-0001").exists:
            command = DeclareIncident(system="shop", title="Wrong refunds", account="Ticket 7", drill=drill)
            declare(room, command, ana)
        fact = {"kind": "page", "act": "opened", "subject": "incident", "thing": "INC-2026-0001"} | said
        event = DeliveryAsked(delivery=delivery, system="shop", route=route, **fact)
        act(room, "INC-2026-0001", ana, lambda _: [event])
        return Row(delivery)

    return asked


def facts(room: Room) -> list[object]:
    return [recorded.event for recorded in room.ledger.read("incident/INC-2026-0001")][2:]


def test_what_is_taken_ends_with_its_receipt(
    room: Room, courier: Courier, outside: Outside, ask: Callable[..., Row]
) -> None:
    assert courier.send(ask()) == "T-1"
    [(route, message, key)] = outside.sent
    assert (route, key, message.title) == ("pager", "d1", "Wrong refunds")
    assert message.links[0].address == "https://holdfast.corp.example/incidents/INC-2026-0001"
    [fact] = facts(room)
    assert fact == Delivered(
        delivery="d1",
        route="pager",
        receipt="T-1",
        address="https://there.example/1",
        repeated=False,
        attempts=1,
    )


def test_the_fact_says_what_asked_for_it(room: Room, courier: Courier, ask: Callable[..., Row]) -> None:
    courier.send(ask())
    asked, taken = room.ledger.read("incident/INC-2026-0001")[1:]
    assert taken.because == asked.seq


def test_who_died_after_recording_sends_nothing_again(
    room: Room, courier: Courier, outside: Outside, ask: Callable[..., Row]
) -> None:
    row = ask()
    assert courier.send(row) == courier.send(row) == "T-1"
    assert len(outside.sent) == 1
    assert len(facts(room)) == 1


def test_who_died_before_recording_sends_again_with_the_same_key(
    room: Room, courier: Courier, outside: Outside, ask: Callable[..., Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ask()

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Courier, "_record", killed)
        with pytest.raises(Killed):
            courier.send(row)
    outside.answers.append(Receipt("T-1", repeated=True))
    courier.send(row)
    assert [key for _, _, key in outside.sent] == ["d1", "d1"]
    [fact] = facts(room)
    assert isinstance(fact, Delivered)
    assert fact.repeated


def test_a_refusal_is_a_fact_with_what_was_said_sealed(
    room: Room, courier: Courier, outside: Outside, ask: Callable[..., Row]
) -> None:
    outside.answers.append(
        DeliveryRefused("there answered 400", said="title 'Wrong refunds' is bad", status=400)
    )
    with pytest.raises(DeliveryRefused):
        courier.send(ask())
    [fact] = facts(room)
    assert isinstance(fact, DeliveryFailed)
    assert (fact.reason, fact.status) == ("refused", 400)
    assert fact.said is not None
    assert room.vault.unseal([fact.said]) == ["there answered 400: title 'Wrong refunds' is bad"]
    assert "Wrong refunds" not in fact.model_dump_json()


def test_a_route_that_the_plan_does_not_have_ends_at_once(
    room: Room, courier: Courier, ask: Callable[..., Row]
) -> None:
    with pytest.raises(DeliveryRefused, match="no route `unknown`"):
        courier.send(ask(route="unknown"))
    assert isinstance(facts(room)[0], DeliveryFailed)


def test_a_delay_is_no_end_and_the_third_one_is_told_once(
    room: Room, courier: Courier, outside: Outside, ask: Callable[..., Row], clock: SetClock
) -> None:
    row = ask()
    for row.attempts in (1, 2, 3, 4):
        outside.answers.append(DeliveryDelayed("no answer", status=503))
        with pytest.raises(DeliveryDelayed):
            courier.send(row)
        clock.advance(timedelta(seconds=20))
    [told] = facts(room)
    assert isinstance(told, DeliveryHeldUp)
    assert (told.attempts, told.status) == (3, 503)


def test_what_is_given_up_is_a_fact_once(room: Room, courier: Courier, ask: Callable[..., Row]) -> None:
    row = ask()
    courier.failed(row, "no answer; tried 12 times")
    courier.failed(row, "no answer; tried 12 times")
    [fact] = facts(room)
    assert isinstance(fact, DeliveryFailed)
    assert fact.reason == "gave_up"


def test_what_arrived_is_not_given_up_afterwards(
    room: Room, courier: Courier, ask: Callable[..., Row]
) -> None:
    row = ask()
    courier.send(row)
    courier.failed(row, "late")
    assert [type(fact) for fact in facts(room)] == [Delivered]


def test_a_receiver_that_fails_is_left_alone_and_others_are_not(
    courier: Courier, outside: Outside, ask: Callable[..., Row], clock: SetClock
) -> None:
    row, other = ask("d1", route="dead"), ask("d2", route="alive", thing="another")
    outside.answers += [DeliveryDelayed("no answer")] * 3
    for _ in range(3):
        with pytest.raises(DeliveryDelayed, match="no answer"):
            courier.send(row)
    with pytest.raises(DeliveryDelayed, match="left alone") as caught:
        courier.send(row)
    assert caught.value.after == timedelta(seconds=15)
    assert len(outside.sent) == 3
    courier.send(other)
    clock.advance(timedelta(seconds=15))
    assert courier.send(row)


def test_who_asks_for_a_pause_gets_it_for_the_whole_route(
    courier: Courier, outside: Outside, ask: Callable[..., Row], clock: SetClock
) -> None:
    first, second = ask("d1", thing="a"), ask("d2", thing="b")
    outside.answers.append(DeliveryDelayed("too many", after=timedelta(seconds=40), status=429))
    with pytest.raises(DeliveryDelayed, match="too many"):
        courier.send(first)
    clock.advance(timedelta(seconds=39))
    with pytest.raises(DeliveryDelayed, match="left alone"):
        courier.send(second)
    clock.advance(timedelta(seconds=1))
    assert courier.send(second)


def test_what_belongs_together_is_told_in_order_and_under_the_name_that_it_has_there(
    courier: Courier, outside: Outside, ask: Callable[..., Row]
) -> None:
    opened, resolved = ask("d1"), ask("d2", act="resolved")
    with pytest.raises(DeliveryDelayed, match="an earlier message"):
        courier.send(resolved)
    courier.send(opened)
    courier.send(resolved)
    assert [message.known_as for _, message, _ in outside.sent] == ["", "T-1"]


def test_nothing_of_a_drill_leaves(
    room: Room, courier: Courier, outside: Outside, ask: Callable[..., Row]
) -> None:
    assert courier.send(ask(drill="drill-1")) == "withheld: drill"
    assert outside.sent == []
    assert [type(fact) for fact in facts(room)] == [DeliveryWithheld]


def test_a_delivery_that_no_fact_asks_for_is_refused(courier: Courier, ask: Callable[..., Row]) -> None:
    ask()
    with pytest.raises(DeliveryRefused, match="no fact asks for it"):
        courier.send(Row("forged"))


def test_an_address_that_is_no_web_address_is_not_kept(
    room: Room, courier: Courier, outside: Outside, ask: Callable[..., Row]
) -> None:
    outside.answers.append(Receipt("x" * 1000 + "\x1b", "javascript:alert(1)"))
    courier.send(ask())
    [fact] = facts(room)
    assert isinstance(fact, Delivered)
    assert (fact.address, len(fact.receipt)) == ("", 300)


def test_asking_twice_is_asking_once(room: Room, ask: Callable[..., Row]) -> None:
    ask("d1")
    ask("d1", route="other")
    assert [sent.asked.route for sent in room.load("INC-2026-0001").deliveries.by_id.values()] == ["pager"]


def test_words_that_were_redacted_are_told_to_be(
    room: Room, courier: Courier, outside: Outside, ask: Callable[..., Row], vault: object
) -> None:
    row = ask()
    vault.texts.clear()  # type: ignore[attr-defined]  # the vault of the tests keeps them there
    courier.send(row)
    assert outside.sent[0][1].title == "(redacted)"


def test_a_receiver_that_keeps_several_waiting_leaves_the_worker_hands_for_others(
    courier: Courier, clock: SetClock
) -> None:
    with (
        courier.circuits.sending("shop", "slow", clock.now()),
        courier.circuits.sending("shop", "slow", clock.now()),
        courier.circuits.sending("shop", "slow", clock.now()),
    ):
        with (
            pytest.raises(DeliveryDelayed, match="others wait"),
            courier.circuits.sending("shop", "slow", clock.now()),
        ):
            pass
        with courier.circuits.sending("shop", "quick", clock.now()):
            pass
    with courier.circuits.sending("shop", "slow", clock.now()):
        pass


def test_what_only_waits_for_its_turn_is_no_attempt(
    courier: Courier, outside: Outside, ask: Callable[..., Row]
) -> None:
    first, second = ask("d1"), ask("d2", act="resolved")
    with pytest.raises(DeliveryDelayed) as caught:
        courier.send(second)
    assert not caught.value.tried
    outside.answers.append(DeliveryDelayed("no answer"))
    with pytest.raises(DeliveryDelayed) as caught:
        courier.send(first)
    assert caught.value.tried


def test_who_never_gets_a_turn_at_a_dead_receiver_is_told_of_and_given_up_in_the_end(
    room: Room, courier: Courier, ask: Callable[..., Row], clock: SetClock
) -> None:
    row = ask()
    for minutes in (0, 3, 119):
        clock.advance(timedelta(minutes=minutes) - (clock.now() - NOW))
        courier.circuits.failed("shop", "pager", clock.now(), timedelta(minutes=5))
        with pytest.raises(DeliveryDelayed, match="left alone"):
            courier.send(row)
    clock.advance(timedelta(minutes=2))
    with pytest.raises(DeliveryRefused, match="for 2 hours"):
        courier.send(row)
    assert [type(fact) for fact in facts(room)] == [DeliveryHeldUp, DeliveryFailed]
