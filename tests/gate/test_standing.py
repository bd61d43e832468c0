"""What lint and the plan's views learn of gates from the ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from holdfast.kernel.verdict import Verdict
from holdfast.plan.views.reading import read_plan


def standing(office):
    return office.app("u-ci").standing(read_plan(office.folder))


def test_looking_makes_no_ledger(office):
    found = standing(office)
    assert (dict(found.shown), found.overrides, found.known) == ({}, (), False)
    assert not (office.folder / ".holdfast").exists()


def test_the_newest_decision_of_every_gate_is_known(office):
    office.check()
    office.records(n=500, wrong=200)
    office.check()
    shown = standing(office).shown
    assert set(shown) == {"errors", "warns", "sign-off"}
    errors = shown["errors"]
    assert (errors.verdict, errors.bundle, errors.until) == (Verdict.FAIL, "m@1", None)
    assert errors.at == office.clock.now()
    decided = [each for each in office.recorded() if getattr(each.event, "gate", "") == "errors"]
    assert (errors.seq, errors.says) == (decided[-1].seq, decided[-1].event.reason)


def test_a_decision_on_another_bundle_or_threshold_shows_nothing(office):
    office.check()
    office.check("--bundle", "m@0")
    assert standing(office).shown["errors"].bundle == "m@1"
    office.plan(('version: "1"', 'version: "2"'))
    assert "errors" not in standing(office).shown
    office.plan(("<= 10%", "<= 9%"))
    assert set(standing(office).shown) == {"warns", "sign-off"}


def test_a_plan_that_names_no_bundle_knows_the_newest_decision_of_any(office):
    office.plan(('  card: {model: {name: m, version: "1"}}\n', ""))
    office.check("--bundle", "x")
    assert standing(office).shown["errors"].bundle == "x"


def test_evidence_goes_stale_from_its_own_time(office):
    office.plan(('require: "<= 10%"', 'require: "<= 10%", fresh_for: 30d'))
    measured = office.clock.now()
    office.check()
    office.clock.advance(timedelta(days=10))
    office.check()
    shown = standing(office).shown
    assert shown["errors"].until == measured + timedelta(days=30)
    assert shown["warns"].until is None


def test_a_sign_off_goes_stale_with_its_oldest_signature(office):
    office.plan(("sign: [safety, privacy]}", "sign: [safety, privacy], fresh_for: 30d}"))
    office.check()
    first = office.clock.now()
    office.as_("u-saf", "gate", "sign", "sign-off", "--as", "safety")
    office.clock.advance(timedelta(days=3))
    office.as_("u-pri", "gate", "sign", "sign-off", "--as", "privacy")
    office.check()
    signed = standing(office).shown["sign-off"]
    assert (signed.verdict, signed.until) == (Verdict.PASS, first + timedelta(days=30))


def test_an_override_is_known_once_it_is_granted_and_after_it_has_ended(office):
    office.records(n=500, wrong=200)
    office.check()
    ask = ("gate", "override", "errors", "--because", "a hotfix", "--until", "2026-12-05")
    key = office.json("u-dev", *ask)["override"]["id"]
    office.as_("u-dir", "gate", "override", "--approve", key, "--as", "director")
    assert standing(office).overrides == ()
    office.as_("u-saf", "gate", "override", "--approve", key, "--as", "safety")
    (held,) = standing(office).overrides
    assert (held.gate, held.because, held.until.date()) == ("errors", "a hotfix", date(2026, 12, 5))
    assert held.until < datetime(2026, 12, 6, tzinfo=UTC)
    office.clock.advance(timedelta(days=30))
    assert len(standing(office).overrides) == 1
    _, out, _ = office.as_("u-ci", "lint")
    assert "the override of `errors` ended on 2026-12-05" in " ".join(out.split())
    office.as_("u-saf", "gate", "override", "--refuse", key, "--because", "over")
    assert standing(office).overrides == ()
