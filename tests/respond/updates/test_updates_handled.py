"""Updates of a real incident: written, flagged, approved by others, sent; two who write at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from holdfast.access.model.principal import Kind, Principal, Role
from holdfast.access.requests import DeniedError
from holdfast.kernel.errors import UsageError
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.plan import Plan
from holdfast.respond.commands.base import Command
from holdfast.respond.commands.classifying import AssessImpact
from holdfast.respond.commands.course import CloseIncident
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.commands.duties import AnswerDutyQuestion
from holdfast.respond.commands.updates import (
    ApproveUpdate,
    DropUpdate,
    RefuseUpdate,
    SendUpdate,
    WriteUpdate,
)
from holdfast.respond.events.updates import UpdateSent
from holdfast.respond.handlers.acting import Acted, Room
from holdfast.respond.handlers.acts import perform
from holdfast.respond.handlers.declaring import declare
from holdfast.respond.model.incident.refusing import StaleError
from holdfast.respond.model.running import clocks_of
from holdfast.respond.model.updates.state import Update

PLAN = {
    "holdfast": "1",
    "system": {"id": "support", "name": "Support assistant"},
    "people": {
        "comms": {"members": ["p-comms", "p-both"]},
        "legal": {"members": ["p-legal", "p-both"]},
        "privacy": {"members": ["p-priv"]},
    },
    "authority": {
        "approve_external": {"who": "comms", "and": "legal", "when": "privacy or discrimination or contract"}
    },
    "audiences": {
        "customers": {"external": "true", "channel": "page", "approval": "approve_external", "every": "2h"},
        "executives": {"channel": "mail", "every": "60m"},
    },
    "routes": {"page": {"statuspage": "$KEY"}, "mail": {"smtp": "exec@corp.example"}},
}
WRITER = Principal.local("p-writer")
PEOPLE = {
    name: Principal(f"p-{name}", Kind.PERSON, frozenset({Role.APPROVER}))
    for name in ("comms", "legal", "priv", "both")
}


@pytest.fixture
def incident(room: Room, ana: Principal) -> str:
    return declare(room, DeclareIncident("support", "Refunds nobody asked for"), ana).incident.id


@pytest.fixture
def planned(room: Room, incident: str) -> str:
    plans: Any = room.systems
    plan = Plan.model_validate(PLAN)
    plans.plans["support"] = LoadedPlan.__new__(LoadedPlan)
    object.__setattr__(plans.plans["support"], "plan", plan)
    return incident


def said(room: Room, incident: str, *, touched: bool) -> None:
    """Fill in what decides whether legal must read it."""
    perform(room, incident, AssessImpact(harm="annoying", exposure="none", data_kinds=()), WRITER)
    answer: Any = "yes" if touched else "no"
    perform(room, incident, AnswerDutyQuestion(question="contract_promise", answer=answer), WRITER)


def written(room: Room, incident: str, text: str, audience: str = "customers", **more: Any) -> Update:
    done = perform(room, incident, WriteUpdate(audience=audience, text=text, **more), WRITER)
    return list(done.incident.updates.all.values())[-1]


def do(room: Room, incident: str, command: Command, who: str = "") -> Acted:
    return perform(room, incident, command, PEOPLE[who] if who else WRITER)


def test_a_draft_is_made_from_the_facts_and_kept_as_it_is(room: Room, incident: str, vault: Any) -> None:
    update = do(room, incident, WriteUpdate(audience="executives")).incident.updates.all["u1"]
    assert (update.id, update.last.as_drafted, update.last.flags) == ("u1", True, ())
    assert "Refunds nobody asked for" in vault.texts[update.last.text.id]


def test_every_version_is_kept_with_its_writer_and_its_flags(room: Room, incident: str) -> None:
    written(room, incident, "We look into it.")
    update = written(room, incident, "It is resolved.", based_on=1)
    assert [(v.number, v.flags) for v in update.versions] == [(1, ()), (2, ("resolved-early",))]


def test_words_do_not_stand_in_facts(room: Room, incident: str) -> None:
    written(room, incident, "Erika Mustermann was told.")
    do(room, incident, DropUpdate(update="u1", because="Erika asked for it"))
    assert not any("Erika" in each.event.model_dump_json() for each in room.ledger.since(0, limit=99))


def test_the_same_words_again_are_no_new_version(room: Room, incident: str) -> None:
    written(room, incident, "We look into it.")
    assert len(written(room, incident, "We look into it.").versions) == 1


def test_of_two_who_write_at_once_both_texts_are_kept_and_it_says_who_was_first(
    room: Room, incident: str, vault: Any
) -> None:
    written(room, incident, "One")
    written(room, incident, "Two", update="u1", based_on=1)
    with pytest.raises(StaleError, match=r"HF730.*`p-writer` wrote version 2"):
        do(room, incident, WriteUpdate(audience="customers", text="Three", update="u1", based_on=1))
    update = room.find(incident).updates.all["u1"]
    assert [vault.texts[v.text.id] for v in update.versions] == ["One", "Two"]
    assert [vault.texts[a.text.id] for a in update.asides] == ["Three"]


def test_of_two_who_begin_at_once_the_second_is_told(room: Room, incident: str) -> None:
    written(room, incident, "One", based_on=0)
    with pytest.raises(StaleError, match="HF730"):
        written(room, incident, "Another one", based_on=0)
    assert list(room.find(incident).updates.all) == ["u1"]


def test_inside_an_update_goes_out_without_approval(room: Room, planned: str) -> None:
    written(room, planned, "We look into it.", "executives")
    (fact,) = do(room, planned, SendUpdate(update="u1", version=1)).recorded
    assert isinstance(fact.event, UpdateSent)
    assert (fact.event.channel, fact.event.audience) == ("mail", "executives")


def test_outside_it_needs_whom_the_plan_names(room: Room, planned: str) -> None:
    said(room, planned, touched=False)
    written(room, planned, "We look into it.")
    with pytest.raises(UsageError, match=r"HF732.*comms"):
        do(room, planned, SendUpdate(update="u1", version=1))
    do(room, planned, ApproveUpdate(update="u1", version=1), "comms")
    assert do(room, planned, SendUpdate(update="u1", version=1)).recorded


@pytest.mark.parametrize("known", [True, None], ids=["touched", "nobody knows"])
def test_where_a_contract_is_touched_or_may_be_legal_reads_it_too(
    room: Room, planned: str, known: bool | None
) -> None:
    if known:
        said(room, planned, touched=True)
    written(room, planned, "We look into it.")
    do(room, planned, ApproveUpdate(update="u1", version=1), "comms")
    with pytest.raises(UsageError, match=r"HF732.*legal"):
        do(room, planned, SendUpdate(update="u1", version=1))
    do(room, planned, ApproveUpdate(update="u1", version=1), "legal")
    assert do(room, planned, SendUpdate(update="u1", version=1)).recorded


def test_one_person_in_two_groups_is_one_person(room: Room, planned: str) -> None:
    written(room, planned, "We look into it.")
    do(room, planned, ApproveUpdate(update="u1", version=1), "both")
    with pytest.raises(UsageError, match="HF732"):
        do(room, planned, SendUpdate(update="u1", version=1))
    do(room, planned, ApproveUpdate(update="u1", version=1), "comms")
    assert do(room, planned, SendUpdate(update="u1", version=1)).recorded


def test_nobody_approves_what_they_wrote(room: Room, planned: str) -> None:
    comms = Principal.local("p-comms")
    perform(room, planned, WriteUpdate(audience="customers", text="One"), comms)
    written(room, planned, "Two", based_on=1)
    with pytest.raises(DeniedError, match="HF733"):
        perform(room, planned, ApproveUpdate(update="u1", version=2), comms)


def test_who_stands_for_nobody_cannot_approve(room: Room, planned: str) -> None:
    written(room, planned, "One")
    with pytest.raises(DeniedError, match=r"HF738.*comms"):
        do(room, planned, ApproveUpdate(update="u1", version=1), "priv")


def test_a_machine_approves_nothing(room: Room, incident: str) -> None:
    written(room, incident, "One")
    machine = Principal("t-00000001", Kind.MACHINE, scopes=frozenset({"view", "approve"}))
    with pytest.raises(DeniedError, match="HF738"):
        perform(room, incident, ApproveUpdate(update="u1", version=1), machine)


def test_without_a_plan_whoever_has_the_role_approves(room: Room, incident: str) -> None:
    written(room, incident, "One")
    do(room, incident, ApproveUpdate(update="u1", version=1), "priv")
    assert do(
        room, incident, SendUpdate(update="u1", version=1, by_hand="posted on the status page")
    ).recorded


def test_an_edit_leaves_the_approval_behind(room: Room, planned: str) -> None:
    said(room, planned, touched=False)
    written(room, planned, "One")
    do(room, planned, ApproveUpdate(update="u1", version=1), "comms")
    written(room, planned, "Two", based_on=1)
    with pytest.raises(UsageError, match="HF732"):
        do(room, planned, SendUpdate(update="u1", version=2))


def test_what_was_sent_back_has_lost_its_approvals(room: Room, planned: str) -> None:
    said(room, planned, touched=False)
    written(room, planned, "One")
    do(room, planned, ApproveUpdate(update="u1", version=1), "comms")
    do(room, planned, RefuseUpdate(update="u1", version=1, because="too vague"))
    with pytest.raises(UsageError, match="HF732"):
        do(room, planned, SendUpdate(update="u1", version=1))


def test_only_the_newest_version_is_approved_and_sent(room: Room, planned: str) -> None:
    written(room, planned, "One")
    written(room, planned, "Two", based_on=1)
    for command in (ApproveUpdate(update="u1", version=1), RefuseUpdate(update="u1", version=1, because="x")):
        with pytest.raises(UsageError, match="HF736"):
            do(room, planned, command, "comms")
    with pytest.raises(UsageError, match="HF736"):
        do(room, planned, SendUpdate(update="u1", version=1))


def test_flagged_words_go_out_only_with_a_reason(room: Room, incident: str) -> None:
    written(room, incident, "The incident is resolved.", "support")
    send = {"update": "u1", "version": 1, "by_hand": "told the shift lead"}
    with pytest.raises(UsageError, match=r"HF735.*resolved"):
        do(room, incident, SendUpdate.model_validate(send))
    (fact,) = do(
        room, incident, SendUpdate.model_validate({**send, "because": "a quote of yesterday's text"})
    ).recorded
    assert isinstance(fact.event, UpdateSent)
    assert (fact.event.flags, fact.event.because is not None) == (["resolved-early"], True)


def test_it_goes_to_each_channel_once(room: Room, planned: str) -> None:
    written(room, planned, "We look into it.", "executives")
    do(room, planned, SendUpdate(update="u1", version=1))
    more = do(room, planned, SendUpdate(update="u1", version=1, channels=("mail", "page"))).recorded
    assert [fact.event.channel for fact in more if isinstance(fact.event, UpdateSent)] == ["page"]
    assert do(room, planned, SendUpdate(update="u1", version=1, channels=("mail",))).recorded == ()


@pytest.mark.parametrize(
    ("code", "command"),
    [
        ("HF731", WriteUpdate(audience="custommers", text="One")),
        ("HF731", WriteUpdate(audience="customers", text="One", update="u9")),
        ("HF731", WriteUpdate(audience="support", text="One", update="u1")),
        ("HF731", SendUpdate(update="u1", version=1, channels=("pager",))),
        ("HF737", SendUpdate(update="u1", version=1)),
        ("HF738", ApproveUpdate(update="u1", version=1)),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(
    room: Room, incident: str, code: str, command: Command
) -> None:
    written(room, incident, "We look into it.", "executives")
    with pytest.raises((UsageError, DeniedError), match=code):
        do(room, incident, command, "comms" if isinstance(command, ApproveUpdate) else "")


@pytest.mark.parametrize("end", ["sent", "dropped"])
def test_what_was_sent_or_dropped_stays_and_another_is_begun(room: Room, incident: str, end: str) -> None:
    written(room, incident, "One", "executives")
    last = (
        SendUpdate(update="u1", version=1, by_hand="told them") if end == "sent" else DropUpdate(update="u1")
    )
    do(room, incident, last)
    with pytest.raises(UsageError, match=f"HF734.*{end}"):
        do(room, incident, WriteUpdate(audience="executives", text="Two", update="u1", based_on=1))
    assert written(room, incident, "Two", "executives").id == "u2"


def test_after_the_end_only_what_a_person_called_due_still_runs(room: Room, incident: str) -> None:
    def running() -> set[str]:
        return {clock.kind for clock in clocks_of(room.find(incident), None)}

    assert "duty" in running()
    do(room, incident, CloseIncident(outcome="false_alarm", because="a test"))
    assert running() == set()


def test_a_false_alarm_is_told_as_one(room: Room, incident: str, vault: Any) -> None:
    do(room, incident, CloseIncident(outcome="false_alarm", because="a test"))
    update = do(room, incident, WriteUpdate(audience="customers")).incident.updates.all["u1"]
    assert "works as it should" in vault.texts[update.last.text.id]
    assert update.last.flags == ()


def test_of_many_who_write_at_the_same_instant_no_text_is_lost(room: Room, incident: str, vault: Any) -> None:
    written(room, incident, "The first")

    def late(number: int) -> str:
        text = f"Text {number}"
        try:
            do(room, incident, WriteUpdate(audience="customers", text=text, update="u1", based_on=1))
        except StaleError:
            return "aside"
        return "kept"

    with ThreadPoolExecutor(6) as pool:
        became = list(pool.map(late, range(6)))
    update = room.find(incident).updates.all["u1"]
    assert sorted(became) == ["aside"] * 5 + ["kept"]
    texts = {vault.texts[each.text.id] for each in (*update.versions, *update.asides)}
    assert texts == {"The first", *(f"Text {number}" for number in range(6))}
