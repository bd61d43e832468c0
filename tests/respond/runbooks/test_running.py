"""A runbook is followed step by step in an incident; who did what is a fact, and nobody is overrun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from holdfast.access.model.principal import Kind, Principal, Role
from holdfast.access.requests import DeniedError
from holdfast.kernel.errors import ConflictError, LedgerError, UsageError
from holdfast.plan.model.document import parse_document
from holdfast.plan.model.loading import load
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.commands.runbooks import AbandonRunbook, DoStep, SkipStep, StartRunbook, TakeBranch
from holdfast.respond.events.runbooks import RunbookStepDone
from holdfast.respond.handlers.declaring import declare
from holdfast.respond.handlers.runbooks import (
    Following,
    abandon,
    do_step,
    skip_step,
    start,
    take_branch,
)
from holdfast.respond.ports.levers import LeverMove, LeverPosition, MoveReceipt
from holdfast.respond.ports.runbooks import Found
from holdfast.respond.views.runbooks.shelf import find_runbook

PLAN = """\
holdfast: 1
system: {id: assistant, name: A, purpose: p}
people: {ops: {}}
levers:
  tools: {kind: allowlist, normal: [a, b], safe: [a], owner: ops}
  index: {kind: setting, normal: wide, safe: narrow}
  cache: {kind: setting, normal: on-disk, safe: none}
safe_mode: {tools: safe, index: safe}
"""
BEN = Principal.local("p-0000ben1")


@dataclass
class HandLevers:
    """Levers that remember what moved, once for each key; `dies` before or after a move, as told."""

    moved: list[LeverMove] = field(default_factory=list)
    asked: int = 0
    dies: str = ""

    def positions(self, system: str) -> Sequence[LeverPosition]:
        return ()

    def move(self, move: LeverMove, actor: str, because: int | None) -> MoveReceipt:
        self.asked += 1
        if self.dies == "before":
            raise KeyboardInterrupt
        if move.key not in [each.key for each in self.moved]:
            self.moved.append(move)
        if self.dies == "after":
            raise KeyboardInterrupt
        return MoveReceipt(in_force=True, reference=f"seq-{len(self.moved)}")


class Shelf:
    """One runbook, under any name; the library has the others."""

    def __init__(self, loaded):
        self.loaded = loaded

    def __call__(self, name, plan=None):
        return Found(name, "plan", self.loaded) if name == "leak" else find_runbook(name, plan)


@pytest.fixture
def levers():
    return HandLevers()


@pytest.fixture
def incident(room, ana):
    return declare(room, DeclareIncident("assistant", "it shows names"), ana).incident.id


@pytest.fixture
def following(room, incident, books, levers):
    return Following(room, Shelf(books.book()))


@pytest.fixture
def planned(following, tmp_path, levers):
    """Return the same, where the system has a plan and something that moves its levers."""
    tree = parse_document(PLAN, "holdfast.yaml")
    following.room.systems.plans["assistant"] = load([tree], tmp_path)
    return replace(following, room=replace(following.room, levers=levers))


def go(following, incident, ana, *steps):
    """Start, and do the steps that are named."""
    run = start(following, StartRunbook(incident, "leak"), ana)
    for step in steps:
        if step == "which":
            run = take_branch(following, TakeBranch(incident, 1, "which", "door"), ana)
        else:
            run = do_step(following, DoStep(incident, 1, step), ana)
    return run


def test_it_starts_at_its_first_step_and_says_exactly_what_is_followed(following, incident, ana, books):
    run = go(following, incident, ana)
    assert (run.present, run.number, run.started_by) == ("look", 1, "p-0000ana1")
    assert following.book(run) == books.book().runbook


def test_no_text_of_a_runbook_or_a_person_stands_in_a_fact(following, incident, ana):
    go(following, incident, ana)
    do_step(following, DoStep(incident, 1, "look", note="Mrs Example, 1 Example Road"), ana)
    told = [fact.event.model_dump_json() for fact in following.room.ledger.read(f"runbook/{incident}/1")]
    assert not any("Example" in one or "Read one trace" in one for one in told)


def test_steps_are_followed_to_the_end_and_each_says_by_whom_and_when(following, incident, ana, clock):
    go(following, incident, ana, "look", "which", "close")
    do_step(following, DoStep(incident, 1, "closed", helped=True), BEN)
    run = do_step(following, DoStep(incident, 1, "say"), BEN)
    assert [(track.step, track.what, track.by) for track in run.tracks] == [
        ("look", "done", "p-0000ana1"),
        ("which", "branch", "p-0000ana1"),
        ("close", "done", "p-0000ana1"),
        ("closed", "done", "p-0000ben1"),
        ("say", "done", "p-0000ben1"),
    ]
    assert run.ended is not None
    assert run.ended.outcome == "completed"
    assert {track.at for track in run.tracks} == {clock.now()}


def test_what_did_not_help_leads_to_what_comes_instead(following, incident, ana):
    go(following, incident, ana, "look", "which", "close")
    assert do_step(following, DoStep(incident, 1, "closed", helped=False), ana).present == "off"


def test_a_branch_leads_where_it_says(following, incident, ana):
    go(following, incident, ana, "look")
    assert take_branch(following, TakeBranch(incident, 1, "which", "none"), ana).present == "off"


def test_of_two_who_do_one_step_one_wins_and_the_other_is_told_who(following, incident, ana):
    go(following, incident, ana)
    do_step(following, DoStep(incident, 1, "look"), ana)
    with pytest.raises(ConflictError, match=r"`look` was done by p-0000ana1 at 02:00:00 UTC.*`which`"):
        do_step(following, DoStep(incident, 1, "look"), BEN)


def test_who_appends_between_reading_and_recording_wins(following, incident, ana, room):
    go(following, incident, ana)

    class Racing:
        """A vault during whose work somebody else does the step."""

        def __getattr__(self, name):
            return getattr(room.vault, name)

        def seal(self, scope, text):
            do_step(following, DoStep(incident, 1, "look"), ana)
            return room.vault.seal(scope, text)

    late = replace(following, room=replace(room, vault=Racing()))
    with pytest.raises(ConflictError, match="p-0000ana1"):
        do_step(late, DoStep(incident, 1, "look", note="I saw it too"), BEN)
    assert len(following.load(incident, 1).tracks) == 1


def test_a_form_that_is_sent_twice_by_one_person_is_one_fact(following, incident, ana):
    go(following, incident, ana)
    first = do_step(following, DoStep(incident, 1, "look"), ana)
    assert do_step(following, DoStep(incident, 1, "look"), ana).version == first.version


def test_a_step_that_was_not_come_to_is_refused(following, incident, ana):
    go(following, incident, ana)
    with pytest.raises(ConflictError, match=r"HF711.*`say` has not been come to"):
        do_step(following, DoStep(incident, 1, "say"), ana)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (DoStep("", 1, "which"), "is a decision: take one of its branches: door, none"),
        (TakeBranch("", 1, "which", "dor"), "no branch `dor`: did you mean `door`?"),
        (DoStep("", 1, "whch"), "no step `whch`: did you mean `which`?"),
        (SkipStep("", 1, "which", "tired"), "is a decision: what follows depends on it"),
    ],
)
def test_a_wrong_answer_is_refused_with_the_right_ones(following, incident, ana, command, says):
    go(following, incident, ana, "look")
    acts = {DoStep: do_step, TakeBranch: take_branch, SkipStep: skip_step}
    with pytest.raises(UsageError, match="HF712") as told:
        acts[type(command)](following, replace(command, incident=incident), ana)
    assert says in str(told.value)


def test_a_branch_is_for_decisions_only(following, incident, ana):
    go(following, incident, ana)
    with pytest.raises(UsageError, match="HF712"):
        take_branch(following, TakeBranch(incident, 1, "look", "door"), ana)


@pytest.mark.parametrize(("step", "helped"), [("closed", None), ("look", True)])
def test_whether_it_helped_is_asked_of_confirmations_only(following, incident, ana, step, helped):
    go(following, incident, ana, *(("look", "which", "close") if step == "closed" else ()))
    with pytest.raises(UsageError, match="HF712"):
        do_step(following, DoStep(incident, 1, step, helped=helped), ana)


def test_a_step_is_left_out_with_a_reason_only(following, incident, ana):
    go(following, incident, ana)
    with pytest.raises(UsageError, match="HF717"):
        skip_step(following, SkipStep(incident, 1, "look", "  "), ana)
    run = skip_step(following, SkipStep(incident, 1, "look", "kept before"), ana)
    assert (run.present, run.tracks[0].what) == ("which", "skipped")
    assert following.room.vault.unseal([run.tracks[0].said]) == ["kept before"]


def test_an_ended_run_takes_no_more(following, incident, ana):
    go(following, incident, ana)
    run = abandon(following, AbandonRunbook(incident, 1, "wrong runbook"), ana)
    assert run.ended is not None
    with pytest.raises(UsageError, match=r"HF713.*run 1 was abandoned by p-0000ana1"):
        do_step(following, DoStep(incident, 1, "look"), ana)


def test_a_run_that_does_not_exist_is_told(following, incident, ana):
    with pytest.raises(UsageError, match="HF713"):
        do_step(following, DoStep(incident, 7, "look"), ana)


def test_the_same_runbook_is_not_followed_twice_unless_it_is_meant(following, incident, ana):
    go(following, incident, ana)
    with pytest.raises(ConflictError, match=r"HF711.*as run 1, by p-0000ana1"):
        start(following, StartRunbook(incident, "leak"), BEN)
    assert start(following, StartRunbook(incident, "leak", again=True), BEN).number == 2
    assert start(following, StartRunbook(incident, "drift"), BEN).number == 3


def test_an_incident_or_a_runbook_that_does_not_exist_is_told(following, incident, ana):
    with pytest.raises(UsageError, match="HF701"):
        start(following, StartRunbook("INC-2026-0099", "leak"), ana)
    with pytest.raises(UsageError, match="HF710"):
        start(following, StartRunbook(incident, "lek"), ana)


def test_who_may_only_look_may_not_follow(following, incident):
    viewer = Principal("p-0000view", Kind.PERSON, frozenset({Role.VIEWER}))
    with pytest.raises(DeniedError, match="HF622"):
        start(following, StartRunbook(incident, "leak"), viewer)


def test_what_is_followed_stays_as_it_was_when_the_file_changes(following, incident, ana, books):
    go(following, incident, ana)
    following.shelf.loaded = books.book(books.WHOLE.replace("Read one trace", "Read two"))
    assert following.book(following.load(incident, 1)).step("look").says == "Read one trace"


def test_an_erased_text_is_told_and_the_facts_stay(following, incident, ana, vault):
    run = go(following, incident, ana)
    vault.texts.pop(run.started.body.id)
    with pytest.raises(LedgerError, match="HF718"):
        following.book(run)
    assert following.load(incident, 1).started.runbook == "leak"


def test_a_text_that_was_put_in_another_place_is_not_followed(following, incident, ana, vault, books):
    run = go(following, incident, ana)
    vault.texts[run.started.body.id] = books.WHOLE.replace("Go safe", "Go on")
    with pytest.raises(LedgerError, match="HF718"):
        do_step(following, DoStep(incident, 1, "look"), ana)


# acts that move levers


def without_levers(following):
    """Return the same, where people move levers by hand."""
    return replace(following, room=replace(following.room, levers=None))


def contained(following, incident):
    """Return what the incident knows of its levers."""
    return following.room.load(incident).contained


def test_without_anything_that_moves_levers_the_incident_records_that_a_person_does(
    following, incident, ana, levers
):
    run = go(following, incident, ana, "look", "which", "close")
    (move,) = contained(following, incident).moves.values()
    assert (move.said.lever, move.said.position) == ("retrieval", "corpora:public,top_k:3")
    assert (move.said.by_hand, move.said.widens, move.recorded.actor) == (True, False, "p-0000ana1")
    assert (move.until - move.at).total_seconds() == 24 * 3600
    assert (run.tracks[-1].by_hand, run.tracks[-1].in_force, levers.asked) == (True, None, 0)


def test_the_safe_mode_is_recorded_whole_and_the_incident_is_contained(planned, incident, ana):
    by_hand = without_levers(planned)
    go(by_hand, incident, ana, "look")
    take_branch(by_hand, TakeBranch(incident, 1, "which", "none"), ana)
    do_step(by_hand, DoStep(incident, 1, "off", note="everything is held"), ana)
    known = contained(planned, incident)
    assert [(move.said.lever, move.said.position) for move in known.moves.values()] == [
        ("tools", "safe"),
        ("index", "safe"),
    ]
    assert known.first_at is not None


def test_who_lacks_the_right_is_told_who_has_it_and_they_can_end_the_step(planned, incident, ana, tmp_path):
    mine = PLAN.replace("levers:", "authority: {move_to_safe: [ops]}\nlevers:", 1)
    planned.room.systems.plans["assistant"] = load([parse_document(mine, "holdfast.yaml")], tmp_path)
    by_hand = without_levers(planned)
    go(by_hand, incident, BEN, "look")
    eve = Principal("p-0000eve1", Kind.PERSON, frozenset({Role.RESPONDER}))
    take_branch(by_hand, TakeBranch(incident, 1, "which", "none"), eve)
    with pytest.raises(DeniedError, match=r"HF791.*this may: ops"):
        do_step(by_hand, DoStep(incident, 1, "off"), eve)
    ops = Principal("p-0000ops1", Kind.PERSON, frozenset({Role.RESPONDER}), groups=frozenset({"ops"}))
    run = do_step(by_hand, DoStep(incident, 1, "off"), ops)
    assert run.tracks[-1].by == "p-0000ops1"


def test_a_scope_that_no_lever_takes_is_refused_before_anything_begins(planned, incident, ana):
    by_hand = without_levers(planned)
    go(by_hand, incident, ana, "look", "which")
    with pytest.raises(UsageError, match="HF714"):
        do_step(by_hand, DoStep(incident, 1, "close", lever="index", scope={"planet": "x"}), ana)
    assert planned.load(incident, 1).begun is None


def test_a_recorded_move_is_one_after_a_crash_whoever_repeats_it(planned, incident, ana, monkeypatch):
    by_hand = without_levers(planned)
    go(by_hand, incident, ana, "look", "which")
    append = planned.room.ledger.append

    def dying(stream, events, **kwargs):
        if any(isinstance(event, RunbookStepDone) for event in events):
            raise KeyboardInterrupt
        return append(stream, events, **kwargs)

    monkeypatch.setattr(planned.room.ledger, "append", dying)
    with pytest.raises(KeyboardInterrupt):
        do_step(by_hand, DoStep(incident, 1, "close", lever="cache"), ana)
    monkeypatch.undo()
    run = do_step(by_hand, DoStep(incident, 1, "close"), BEN)
    assert run.present == "closed"
    assert [move.said.lever for move in contained(planned, incident).moves.values()] == ["cache"]


def test_an_act_moves_the_lever_of_its_kind(planned, incident, ana, levers):
    go(planned, incident, ana, "look", "which")
    run = do_step(planned, DoStep(incident, 1, "close", lever="index", scope={"tenant": "acme"}), ana)
    (move,) = levers.moved
    assert (move.lever, move.position, move.scope) == ("index", "corpora:public,top_k:3", {"tenant": "acme"})
    assert (move.until - run.tracks[-1].at).total_seconds() == 24 * 3600
    assert (run.tracks[-1].by_hand, run.tracks[-1].in_force) == (False, True)
    assert [one.confirmed for one in contained(planned, incident).moves.values()] == [True]


def test_where_several_levers_are_of_the_kind_one_is_chosen(planned, incident, ana, levers):
    go(planned, incident, ana, "look", "which")
    with pytest.raises(UsageError, match=r"HF714.*choose one: index, cache"):
        do_step(planned, DoStep(incident, 1, "close"), ana)
    with pytest.raises(UsageError, match=r"HF714.*does not move `tools`"):
        do_step(planned, DoStep(incident, 1, "close", lever="tools"), ana)
    assert levers.asked == 0


def test_what_was_moved_by_hand_is_recorded_and_not_moved_again(planned, incident, ana, levers):
    go(planned, incident, ana, "look", "which")
    run = do_step(planned, DoStep(incident, 1, "close", lever="index", by_hand=True), ana)
    assert (run.tracks[-1].by_hand, levers.asked) == (True, 0)
    assert [move.said.lever for move in contained(planned, incident).moves.values()] == ["index"]


def test_an_act_for_which_the_plan_has_no_lever_is_done_by_hand(planned, incident, ana, books):
    planned.shelf.loaded = books.book(books.WHOLE.replace("    kind: setting", "    kind: breaker"))
    run = go(planned, incident, ana, "look", "which", "close")
    assert run.tracks[-1].by_hand
    assert contained(planned, incident).moves == {}


def test_the_safe_mode_moves_each_of_its_levers_by_a_key_of_its_own(planned, incident, ana, levers):
    go(planned, incident, ana, "look")
    take_branch(planned, TakeBranch(incident, 1, "which", "none"), ana)
    do_step(planned, DoStep(incident, 1, "off"), ana)
    assert [(move.lever, move.position) for move in levers.moved] == [("tools", "safe"), ("index", "safe")]
    assert len({move.key for move in levers.moved}) == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_after_a_crash_it_goes_on_where_it_died_and_the_lever_moves_once(
    planned, incident, ana, levers, when
):
    go(planned, incident, ana, "look", "which")
    levers.dies = when
    with pytest.raises(KeyboardInterrupt):
        do_step(planned, DoStep(incident, 1, "close", lever="index"), ana)
    levers.dies = ""
    after = planned.load(incident, 1)
    assert (after.present, after.begun.lever) == ("close", "index")
    run = do_step(planned, DoStep(incident, 1, "close"), BEN)
    assert run.present == "closed"
    assert [move.lever for move in levers.moved] == ["index"]


def test_two_who_move_at_once_move_once(planned, incident, ana, levers):
    go(planned, incident, ana, "look", "which")
    plain = levers.move

    def also(move, actor, because):
        levers.move = plain
        do_step(planned, DoStep(incident, 1, "close", lever="index"), BEN)
        return plain(move, actor, because)

    levers.move = also
    with pytest.raises(ConflictError, match=r"HF711.*p-0000ben1"):
        do_step(planned, DoStep(incident, 1, "close", lever="index"), ana)
    assert len(levers.moved) == 1
