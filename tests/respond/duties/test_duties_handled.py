"""Duties of a real incident: words are sealed, facts recorded; what was refused leaves no trace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.access.model.principal import Principal
from holdfast.kernel.clock import SetClock
from holdfast.kernel.errors import UsageError
from holdfast.respond.commands.base import Command
from holdfast.respond.commands.classifying import AssessImpact
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.commands.duties import (
    AnswerDutyQuestion,
    DecideDuties,
    RecordDutySent,
    RecordDutyStart,
    ReopenDuty,
    SetDutyPlaces,
)
from holdfast.respond.commands.updates import SendUpdate, WriteUpdate
from holdfast.respond.handlers.acting import Room
from holdfast.respond.handlers.acts import perform
from holdfast.respond.handlers.declaring import declare
from holdfast.respond.model.duties.standing import Duty
from holdfast.respond.model.grounds import duties_of
from holdfast.respond.model.incident.refusing import StaleError
from holdfast.respond.model.running import clocks_of
from holdfast.respond.views.timeline import told


@pytest.fixture
def incident(room: Room, ana: Principal) -> str:
    return declare(room, DeclareIncident("support", "Refunds nobody asked for"), ana).incident.id


def standing(room: Room, incident: str, regime: str) -> Duty:
    return next(duty for duty in duties_of(room.find(incident), None) if duty.regime.id == regime)


def breach(room: Room, incident: str, ana: Principal) -> None:
    perform(room, incident, SetDutyPlaces(places=("EU",)), ana)
    for question in ("personal_data", "personal_data_breach", "risk_to_people"):
        perform(room, incident, AnswerDutyQuestion(question=question, answer="yes"), ana)


def decided(what: str, reason: str) -> Command:
    return DecideDuties.model_validate({"regimes": ["GDPR-33"], "decided": what, "reason": reason})


def test_from_the_first_answer_to_the_receipt(
    room: Room, incident: str, ana: Principal, clock: SetClock
) -> None:
    assert standing(room, incident, "GDPR-33").stands == "open"
    breach(room, incident, ana)
    aware = clock.now() - timedelta(hours=2)
    started = RecordDutyStart(start="awareness", happened_at=aware, note="the first ticket")
    perform(room, incident, started, ana)
    assert standing(room, incident, "GDPR-33").due == aware + timedelta(hours=72)
    assert "duty/GDPR-33/notification" in {
        clock.id.rsplit("/", 1)[0] for clock in clocks_of(room.find(incident), None)
    }
    clock.advance(timedelta(hours=20))
    perform(room, incident, decided("due", "names of customers were shown"), ana)
    perform(room, incident, RecordDutySent(regime="GDPR-33", receipt="case 4711"), ana)
    duty = standing(room, incident, "GDPR-33")
    assert (duty.stands, duty.stages[0].sent[0].sent_at) == ("sent", clock.now())


def test_words_do_not_stand_in_facts(room: Room, incident: str, ana: Principal) -> None:
    answer = AnswerDutyQuestion(
        question="personal_data", answer="unknown", note="Erika M. looks into it", owner="privacy"
    )
    perform(room, incident, answer, ana)
    perform(room, incident, decided("open", "ask Erika M."), ana)
    stored = [each.event.model_dump_json() for each in room.ledger.since(0, limit=99)]
    assert not any("Erika" in text for text in stored)


def test_what_is_refused_records_nothing(room: Room, incident: str, ana: Principal) -> None:
    before = room.ledger.head().seq
    with pytest.raises(UsageError, match="HF740"):
        perform(room, incident, AnswerDutyQuestion(question="weather", answer="yes", note="x"), ana)
    assert room.ledger.head().seq == before


def test_a_duty_that_was_settled_by_mistake_is_opened_again(
    room: Room, incident: str, ana: Principal
) -> None:
    breach(room, incident, ana)
    perform(room, incident, decided("not_applicable", "test data only"), ana)
    assert standing(room, incident, "GDPR-33").settled
    perform(room, incident, ReopenDuty(regime="GDPR-33", because="it was real data"), ana)
    assert standing(room, incident, "GDPR-33").stands == "due"


def test_the_checklist_answers_what_it_knows(room: Room, incident: str, ana: Principal) -> None:
    checklist = AssessImpact(exposure="disclosed", data_kinds=("contact",), jurisdictions=("EU",))
    perform(room, incident, checklist, ana)
    duty = standing(room, incident, "GDPR-33")
    assert (duty.stands, duty.proposal.asks) == ("open", ("risk_to_people",))


def test_a_form_that_somebody_else_overtook_is_stale(room: Room, incident: str, ana: Principal) -> None:
    seen = room.find(incident).version
    perform(room, incident, decided("open", "ask privacy"), ana, expected=seen)
    with pytest.raises(StaleError, match="HF790"):
        perform(room, incident, decided("not_applicable", "no people"), ana, expected=seen)


def test_the_same_wish_is_recorded_once(room: Room, incident: str, ana: Principal) -> None:
    for _ in range(2):
        perform(room, incident, decided("open", "ask privacy"), ana, key="form-1")
    assert room.find(incident).version == 2


def test_there_is_no_duty_of_an_incident_that_is_not(room: Room, ana: Principal) -> None:
    with pytest.raises(UsageError, match="HF701"):
        perform(room, "INC-2026-0042", AnswerDutyQuestion(question="death", answer="no"), ana)


def test_the_time_line_tells_duties_and_updates_in_words(room: Room, incident: str, ana: Principal) -> None:
    perform(room, incident, decided("not_applicable", "no people"), ana)
    perform(room, incident, WriteUpdate(audience="support", text="It is resolved."), ana)
    perform(room, incident, SendUpdate(update="u1", version=1, by_hand="call", because="a quote"), ana)
    assert [told(each)[1] for each in room.ledger.read(f"incident/{incident}", 1)] == [
        "Duty GDPR-33 does not apply",
        "Update u1 to support, version 1, flagged: resolved-early",
        "Update u1 to support sent by hand",
    ]
