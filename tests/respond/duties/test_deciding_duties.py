"""What a person may say about duties, and what is refused with its reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from holdfast.access.model.principal import Kind, Principal, Role
from holdfast.access.requests import DeniedError
from holdfast.kernel.errors import UsageError
from holdfast.kernel.events import Event, Recorded
from holdfast.kernel.sealed import Sealed
from holdfast.plan.model.plan import Plan
from holdfast.respond.commands.duties import (
    AnswerDutyQuestion,
    DecideDuties,
    RecordDutySent,
    RecordDutyStart,
    ReopenDuty,
    SetDutyDays,
    SetDutyPlaces,
)
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.duties import deciding
from holdfast.respond.model.duties.standing import Ground
from holdfast.respond.model.duties.state import Answered, DutiesState

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
WORDS = Sealed(id="sealed-words", commitment="sha256:" + "0" * 64)
GROUND = Ground(NOW, 1, ("EU",))
NONE = DutiesState()
AHEAD = NOW + timedelta(hours=1)
LONG_AGO = datetime(26, 11, 21, tzinfo=UTC)
PLAN = Plan.model_validate(
    {
        "holdfast": "1",
        "system": {"id": "support", "name": "Support"},
        "people": {"privacy": {"members": ["p-priv"]}},
        "authority": {"notify_regulator": ["privacy"]},
    }
)


def asking(actor: str = "p-1", plan: Plan | None = None, roles: tuple[Role, ...] = tuple(Role)) -> Asking:
    return Asking(Principal(actor, Kind.PERSON, frozenset(roles)), NOW, plan, lambda _: WORDS)


def decide(*regimes: str, decided: str = "due", who: Asking | None = None) -> list[Event]:
    command = DecideDuties.model_validate({"regimes": regimes, "decided": decided, "reason": "because"})
    return list(deciding.decide(NONE, GROUND, command, who or asking()))


def send(
    stage: str | None, at: datetime = NOW, who: Asking | None = None, state: DutiesState = NONE
) -> list[Event]:
    command = RecordDutySent(regime="GDPR-33", stage=stage, sent_at=at, receipt="case 4711")
    return list(deciding.record_sent(state, GROUND, command, who or asking()))


def start(name: str, at: datetime) -> object:
    return deciding.record_start(RecordDutyStart(start=name, happened_at=at), asking())


def test_a_decision_records_what_the_tree_proposed_and_on_which_answers() -> None:
    no = Answered("no", "p-1", NOW, 5)
    state = DutiesState(answers={"personal_data": no, "death": no})
    command = DecideDuties(regimes=("GDPR-33",), decided="not_applicable", reason="no data of people")
    (fact,) = deciding.decide(state, GROUND, command, asking("p-priv", PLAN))
    assert (fact.proposed, fact.answers, fact.places) == ("not_applicable", {"personal_data": "no"}, ["EU"])
    assert fact.plan_digest == PLAN.digest


def test_one_reason_may_settle_several_duties_at_once() -> None:
    facts = decide("NIS2-24", "NIS2-72", "NIS2-24", decided="not_applicable")
    assert [fact.regime for fact in facts] == ["NIS2-24", "NIS2-72"]


def test_only_what_stays_open_has_somebody_who_finds_out() -> None:
    (no,) = deciding.answer(AnswerDutyQuestion(question="death", answer="no", owner="privacy"), asking())
    assert no.owner is None
    (unknown,) = deciding.answer(
        AnswerDutyQuestion(question="death", answer="unknown", owner="privacy", note="asked"), asking()
    )
    assert (unknown.owner, unknown.note) == ("privacy", WORDS)


def test_what_was_sent_is_the_first_notice_that_was_not() -> None:
    (fact,) = send(None)
    assert (fact.stage, fact.due_at) == ("notification", "2026-11-24T02:00:00.000000Z")


def test_places_are_codes_once_each() -> None:
    (fact,) = deciding.set_places(SetDutyPlaces(places=(" eu ", "US-CA", "EU", "")), asking())
    assert fact.places == ["EU", "US-CA"]


def test_holidays_are_kept_in_order_once_each() -> None:
    days = (date(2026, 12, 25), date(2026, 11, 26), date(2026, 12, 25))
    (fact,) = deciding.set_days(SetDutyDays(zone="Europe/Berlin", holidays=days), asking())
    assert fact.holidays == ["2026-11-26", "2026-12-25"]


@pytest.mark.parametrize(
    ("code", "act"),
    [
        (
            "HF740",
            lambda: deciding.answer(AnswerDutyQuestion(question="persnal_data", answer="yes"), asking()),
        ),
        ("HF740", lambda: start("awarness", NOW)),
        ("HF740", lambda: decide("GDPR-3")),
        ("HF740", lambda: send("final")),
        ("HF740", lambda: deciding.reopen(NONE, ReopenDuty(regime="GDPR", because="x"), asking())),
        ("HF741", lambda: start("awareness", AHEAD)),
        ("HF741", lambda: start("awareness", LONG_AGO)),
        ("HF741", lambda: send(None, AHEAD)),
        ("HF742", lambda: deciding.set_places(SetDutyPlaces(places=("Europe & Asia",)), asking())),
        ("HF742", lambda: deciding.set_days(SetDutyDays(zone="Berlin"), asking())),
        ("HF743", lambda: decide("CONTRACT")),
        ("HF744", lambda: deciding.reopen(NONE, ReopenDuty(regime="GDPR-33", because="x"), asking())),
    ],
)
def test_what_cannot_be_is_refused(code: str, act) -> None:
    with pytest.raises(UsageError, match=code):
        act()


@pytest.mark.parametrize(
    "make",
    [
        lambda: DecideDuties(regimes=(), decided="due", reason="x"),
        lambda: DecideDuties(regimes=("GDPR-33",), decided="not_applicable", reason=" \n"),
        lambda: RecordDutySent(regime="GDPR-33", receipt=""),
        lambda: ReopenDuty(regime="GDPR-33", because="\t"),
        lambda: SetDutyPlaces(places=tuple(f"X{n}" for n in range(61))),
        lambda: SetDutyDays(zone="UTC", holidays=tuple(date.fromordinal(730000 + n) for n in range(401))),
    ],
)
def test_nothing_is_decided_without_a_subject_a_reason_or_a_receipt(make) -> None:
    with pytest.raises(ValidationError):
        make()


def test_a_misspelt_name_is_told_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean `personal_data`"):
        deciding.answer(AnswerDutyQuestion(question="persnal_data", answer="yes"), asking())


def test_a_watch_that_is_a_little_ahead_is_no_fault() -> None:
    assert start("awareness", NOW + timedelta(minutes=4))


def test_a_notice_more_than_all_is_refused() -> None:
    (fact,) = send(None)
    state = NONE.evolve(Recorded(9, "incident/INC-2026-0001", 9, NOW, "p-1", None, fact, ""))
    with pytest.raises(UsageError, match="HF744"):
        send(None, state=state)


def test_who_may_notify_says_what_was_sent_and_what_does_not_apply() -> None:
    stranger, privacy = asking("p-1", PLAN), asking("p-priv", PLAN, roles=(Role.APPROVER,))
    for act in (
        lambda who: send(None, who=who),
        lambda who: decide("NIS2-24", decided="not_applicable", who=who),
    ):
        with pytest.raises(DeniedError, match="privacy"):
            act(stranger)
        assert act(privacy)


def test_whoever_works_in_the_room_may_say_that_a_duty_is_due_or_open() -> None:
    assert decide("GDPR-33", decided="open", who=asking("p-1", PLAN))
    with pytest.raises(DeniedError):
        decide("GDPR-33", decided="open", who=asking("p-2", PLAN, roles=(Role.VIEWER,)))


@pytest.mark.parametrize(
    "principal",
    [
        Principal("t-00000001", Kind.MACHINE, scopes=frozenset({"respond", "command"})),
        Principal.worker("policy:duties"),
    ],
)
def test_a_machine_decides_nothing_and_sends_nothing(principal: Principal) -> None:
    machine = Asking(principal, NOW, None, lambda _: WORDS)
    for act in (lambda: decide("GDPR-33", who=machine), lambda: send(None, who=machine)):
        with pytest.raises(DeniedError, match="HF745"):
            act()
    assert deciding.answer(AnswerDutyQuestion(question="death", answer="no"), machine)
