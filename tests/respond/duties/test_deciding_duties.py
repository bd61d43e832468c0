"""What a person may say about duties, and what is refused with its reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from holdfast.kernel.errors import UsageError
from holdfast.kernel.sealed import Sealed
from holdfast.respond.commands.duties import (
    AnswerQuestion,
    DecideDuties,
    RecordSent,
    RecordStart,
    ReopenDuty,
    SetDays,
    SetPlaces,
)
from holdfast.respond.events.duties import DutyAnswered
from holdfast.respond.model.duties import deciding
from holdfast.respond.model.duties.standing import Ground
from holdfast.respond.model.duties.state import Answered, DutiesState

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
WORDS = Sealed(id="sealed-words", commitment="sha256:" + "0" * 64)
GROUND = Ground(NOW, 1, ("EU",))
NONE = DutiesState()
AHEAD = NOW + timedelta(hours=1)
LONG_AGO = datetime(26, 11, 21, tzinfo=UTC)
MANY = tuple(date.fromordinal(730000 + n) for n in range(401))


def decide(*regimes: str) -> object:
    return deciding.decided(NONE, GROUND, DecideDuties(regimes, "due", "x"), WORDS, None)


def send(stage: str | None, at: datetime = NOW) -> object:
    return deciding.sent(NONE, GROUND, RecordSent("GDPR-33", stage, at, "x"), WORDS, NOW, None)


def test_a_decision_records_what_the_tree_proposed_and_on_which_answers() -> None:
    state = DutiesState(
        answers={"personal_data": Answered("no", "p-1", NOW, 5), "death": Answered("no", "p-1", NOW, 6)}
    )
    (fact,) = deciding.decided(
        state, GROUND, DecideDuties(("GDPR-33",), "not_applicable", "no data of people"), WORDS, "sha256:plan"
    )
    assert (fact.proposed, fact.answers, fact.places) == ("not_applicable", {"personal_data": "no"}, ["EU"])
    assert fact.plan_digest == "sha256:plan"


def test_one_reason_may_settle_several_duties_at_once() -> None:
    command = DecideDuties(("NIS2-24", "NIS2-72", "NIS2-24"), "not_applicable", "no such entity")
    facts = deciding.decided(NONE, GROUND, command, WORDS, None)
    assert [fact.regime for fact in facts] == ["NIS2-24", "NIS2-72"]


def test_only_what_stays_open_has_somebody_who_finds_out() -> None:
    (answered,) = deciding.answered(AnswerQuestion("death", "no", owner="privacy"), None)
    assert answered.owner is None
    (unknown,) = deciding.answered(AnswerQuestion("death", "unknown", owner="privacy"), WORDS)
    assert unknown == DutyAnswered(question="death", answer="unknown", note=WORDS, owner="privacy")


def test_what_was_sent_is_the_first_notice_that_was_not() -> None:
    command = RecordSent("GDPR-33", None, NOW, "case 4711")
    (fact,) = deciding.sent(NONE, GROUND, command, WORDS, NOW, None)
    assert (fact.stage, fact.due_at) == ("notification", "2026-11-24T02:00:00.000000Z")


def test_places_are_codes_once_each() -> None:
    (fact,) = deciding.placed(SetPlaces((" eu ", "US-CA", "EU", "")))
    assert fact.places == ["EU", "US-CA"]


def test_holidays_are_kept_in_order_once_each() -> None:
    days = (date(2026, 12, 25), date(2026, 11, 26), date(2026, 12, 25))
    (fact,) = deciding.dated(SetDays("Europe/Berlin", days))
    assert fact.holidays == ["2026-11-26", "2026-12-25"]


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("HF740", lambda: deciding.answered(AnswerQuestion("persnal_data", "yes"), None)),
        ("HF740", lambda: deciding.started(RecordStart("awarness", NOW), None, NOW)),
        ("HF740", lambda: decide("GDPR-3")),
        ("HF740", lambda: send("final")),
        ("HF740", lambda: deciding.reopened(NONE, ReopenDuty("GDPR", "x"), WORDS)),
        ("HF741", lambda: deciding.started(RecordStart("awareness", AHEAD), None, NOW)),
        ("HF741", lambda: deciding.started(RecordStart("awareness", LONG_AGO), None, NOW)),
        ("HF741", lambda: send(None, AHEAD)),
        ("HF742", lambda: deciding.placed(SetPlaces(("Europe & Asia",)))),
        ("HF742", lambda: deciding.placed(SetPlaces(tuple(f"X{n}" for n in range(61))))),
        ("HF742", lambda: deciding.dated(SetDays("Berlin", None))),
        ("HF742", lambda: deciding.dated(SetDays("UTC", MANY))),
        ("HF743", lambda: deciding.check_written(" \n", "the reason")),
        ("HF743", lambda: decide()),
        ("HF743", lambda: decide("CONTRACT")),
        ("HF744", lambda: deciding.reopened(NONE, ReopenDuty("GDPR-33", "x"), WORDS)),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(code: str, act) -> None:
    with pytest.raises(UsageError, match=code):
        act()


def test_a_misspelt_name_is_told_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean `personal_data`"):
        deciding.answered(AnswerQuestion("persnal_data", "yes"), None)


def test_a_watch_that_is_a_little_ahead_is_no_fault() -> None:
    assert deciding.started(RecordStart("awareness", NOW + timedelta(minutes=4)), None, NOW)


def test_a_notice_more_than_all_is_refused() -> None:
    (fact,) = deciding.sent(NONE, GROUND, RecordSent("GDPR-33", None, NOW, "x"), WORDS, NOW, None)
    from holdfast.kernel.events import Recorded

    state = NONE.evolve(Recorded(9, "incident/INC-2026-0001", 9, NOW, "p-1", None, fact, ""))
    with pytest.raises(UsageError, match="HF744"):
        deciding.sent(state, GROUND, RecordSent("GDPR-33", None, NOW, "x"), WORDS, NOW, None)
