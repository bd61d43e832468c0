"""When each audience must hear something next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from holdfast.kernel.sealed import Sealed
from holdfast.respond.model.updates.audiences import DEFAULTS
from holdfast.respond.model.updates.cadence import Rhythm, update_clocks
from holdfast.respond.model.updates.state import Release, Update, UpdatesState, Version

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
WORDS = Sealed(id="sealed-words", commitment="sha256:" + "0" * 64)
RHYTHM = Rhythm(NOW, 7)


def heard(audience: str, at: datetime) -> UpdatesState:
    version = Version(1, WORDS, "p-1", at, 20, 1, True)
    return UpdatesState({"u1": Update("u1", audience, (version,), sent=(Release(1, None, "p-1", at, 21),))})


def due(rhythm: Rhythm, state: UpdatesState | None = None) -> dict[str, int]:
    clocks = update_clocks(DEFAULTS, state or UpdatesState(), rhythm)
    return {clock.subject: int((clock.due - NOW).total_seconds() // 60) for clock in clocks}


@pytest.mark.parametrize(("severity", "first"), [("SEV-1", 15), ("SEV-2", 30)])
def test_the_first_word_inside_is_due_soon_and_outside_in_its_own_time(severity: str, first: int) -> None:
    assert due(replace(RHYTHM, severity=severity)) == {
        "executives": first,
        "support": min(first, 30),
        "customers": 120,
    }


@pytest.mark.parametrize("severity", ["", "SEV-3", "SEV-4"])
def test_in_milder_incidents_nobody_is_owed_a_first_word(severity: str) -> None:
    assert due(replace(RHYTHM, severity=severity)) == {}


@pytest.mark.parametrize("severity", ["SEV-1", "SEV-3"])
def test_who_heard_something_hears_how_it_goes_on_in_its_own_rhythm(severity: str) -> None:
    state = heard("executives", NOW + timedelta(minutes=10))
    assert due(replace(RHYTHM, severity=severity), state)["executives"] == 70


def test_a_plans_own_matrix_says_how_soon() -> None:
    assert due(replace(RHYTHM, severity="SEV-3", first=timedelta(minutes=20)))["executives"] == 20


def test_each_word_starts_a_clock_of_its_own() -> None:
    first = update_clocks(DEFAULTS, UpdatesState(), replace(RHYTHM, severity="SEV-1"))[0]
    second = update_clocks(DEFAULTS, heard("executives", NOW), replace(RHYTHM, severity="SEV-1"))[0]
    assert (first.id, second.id) == ("update/executives/7", "update/executives/21")


def test_who_heard_that_something_is_wrong_hears_that_it_is_over() -> None:
    over = replace(RHYTHM, severity="SEV-1", phase="recovered", phase_since=NOW, phase_seq=30)
    assert due(over, heard("support", NOW - timedelta(hours=1))) == {"support": 30}
    assert due(over, heard("support", NOW + timedelta(minutes=1))) == {}


def test_a_closed_incident_owes_nobody_a_word() -> None:
    assert due(replace(RHYTHM, severity="SEV-1", phase="closed"), heard("support", NOW)) == {}
