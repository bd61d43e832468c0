"""Looking again: what a gate's history does to its next decision."""

from __future__ import annotations

from holdfast.gate.events import GateDecided
from holdfast.gate.model.looks import History, fold


def decided(bundle, data, verdict, look=1, k=None):
    return GateDecided(
        decision_id=f"{bundle}-{data}-{verdict}",
        system="s",
        gate="g",
        bundle=bundle,
        plan_digest="p",
        criterion_digest="c",
        evidence=f"e-{data}" if data else None,
        data_digest=data,
        verdict=verdict,
        reason="",
        look=look,
        k=k,
    )


def test_the_first_look_at_a_bundle_is_the_first():
    assert History().look_at("b1", "d1") == 1


def test_the_same_data_again_is_the_same_look():
    history = fold([decided("b1", "d1", "inconclusive"), decided("b1", "d2", "inconclusive", look=2)])
    assert history.look_at("b1", "d1") == 1
    assert history.look_at("b1", "d2") == 2


def test_new_data_for_the_same_bundle_is_the_next_look():
    history = fold([decided("b1", "d1", "inconclusive"), decided("b1", "d2", "inconclusive", look=2)])
    assert history.look_at("b1", "d3") == 3


def test_another_bundle_begins_with_its_first_look():
    assert fold([decided("b1", "d1", "fail")]).look_at("b2", "d1") == 1


def test_bundles_tried_are_counted_since_the_last_pass():
    history = fold([decided("b1", "d1", "fail"), decided("b2", "d2", "inconclusive")])
    assert history.tried("b3") == 3
    assert history.tried("b2") == 2
    passed = fold([decided("b1", "d1", "fail"), decided("b2", "d2", "pass")])
    assert passed.tried("b3") == 1


def test_a_decision_without_evidence_is_not_a_try():
    assert fold([decided("b1", None, "inconclusive")]).tried("b2") == 1


def test_hits_found_on_other_data_are_remembered():
    history = fold([decided("b1", "d1", "fail", k=2), decided("b1", "d2", "pass", look=2, k=0)])
    assert history.worst_hits("b1", "d3") == 2
    assert history.worst_hits("b1", "d1") == 0
    assert history.worst_hits("b2", "d3") is None
