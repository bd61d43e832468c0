"""What the worker does, on every engine: policies, timers, deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from worked import DELAY, Asked, Desk, GaveUp

from holdfast.kernel.events import Recorded
from holdfast.ledger.reacting import Policy
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused
from holdfast.store.problems import PolicyProblems
from holdfast.store.work import Deliveries, Delivery, Timers

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def never() -> bool:
    return False


class Post:
    """A way outside that does what a test says."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.error: Exception | None = None

    def __call__(self, delivery: Delivery) -> str:
        self.sent.append(delivery.id)
        if self.error is not None:
            raise self.error
        return "taken"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def desk(place, post) -> Iterator[Desk]:
    made = Desk(place.url, place.clock, post)
    yield made
    made.close()


def ask(desk: Desk, n: int = 1) -> list[Recorded]:
    return [desk.ledger.append(f"asked/{i}", [Asked(n=i)], expected=0, actor="p")[0] for i in range(n)]


# Policies


def test_a_policy_reacts_to_its_facts_in_order_and_once(desk):
    seen: list[int] = []
    worker = desk.worker(Policy("look", (Asked,), lambda recorded: seen.append(recorded.seq)))
    made = ask(desk, 3)
    worker.following.step(never)
    worker.following.step(never)
    assert seen == [each.seq for each in made]
    assert desk.ledger.position("look") == made[-1].seq


def test_a_policy_goes_on_where_an_earlier_process_stopped(desk):
    ask(desk, 2)
    first = desk.worker()
    first.following.step(never)
    first.stop()
    seen: list[int] = []
    desk.policy = Policy("remind", (Asked,), lambda recorded: seen.append(recorded.seq))
    made = desk.ledger.append("asked/later", [Asked(n=9)], expected=0, actor="p")
    desk.worker().following.step(never)
    assert seen == [made[0].seq]


def test_a_policy_that_fails_waits_at_its_event_is_shown_and_holds_up_no_other(desk):
    broken = Policy("broken", (Asked,), lambda _: (_ for _ in ()).throw(ZeroDivisionError("words")))
    worker = desk.worker(broken)
    made = ask(desk, 2)
    worker.following.step(never)
    assert desk.ledger.position("broken") == 0
    assert desk.ledger.position("remind") == made[-1].seq
    (problem,) = PolicyProblems(desk.store).every()
    assert (problem.policy, problem.seq, problem.why) == ("broken", made[0].seq, "ZeroDivisionError")


def test_a_policy_that_failed_goes_on_with_the_same_event_once_it_can(desk, monkeypatch):
    monkeypatch.setattr("holdfast.app.worker.following.FIRST_PAUSE", 0.0)
    seen: list[int] = []

    def react(recorded: Recorded) -> None:
        seen.append(recorded.seq)
        if len(seen) == 1:
            raise RuntimeError

    worker = desk.worker(Policy("recovers", (Asked,), react))
    made = ask(desk, 2)
    worker.following.step(never)
    worker.following.step(never)
    assert seen == [made[0].seq, made[0].seq, made[1].seq]
    assert PolicyProblems(desk.store).every() == []


def test_only_one_of_two_workers_runs_a_policy_and_the_other_takes_over(desk):
    first, second = desk.worker(), desk.worker()
    ask(desk, 1)
    first.following.step(never)
    second.following.step(never)
    assert second.following.behind == 0
    made = desk.ledger.append("asked/more", [Asked(n=5)], expected=0, actor="p")
    first.stop()
    third = desk.worker()
    third.following.step(never)
    assert desk.ledger.position("remind") == made[0].seq


def test_how_far_policies_are_behind_is_known(desk):
    worker = desk.worker()
    worker.following.step(never)
    ask(desk, 3)
    assert worker.following.behind == 3
    worker.following.step(never)
    assert worker.following.behind == 0


# Timers


def test_a_timer_fires_when_it_is_due_and_once(desk, place):
    worker = desk.worker()
    ask(desk, 1)
    worker.following.step(never)
    worker.fire_due()
    assert desk.rang() == []
    place.clock.advance(DELAY)
    worker.fire_due()
    worker.fire_due()
    assert len(desk.rang()) == 1


def test_a_clock_that_jumps_back_fires_nothing_twice_and_sticks_nowhere(desk, place):
    worker = desk.worker()
    ask(desk, 1)
    worker.following.step(never)
    place.clock.advance(DELAY)
    worker.fire_due()
    place.clock.advance(-HOUR)
    worker.fire_due()
    made = ask_again(desk)
    worker.following.step(never)
    place.clock.advance(DELAY)
    worker.fire_due()
    assert len(desk.rang()) == 2
    assert desk.ledger.position("remind") == made.seq


def ask_again(desk: Desk) -> Recorded:
    return desk.ledger.append("asked/again", [Asked(n=7)], expected=0, actor="p")[0]


def test_what_a_dead_worker_had_taken_is_free_after_its_lease_even_if_the_clock_jumped_back(desk, place):
    now = place.clock.now()
    Timers(desk.store, "dead").set("t-1", now, "ring", "asked/1", {})
    assert Timers(desk.store, "dead").claim(now + HOUR * 3)
    assert desk.timers.claim(now)[0].id == "t-1", "three hours ahead lies no lease"


def test_what_another_worker_has_taken_is_not_taken(desk, place):
    now = place.clock.now()
    desk.timers.set("t-1", now, "ring", "asked/1", {})
    assert len(desk.timers.claim(now)) == 1
    assert Timers(desk.store, "other").claim(now) == []
    assert Timers(desk.store, "other").claim(now + 2 * MINUTE)[0].id == "t-1"


def test_a_timer_that_is_set_twice_is_one_and_one_that_fired_stays_fired(desk, place):
    worker, now = desk.worker(), place.clock.now()
    for _ in range(2):
        desk.timers.set("t-1", now, "ring", "asked/1", {})
    worker.fire_due()
    desk.timers.set("t-1", now, "ring", "asked/1", {})
    worker.fire_due()
    assert desk.rang() == ["t-1"]
    assert desk.timers.waiting() == []


def test_a_timer_that_was_moved_while_it_fired_fires_again_at_its_new_time(desk, place):
    now = place.clock.now()
    desk.timers.set("t-1", now, "ring", "asked/1", {})
    (taken,) = desk.timers.claim(now)
    desk.timers.set("t-1", now + HOUR, "ring", "asked/1", {})
    desk.timers.done(taken, now)
    assert desk.timers.next_due() == now + HOUR


def test_a_cancelled_timer_does_not_fire(desk, place):
    desk.timers.set("t-1", place.clock.now(), "ring", "asked/1", {})
    desk.timers.cancel("t-1")
    desk.worker().fire_due()
    assert desk.rang() == []


def test_a_timer_that_cannot_be_fired_is_tried_again_and_never_given_up(desk, place):
    worker = desk.worker()
    desk.timers.set("t-1", place.clock.now(), "unknown", "asked/1", {})
    for _ in range(20):
        worker.fire_due()
        place.clock.advance(HOUR)
    (timer,) = desk.timers.waiting()
    assert timer.attempts == 20


# Deliveries


def deliver(desk: Desk, key: str = "d-1") -> None:
    desk.deliveries.add(key, "pager", "mail", "asked/1", {}, desk.clock.now())


def test_a_delivery_is_sent_once_and_its_receipt_is_kept(desk, post):
    deliver(desk)
    worker = desk.worker()
    assert worker.deliver_all() == 1
    assert worker.deliver_all() == 0
    (kept,) = desk.deliveries.of("asked/1")
    assert (kept.state, kept.said) == ("delivered", "taken")
    assert post.sent == ["d-1"]


def test_asking_twice_for_a_delivery_asks_for_one(desk, post, place):
    now = place.clock.now()
    assert desk.deliveries.add("d-1", "pager", "mail", "asked/1", {}, now)
    assert not desk.deliveries.add("d-1", "pager", "mail", "asked/1", {}, now)
    desk.worker().deliver_all()
    assert post.sent == ["d-1"]


def test_a_delivery_that_is_delayed_is_sent_again_under_the_same_key_after_what_was_asked_for(
    desk, post, place
):
    post.error = DeliveryDelayed("too many", after=timedelta(minutes=20))
    deliver(desk)
    worker = desk.worker()
    worker.deliver_all()
    place.clock.advance(timedelta(minutes=19))
    assert worker.deliver_all() == 0
    post.error = None
    place.clock.advance(timedelta(minutes=2))
    assert worker.deliver_all() == 1
    assert post.sent == ["d-1", "d-1"]


def test_a_delivery_that_is_refused_ends_as_a_fact_and_is_not_sent_again(desk, post, place):
    post.error = DeliveryRefused("no such channel")
    deliver(desk)
    worker = desk.worker()
    worker.deliver_all()
    place.clock.advance(HOUR)
    assert worker.deliver_all() == 0
    (fact,) = desk.ledger.since(0, limit=10, types=["GaveUp"])
    assert fact.event == GaveUp(delivery="d-1", why="no such channel")
    assert desk.deliveries.counts() == {"failed": 1}


@pytest.mark.parametrize("error", [DeliveryDelayed("busy"), ZeroDivisionError("words")])
def test_a_delivery_that_keeps_failing_ends_as_a_fact(desk, post, place, error):
    post.error = error
    deliver(desk)
    worker = desk.worker()
    for _ in range(30):
        worker.deliver_all()
        place.clock.advance(HOUR)
    (fact,) = desk.ledger.since(0, limit=10, types=["GaveUp"])
    assert "tried 12 times" in fact.event.why
    assert "words" not in fact.event.why


def test_a_failure_that_cannot_be_recorded_does_not_vanish(desk, post, place, monkeypatch):
    post.error = DeliveryRefused("no such channel")
    deliver(desk)
    with monkeypatch.context() as patch:
        patch.setattr(desk, "gave_up", lambda *_: 1 / 0)
        desk.worker().deliver_all()
    assert desk.deliveries.counts() == {"waiting": 1}
    place.clock.advance(HOUR)
    desk.worker().deliver_all()
    assert desk.deliveries.counts() == {"failed": 1}


def test_what_was_given_up_is_tried_again_when_somebody_asks(desk, post, place):
    post.error = DeliveryRefused("no such channel")
    deliver(desk)
    worker = desk.worker()
    worker.deliver_all()
    post.error = None
    assert desk.deliveries.again("d-1", place.clock.now())
    worker.deliver_all()
    assert desk.deliveries.counts() == {"delivered": 1}


def test_two_workers_share_deliveries(desk, place):
    for n in range(6):
        deliver(desk, f"d-{n}")
    one, other = Deliveries(desk.store, "one"), Deliveries(desk.store, "other")
    now = place.clock.now()
    taken = [each.id for each in (*one.claim(now, 4), *other.claim(now, 4))]
    assert sorted(taken) == [f"d-{n}" for n in range(6)]


def test_a_delivery_put_off_by_a_clock_that_went_wrong_is_not_stuck(desk, post, place):
    deliver(desk)
    desk.deliveries.retry("d-1", place.clock.now() + timedelta(days=365), "said by a wrong clock")
    assert desk.worker().deliver_all() == 1


def test_a_worker_that_ends_well_leaves_nothing_taken(desk, place):
    deliver(desk)
    now = place.clock.now()
    worker = desk.worker()
    Deliveries(desk.store, worker.holder).claim(now)
    worker.stop()
    assert len(desk.deliveries.claim(now)) == 1
