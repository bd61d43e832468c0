"""Reports of people: received once, and answered once."""

from __future__ import annotations

import pytest

from holdfast.access.model.principal import Principal
from holdfast.kernel.errors import UsageError
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.commands.signals import AnswerReport, ReceiveReport
from holdfast.respond.handlers.acting import Room
from holdfast.respond.handlers.declaring import declare
from holdfast.respond.handlers.reporting import answer, find, receive
from holdfast.respond.views.signals import in_words, waiting

WORDS = "It sent my refund to\nErika Mustermann"
SEEN = ReceiveReport(
    "It sent my refund to\nErika Mustermann", reporter="customer", system="support", key="k1"
)


def test_a_report_sent_twice_is_received_once(room: Room, ana: Principal) -> None:
    assert receive(room, SEEN, ana) == receive(room, SEEN, ana)
    assert room.ledger.head().seq == 1


def test_the_same_key_of_another_sender_is_another_report(room: Room, ana: Principal) -> None:
    assert receive(room, SEEN, ana) != receive(room, SEEN, Principal.local("p-0000ben1"))


def test_a_report_waits_until_somebody_answers(room: Room, ana: Principal) -> None:
    report = receive(room, SEEN, ana)
    assert [each.id for each in waiting(room.ledger)] == [report]
    answer(room, AnswerReport(report, dismissed_because="It was his own account"), ana)
    assert waiting(room.ledger) == []


def test_an_incident_is_declared_from_a_report_in_the_reporters_words(room: Room, ana: Principal) -> None:
    report = receive(room, SEEN, ana)
    made = answer(room, AnswerReport(report), ana)
    assert made.incident == "INC-2026-0001"
    incident = room.find("INC-2026-0001")
    assert incident.declared.title is not None
    assert room.vault.unseal([incident.declared.title]) == ["It sent my refund to"]
    assert [each.signal for each in incident.signals.attached] == [report]


def test_reports_that_join_an_incident_are_independent_signals(room: Room, ana: Principal) -> None:
    declare(room, DeclareIncident("support", "Refunds"), ana)
    for key in ("k1", "k2"):
        report = receive(room, ReceiveReport("Wrong refund", reporter="customer", key=key), ana)
        answer(room, AnswerReport(report, incident="INC-2026-0001"), ana)
    assert room.find("INC-2026-0001").signals.independent == 2


def test_answering_again_in_the_same_way_changes_nothing(room: Room, ana: Principal) -> None:
    report = receive(room, SEEN, ana)
    answer(room, AnswerReport(report), ana)
    head = room.ledger.head()
    assert answer(room, AnswerReport(report), ana).incident == "INC-2026-0001"
    assert room.ledger.head() == head


def test_answering_otherwise_is_refused_and_says_what_was_answered(room: Room, ana: Principal) -> None:
    report = receive(room, SEEN, ana)
    answer(room, AnswerReport(report), ana)
    with pytest.raises(UsageError, match="declared INC-2026-0001 already"):
        answer(room, AnswerReport(report, dismissed_because="no"), ana)


def test_joining_an_incident_that_is_not_there_answers_nothing(room: Room, ana: Principal) -> None:
    report = receive(room, SEEN, ana)
    with pytest.raises(UsageError, match="HF701"):
        answer(room, AnswerReport(report, incident="INC-2026-0099"), ana)
    assert find(room, report).answer is None


def test_ids_of_reports_cannot_be_guessed_from_each_other(room: Room, ana: Principal) -> None:
    made = {receive(room, ReceiveReport("One"), ana) for _ in range(20)}
    assert len(made) == 20
    assert all(len(each) == 18 for each in made)


def test_a_report_is_not_put_aside_without_a_reason(room: Room, ana: Principal) -> None:
    report = receive(room, SEEN, ana)
    with pytest.raises(UsageError, match="with a reason"):
        answer(room, AnswerReport(report, dismissed_because="  "), ana)
    assert [each.id for each in waiting(room.ledger)] == [report]


def test_signals_are_told_in_the_words_they_came_with(room: Room, ana: Principal) -> None:
    receive(room, SEEN, ana)
    (told,) = in_words(room.ledger, room.vault, waiting(room.ledger))
    assert (told.who, told.words, told.fate) == ("A customer reports", WORDS, "")
