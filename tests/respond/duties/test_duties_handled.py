"""Duties of a real incident: words are sealed, facts recorded; what was refused leaves no trace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.access.model.principal import Principal
from holdfast.kernel.clock import SetClock
from holdfast.kernel.errors import UsageError
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.commands.duties import (
    AnswerQuestion,
    DecideDuties,
    RecordSent,
    RecordStart,
    ReopenDuty,
    SetPlaces,
)
from holdfast.respond.handlers import duties
from holdfast.respond.handlers.acting import Room
from holdfast.respond.handlers.declaring import declare
from holdfast.respond.model.duties.standing import Duty
from holdfast.respond.model.grounds import duties_of


@pytest.fixture
def incident(room: Room, ana: Principal) -> str:
    return declare(room, DeclareIncident("support", "Refunds nobody asked for"), ana).incident.id


def standing(room: Room, incident: str, regime: str) -> Duty:
    return next(duty for duty in duties_of(room.find(incident), None) if duty.regime.id == regime)


def breach(room: Room, incident: str, ana: Principal) -> None:
    duties.set_places(room, incident, SetPlaces(("EU",)), ana)
    for question in ("personal_data", "personal_data_breach", "risk_to_people"):
        duties.answer(room, incident, AnswerQuestion(question, "yes"), ana)


def test_from_the_first_answer_to_the_receipt(
    room: Room, incident: str, ana: Principal, clock: SetClock
) -> None:
    assert standing(room, incident, "GDPR-33").stands == "open"
    breach(room, incident, ana)
    aware = clock.now() - timedelta(hours=2)
    duties.record_start(room, incident, RecordStart("awareness", aware, "the first ticket"), ana)
    assert standing(room, incident, "GDPR-33").due == aware + timedelta(hours=72)
    clock.advance(timedelta(hours=20))
    duties.decide(room, incident, DecideDuties(("GDPR-33",), "due", "names of customers were shown"), ana)
    duties.record_sent(room, incident, RecordSent("GDPR-33", None, clock.now(), "case 4711"), ana)
    duty = standing(room, incident, "GDPR-33")
    assert (duty.stands, duty.stages[0].sent[0].sent_at) == ("sent", clock.now())


def test_words_do_not_stand_in_facts(room: Room, incident: str, ana: Principal) -> None:
    answer = AnswerQuestion("personal_data", "unknown", "Erika M. looks into it", "privacy")
    duties.answer(room, incident, answer, ana)
    duties.decide(room, incident, DecideDuties(("GDPR-33",), "open", "ask Erika M."), ana)
    stored = [each.event.model_dump_json() for each in room.ledger.since(0, limit=99)]
    assert not any("Erika" in text for text in stored)


def test_what_is_refused_records_and_seals_nothing(room: Room, incident: str, ana: Principal, vault) -> None:
    before, sealed = room.ledger.head().seq, len(vault.texts)
    for refused in (
        lambda: duties.answer(room, incident, AnswerQuestion("weather", "yes", "a note"), ana),
        lambda: duties.decide(room, incident, DecideDuties(("GDPR-33",), "not_applicable", " "), ana),
        lambda: duties.record_sent(room, incident, RecordSent("GDPR-33", None, room.clock.now(), ""), ana),
        lambda: duties.reopen(room, incident, ReopenDuty("GDPR-33", "\n"), ana),
    ):
        with pytest.raises(UsageError):
            refused()
    assert (room.ledger.head().seq, len(vault.texts)) == (before, sealed)


def test_a_duty_that_was_settled_by_mistake_is_opened_again(
    room: Room, incident: str, ana: Principal
) -> None:
    breach(room, incident, ana)
    duties.decide(room, incident, DecideDuties(("GDPR-33",), "not_applicable", "test data only"), ana)
    assert standing(room, incident, "GDPR-33").settled
    duties.reopen(room, incident, ReopenDuty("GDPR-33", "it was real data"), ana)
    assert standing(room, incident, "GDPR-33").stands == "due"


def test_there_is_no_duty_of_an_incident_that_is_not(room: Room, ana: Principal) -> None:
    with pytest.raises(UsageError, match="HF701"):
        duties.answer(room, "INC-2026-0042", AnswerQuestion("death", "no", "a note"), ana)
