"""What people sign: who may, until when, once, and how it is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from holdfast.app.bootstrap import Application
from holdfast.app.settings import Settings
from holdfast.evidence.handlers.attesting import sign, withdraw
from holdfast.evidence.model.attested import Signing
from holdfast.evidence.model.planned import Attestable, Planned
from holdfast.evidence.views.kept import attestation_of
from holdfast.evidence.views.standing import attestations
from holdfast.kernel.clock import SetClock
from holdfast.kernel.errors import UsageError

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NAME = "attest/insiders"
MAY = Attestable(("ciso",), timedelta(days=180))
SIGNING = Signing("sorter", NAME, "ciso", "u-17", "sha256:p", "the roster", None, NOW)


class Plan:
    """A plan in which u-17 acts for ciso."""

    planned = Planned("sorter", "m@1", "sha256:p", Path(), {NAME: MAY})

    def check_acting(self, role, actor):
        if (role, actor) != ("ciso", "u-17"):
            raise UsageError.of("HF601", f"{actor} is not {role}")


def ledger_at(path, clock=None):
    return Application(
        Settings(str(path / "ledger.db"), None, "tester"), clock or SetClock(NOW)
    ).open_ledger()


@pytest.fixture
def ledger(tmp_path):
    with ledger_at(tmp_path) as opened:
        yield opened


def code_of(call):
    with pytest.raises(UsageError) as refused:
        call()
    return refused.value.problems[0].code


def test_a_signature_counts_as_long_as_the_plan_says(ledger):
    made = sign(ledger, SIGNING, MAY)
    one = made.attestation
    assert made.recorded
    assert (one.name, one.role, one.actor, one.seen) == (NAME, "ciso", "u-17", "the roster")
    assert one.until == date(2027, 5, 20)
    assert one.stands(datetime(2027, 5, 20, 23, 59, tzinfo=UTC))
    assert not one.stands(datetime(2027, 5, 21, tzinfo=UTC))


def test_its_own_end_may_be_earlier_and_today_is_the_first(ledger):
    today = replace(SIGNING, until=date(2026, 11, 21))
    assert sign(ledger, today, MAY).attestation.until == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("change", "may", "code"),
    [
        ({"role": "safety"}, MAY, "HF604"),
        ({"until": date(2026, 11, 20)}, MAY, "HF602"),
        ({"until": date(2027, 5, 21)}, MAY, "HF602"),
        ({}, Attestable(("ciso",)), "HF501"),
    ],
)
def test_what_may_not_be_signed_is_refused_and_leaves_nothing(ledger, change, may, code):
    assert code_of(lambda: sign(ledger, replace(SIGNING, **change), may)) == code
    assert ledger.head().seq == 0


def test_signing_the_same_again_while_it_counts_records_nothing(ledger):
    first = sign(ledger, SIGNING, MAY)
    again = sign(ledger, replace(SIGNING, now=NOW + timedelta(hours=3)), MAY)
    assert (again.recorded, again.attestation) == (False, first.attestation)
    assert ledger.head().seq == 1


@pytest.mark.parametrize(
    "change",
    [{"actor": "u-18"}, {"seen": "another"}, {"until": date(2027, 1, 1)}, {"file_digest": "sha256:f"}],
)
def test_another_person_word_end_or_file_is_another_signature(ledger, change):
    sign(ledger, SIGNING, MAY)
    assert sign(ledger, replace(SIGNING, **change), MAY).recorded


def test_two_processes_that_sign_the_same_record_it_once(tmp_path):
    with ledger_at(tmp_path) as one, ledger_at(tmp_path) as other:
        read = one.read
        raced = []

        def late(stream, after=0):
            """Read, and let the other process sign before anything is done with it."""
            facts = read(stream, after)
            if not raced:
                raced.append(sign(other, SIGNING, MAY))
            return facts

        one.read = late
        made = sign(one, SIGNING, MAY)
        assert (made.recorded, raced[0].recorded) == (False, True)
        assert made.attestation == raced[0].attestation
        assert one.head().seq == 1


def test_who_acts_for_the_role_takes_it_back_once(ledger):
    one = sign(ledger, SIGNING, MAY).attestation
    back = withdraw(ledger, Plan(), one, "the roster was old", "u-17").attestation
    assert (back.withdrawn.because, back.withdrawn.actor, back.withdrawn.seq) == (
        "the roster was old",
        "u-17",
        2,
    )
    assert not back.stands(NOW)
    assert code_of(lambda: withdraw(ledger, Plan(), back, "no", "u-17")) == "HF603"
    assert code_of(lambda: withdraw(ledger, Plan(), one, "no", "u-17")) == "HF603"
    assert ledger.head().seq == 2
    assert ledger.read(ledger.since(1, limit=1)[0].stream)[-1].because == one.seq


def test_nobody_else_takes_it_back(ledger):
    one = sign(ledger, SIGNING, MAY).attestation
    assert code_of(lambda: withdraw(ledger, Plan(), one, "no", "u-18")) == "HF601"
    assert ledger.head().seq == 1


@pytest.mark.parametrize("reference", ["7", "#7", "12345678", "", "x" * 500])
def test_what_is_not_there_cannot_be_taken_back(ledger, reference):
    sign(ledger, SIGNING, MAY)
    assert code_of(lambda: attestation_of(ledger, "sorter", reference)) == "HF603"


def test_an_attestation_is_named_by_number_id_or_the_beginning_of_its_id(ledger):
    one = sign(ledger, SIGNING, MAY).attestation
    for reference in (str(one.seq), f"#{one.seq}", one.id, one.id[:6]):
        assert attestation_of(ledger, "sorter", reference) == one
    assert code_of(lambda: attestation_of(ledger, "other", one.id)) == "HF603"


def test_what_was_taken_back_can_be_signed_again(ledger):
    one = sign(ledger, SIGNING, MAY).attestation
    withdraw(ledger, Plan(), one, "no", "u-17")
    again = sign(ledger, SIGNING, MAY)
    assert again.recorded
    assert again.attestation.id != one.id


def test_what_stands_is_the_signature_that_lasts_longest_and_is_not_taken_back(ledger):
    assert attestations(ledger, "sorter", {NAME: MAY}) == {}
    long = sign(ledger, SIGNING, MAY).attestation
    short = sign(ledger, replace(SIGNING, until=date(2027, 1, 1)), MAY).attestation
    assert attestations(ledger, "sorter", {NAME: MAY, "attest/other": MAY}) == {NAME: long}
    withdraw(ledger, Plan(), long, "no", "u-17")
    assert attestations(ledger, "sorter", {NAME: MAY}) == {NAME: short}
    assert attestations(ledger, "other", {NAME: MAY}) == {}


def test_what_the_plan_no_longer_asks_does_not_stand_and_a_shorter_rhythm_ends_it_sooner(ledger):
    sign(ledger, SIGNING, MAY)
    other = Attestable(("board",), timedelta(days=180))
    assert attestations(ledger, "sorter", {NAME: other}) == {}
    shorter = Attestable(("board", "ciso"), timedelta(days=30))
    assert attestations(ledger, "sorter", {NAME: shorter})[NAME].until == date(2026, 12, 21)
    longer = Attestable(("ciso",), timedelta(days=1000))
    assert attestations(ledger, "sorter", {NAME: longer})[NAME].until == date(2027, 5, 20)
