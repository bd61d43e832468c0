"""Who is told of what: from the facts of an incident and the plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.respond.test_delivering import Outside, Row

from holdfast.access.model.principal import Principal
from holdfast.kernel.events import Event
from holdfast.kernel.incidents import Severity
from holdfast.plan.views.reading import read_plan
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.events.classifying import EscalatedAtOnce, SeveritySet
from holdfast.respond.events.course import IncidentClosed, IncidentReopened, StateMoved
from holdfast.respond.events.deliveries import DeliveryAsked
from holdfast.respond.events.updates import UpdateSent, UpdateWritten
from holdfast.respond.handlers.acting import Room, act
from holdfast.respond.handlers.composing import Composer
from holdfast.respond.handlers.declaring import declare
from holdfast.respond.handlers.delivering import Courier
from holdfast.respond.handlers.telling import ask_to_tell
from holdfast.respond.model.telling import TRIGGERS
from holdfast.respond.ports.wording import controlled, headline, plain_text

INCIDENT = "INC-2026-0001"
PLAN = """
holdfast: 1
system:
  id: shop
  name: The shop
  purpose: Sells things.
  owners: {accountable: ml}
  card: {components: [{id: index, on_call: search}]}
people:
  ml: {route: pager}
  search: {deputy: platform}
  platform: {route: jsm}
  privacy: {route: mail-privacy}
  board: {route: mail-board}
audiences:
  executives: {channel: mail-board}
  customers: {channel: status, external: true}
  partners: {channel: mail-partners, external: true}
routes:
  pager: {pagerduty: $PAGER}
  jsm: {jsm: $JSM}
  mail-privacy: {smtp: privacy@corp.example}
  mail-board: {smtp: board@corp.example}
  mail-partners: {smtp: partners@corp.example}
  status: {statuspage: $STATUS, page: p}
  tickets: {jira: $JIRA, site: "https://corp.example", project: AI}
  wiki: {confluence: $WIKI, site: "https://corp.example", space: OPS}
  room: {slack_bot: $SLACK}
  chat: {slack_bot: $SLACK, channel: C1}
"""
FOLLOWING = {("tickets", "ticket"), ("wiki", "document"), ("room", "page")}


@pytest.fixture
def planned(room: Room, ana: Principal, tmp_path: Path) -> Room:
    path = tmp_path / "holdfast.yaml"
    path.write_text(PLAN)
    room.systems.plans["shop"] = read_plan(path)  # type: ignore[attr-defined]  # the plans of the tests
    declare(room, DeclareIncident(system="shop", title="Wrong refunds", account="Ticket 7"), ana)
    tell(room)
    return room


def tell(room: Room) -> None:
    """Do as the worker does, for every fact there is: what was asked before is not asked again."""
    for recorded in room.ledger.read(f"incident/{INCIDENT}"):
        if isinstance(recorded.event, TRIGGERS):
            ask_to_tell(room, recorded)


@pytest.fixture
def happens(planned: Room, ana: Principal) -> Callable[..., set[tuple[str, str, str]]]:
    """Record facts; return who is told of them by which kind of message, and how it is meant there."""

    def after(*facts: Event) -> set[tuple[str, str, str]]:
        before = len(asked(planned))
        act(planned, INCIDENT, ana, lambda _: facts)
        tell(planned)
        return {(each.route, each.kind, each.act) for each in asked(planned)[before:]}

    return after


def asked(room: Room) -> list[DeliveryAsked]:
    return [sent.asked for sent in room.load(INCIDENT).deliveries.by_id.values()]


def severity(value: Severity) -> SeveritySet:
    return SeveritySet(severity=value, by="rules")


Happens = Callable[..., set[tuple[str, str, str]]]


def test_tickets_documents_and_the_incidents_own_channel_are_made_when_it_is_declared(planned: Room) -> None:
    assert {(each.route, each.kind) for each in asked(planned)} == FOLLOWING
    assert {each.act for each in asked(planned)} == {"opened"}


def test_a_fact_that_the_worker_sees_twice_asks_once(planned: Room) -> None:
    before = asked(planned)
    tell(planned)
    assert asked(planned) == before


@pytest.mark.parametrize("value", [Severity.SEV1, Severity.SEV2])
def test_who_answers_for_it_who_is_on_call_and_privacy_are_called_when_it_is_bad(
    happens: Happens, value: Severity
) -> None:
    told = happens(severity(value))
    called = {(route, kind, act) for route, kind, act in told if act == "opened"}
    assert called == {(route, "page", "opened") for route in ("pager", "jsm", "mail-privacy")}
    assert {(route, kind) for route, kind, act in told if act == "updated"} == FOLLOWING


def test_nobody_is_woken_by_what_is_not_bad(happens: Happens) -> None:
    assert {act for _, _, act in happens(severity(Severity.SEV3))} == {"updated"}


def test_what_does_not_wait_wakes_before_there_is_a_severity(happens: Happens) -> None:
    assert ("pager", "page", "opened") in happens(EscalatedAtOnce(reasons=["disclosure"]))


def test_nobody_is_called_twice_when_it_gets_worse(happens: Happens) -> None:
    happens(severity(Severity.SEV2))
    assert {act for _, _, act in happens(severity(Severity.SEV1))} == {"updated"}


def test_alarms_stop_ringing_when_triage_begins(happens: Happens) -> None:
    happens(severity(Severity.SEV1))
    told = happens(StateMoved(before="declared", after="triaging"))
    assert {route for route, _, act in told if act == "acknowledged"} == {"pager", "jsm"}


def test_the_end_is_told_to_all_who_were_told_of_the_begin_and_a_new_begin_too(
    planned: Room, happens: Happens
) -> None:
    happens(severity(Severity.SEV1))
    told = happens(IncidentClosed(outcome="resolved", answers={}))
    assert {route for route, _, act in told if act == "resolved"} == {
        "pager",
        "jsm",
        "mail-privacy",
        "tickets",
        "wiki",
        "room",
    }
    why = planned.vault.seal(INCIDENT, "it came back")
    again = happens(IncidentReopened(before="closed", because=why))
    assert {route for route, _, act in again if act == "opened"} == {"pager", "jsm", "mail-privacy"}


def _update(room: Room, audience: str, channel: str | None) -> tuple[Event, Event]:
    text = room.vault.seal(INCIDENT, "The assistant is paused.")
    written = UpdateWritten(
        update="u1", audience=audience, version=1, text=text, grounds=1, as_drafted=False, flags=[]
    )
    sent = UpdateSent(update="u1", audience=audience, version=1, channel=channel, text=text, flags=[])
    return written, sent


@pytest.mark.parametrize(
    ("audience", "channel", "kind"),
    [("executives", "mail-board", "update"), ("customers", "status", "statuspage")],
)
def test_an_update_that_a_person_sent_goes_to_its_channel(
    planned: Room, happens: Happens, audience: str, channel: str, kind: str
) -> None:
    assert happens(*_update(planned, audience, channel)) == {(channel, kind, "opened")}


@pytest.mark.parametrize("channel", [None, "a-route-of-yesterday"])
def test_an_update_by_hand_or_by_no_route_of_the_plan_is_not_delivered(
    planned: Room, happens: Happens, channel: str | None
) -> None:
    assert happens(*_update(planned, "executives", channel)) == set()


def test_without_a_plan_nobody_is_named_who_could_be_told(room: Room, ana: Principal) -> None:
    declare(room, DeclareIncident(system="other", title="x"), ana)
    tell(room)
    assert asked(room) == []


def sent_by(room: Room, route: str) -> Any:
    """Send what was asked for by a route; return the message."""
    outside = Outside()
    courier = Courier(room, outside, Composer(room, "https://holdfast.corp.example/"))
    [delivery] = [d for d, sent in room.load(INCIDENT).deliveries.by_id.items() if sent.asked.route == route]
    courier.send(Row(delivery))
    return outside.sent[0][1]


def test_outside_is_told_what_was_approved_and_nothing_else_of_the_incident(
    planned: Room, happens: Happens
) -> None:
    happens(severity(Severity.SEV1), *_update(planned, "partners", "mail-partners"))
    message = sent_by(planned, "mail-partners")
    assert [section.text for section in message.sections] == ["The assistant is paused."]
    assert (message.title, message.external, message.links) == ("The shop", True, ())
    told = f"{headline(message)} {controlled(message)} {plain_text(message)}"
    for inner in ("SEV-1", "Wrong refunds", "declared", "Ticket 7"):
        assert inner not in told


def test_a_document_tells_what_is_known_now(planned: Room) -> None:
    message = sent_by(planned, "wiki")
    assert {s.heading: s.text for s in message.sections} == {
        "What was seen": "Ticket 7",
        "Severity": "not assessed yet",
        "System": "shop",
    }
