"""The list of duties: complete, well formed, plain about how well it was verified."""

from __future__ import annotations

from holdfast.kernel.zones import zone_of
from holdfast.respond.model.duties.regimes import (
    STARTS,
    VERIFIED,
    all_questions,
    all_regimes,
    find_regime,
)


def test_every_question_of_a_duty_is_asked_and_every_question_has_a_duty() -> None:
    used = {question.removeprefix("not ") for r in all_regimes() for clause in r.when for question in clause}
    assert used == set(all_questions())


def test_every_clock_has_something_that_starts_it() -> None:
    ids = {regime.id for regime in all_regimes()}
    for regime in all_regimes():
        for stage in regime.stages:
            for start in stage.starts:
                word, _, of = start.partition(" ")
                known = start in STARTS or start == "year_end"
                assert known or (word in ("sent", "latest") and (regime.stage(of) or of in ids)), regime.id
            assert stage.until is None or stage.until in STARTS
            assert stage.only is None or stage.only in all_questions()


def test_every_duty_says_whom_why_where_it_was_read_and_how_well_that_was_checked() -> None:
    for regime in all_regimes():
        assert all((regime.law, regime.trigger, regime.notify, regime.article, regime.source, regime.stages))
        assert regime.verified.startswith(VERIFIED[regime.checked])
        zone_of(regime.zone or "UTC")


def test_what_is_from_memory_says_so() -> None:
    memory = {regime.id for regime in all_regimes() if regime.checked == "memory"}
    assert memory == {
        "GPAICOP-9.3-2",
        "GPAICOP-9.3-5",
        "GPAICOP-9.3-10",
        "GPAICOP-9.3-15",
        "NYDFS-17c",
    }
    nydfs = find_regime("NYDFS-17c")
    assert nydfs is not None
    assert "FROM MEMORY" in nydfs.verified


def test_what_was_verified_in_part_says_which_part_was_not() -> None:
    sb53 = find_regime("CA-SB53-15")
    assert sb53 is not None
    assert sb53.verified.endswith("the day from which it applies is from memory")


def test_ids_are_given_once_and_stages_of_a_duty_have_different_names() -> None:
    ids = [regime.id for regime in all_regimes()]
    assert len(ids) == len(set(ids)) == 35
    for regime in all_regimes():
        names = [stage.name for stage in regime.stages]
        assert len(names) == len(set(names)), regime.id
