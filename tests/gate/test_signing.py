"""Sign-offs: who may sign, what a signature counts for, and when it counts no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

SAFETY = ("gate", "sign", "sign-off", "--as", "safety")
PRIVACY = ("gate", "sign", "sign-off", "--as", "privacy")


def signed(office):
    """Check, and let both roles sign."""
    office.check()
    assert office.as_("u-saf", *SAFETY)[0] == 0
    assert office.as_("u-pri", *PRIVACY)[0] == 0


def test_a_release_waits_until_every_role_has_signed(office):
    verdict, gates = office.check()
    assert (verdict, gates["sign-off"]["verdict"]) == ("inconclusive", "inconclusive")
    assert "2 of 2 signatures are missing: safety, privacy" in gates["sign-off"]["reason"]
    office.as_("u-saf", *SAFETY)
    verdict, gates = office.check()
    assert verdict == "inconclusive"
    assert gates["sign-off"]["reason"] == "1 of 2 signatures is missing: privacy; signed by safety"
    office.as_("u-pri", *PRIVACY)
    verdict, gates = office.check()
    assert (verdict, gates["sign-off"]["verdict"]) == ("pass", "pass")
    assert [each["actor"] for each in gates["sign-off"]["signatures"]] == ["u-saf", "u-pri"]


def test_the_next_command_is_told_and_works(office):
    told = office.report()
    assert "`holdfast gate sign sign-off --as safety`" in told.next_step
    _, out, _ = office.as_("u-saf", *SAFETY)
    assert "`holdfast gate sign sign-off --as privacy`" in out
    _, out, _ = office.as_("u-pri", *PRIVACY)
    assert "All have signed: `holdfast check` decides with it." in " ".join(out.split())


def test_a_plan_elsewhere_and_a_bundle_are_in_the_command_that_is_told(office):
    (office.folder / "here").mkdir()
    for name in ("holdfast.yaml", "eval.csv"):
        (office.folder / name).rename(office.folder / "here" / name)
    _, out, _ = office.as_("u-ci", "--ledger", "kept.db", "check", "here", "--bundle", "m 2")
    command = "holdfast --ledger kept.db gate sign sign-off --as safety --bundle 'm 2' here"
    assert f"`{command}`" in " ".join(out.split())
    words = command.replace("'m 2'", "m_2").split()[1:]
    code, out, _ = office.as_("u-saf", *(word.replace("m_2", "m 2") for word in words))
    assert code == 0
    assert "bundle   m 2" in out


def test_signing_twice_records_once(office):
    office.check()
    office.as_("u-saf", *SAFETY)
    before = office.facts()
    code, out, _ = office.as_("u-saf", *SAFETY)
    assert (code, office.facts()) == (0, before)
    assert "before: nothing is new" in out
    assert office.json("u-saf", *SAFETY)["recorded"] is False


def test_a_signature_holds_what_its_signer_could_see(office):
    office.check()
    told = office.json("u-saf", *SAFETY)
    assert told["seen"] == {
        "errors": "pass",
        "warns": "fail",
        "sign-off": "inconclusive",
    }
    decisions = [each.seq for each in office.recorded() if type(each.event).__name__ == "GateDecided"]
    (signature,) = [each for each in office.recorded() if type(each.event).__name__ == "GateSigned"]
    assert signature.event.seen == signature.because == max(decisions)
    assert signature.actor == "u-saf"


def test_what_was_decided_anew_after_a_signature_is_told_beside_it(office):
    signed(office)
    office.records(n=600, wrong=12)
    verdict, gates = office.check()
    assert verdict == "pass"
    assert "safety signed before `errors`, `warns` were decided as they are now" in gates["sign-off"]["notes"]


def test_nobody_signs_what_nobody_has_seen(office):
    office.refused("HF607", "holdfast check", actor="u-saf", run=SAFETY)
    assert not (office.folder / ".holdfast").exists()
    office.check("--bundle", "another")
    office.refused("HF607", "bundle `m@1`", actor="u-saf", run=SAFETY)


def test_who_does_not_act_for_the_role_cannot_sign(office):
    office.check()
    office.refused("HF601", "`u-pri`", "people.safety.members", actor="u-pri", run=SAFETY)
    # with members, being called as the role is does not help
    office.refused("HF601", actor="safety", run=SAFETY)


def test_without_members_only_who_is_called_as_the_role_acts_for_it(office):
    office.plan(("privacy: {members: [u-pri, u-both]}", "privacy: {}"))
    office.check()
    office.refused("HF601", "members: [u-pri]", actor="u-pri", run=PRIVACY)
    assert office.as_("privacy", *PRIVACY)[0] == 0


def test_a_role_that_the_gate_does_not_name_cannot_sign(office):
    office.check()
    office.refused("HF604", "safety", actor="u-dir", run=("gate", "sign", "sign-off", "--as", "director"))
    office.refused("HF604", "did you mean `safety`?", run=("gate", "sign", "sign-off", "--as", "safty"))
    office.refused("HF604", "`sign-off`", run=("gate", "sign", "errors", "--as", "safety"))
    office.refused("HF502", "did you mean `sign-off`?", run=("gate", "sign", "sign-of", "--as", "safety"))


def test_two_roles_are_two_persons(office):
    office.check()
    assert office.as_("u-both", *SAFETY)[0] == 0
    office.refused("HF605", "as `safety` already", actor="u-both", run=PRIVACY)
    assert office.as_("u-pri", *PRIVACY)[0] == 0
    assert office.check()[0] == "pass"


def test_a_withdrawn_signature_counts_no_longer_and_can_be_given_again(office):
    signed(office)
    assert office.check()[0] == "pass"
    withdraw = ("gate", "withdraw", "sign-off", "--as", "privacy", "--because", "new doubts")
    code, out, _ = office.as_("u-pri", *withdraw)
    assert code == 0
    assert "withdrawn" in out
    verdict, gates = office.check()
    assert verdict == "inconclusive"
    assert "privacy (withdrawn on 2026-11-21)" in gates["sign-off"]["reason"]
    office.refused("HF603", "`privacy`", actor="u-pri", run=withdraw)
    assert office.json("u-pri", *PRIVACY)["recorded"] is True
    assert office.check()[0] == "pass"
    decided = [each.event for each in office.recorded() if type(each.event).__name__ == "GateDecided"]
    assert [each.verdict for each in decided if each.gate == "sign-off"] == [
        "inconclusive",
        "pass",
        "inconclusive",
        "pass",
    ]


def test_only_who_acts_for_the_role_takes_its_signature_back(office):
    signed(office)
    office.refused("HF601", actor="u-saf", run=("gate", "withdraw", "sign-off", "--as", "privacy"))


def test_nothing_is_withdrawn_where_there_is_no_ledger(office):
    office.refused("HF603", actor="u-pri", run=("gate", "withdraw", "sign-off", "--as", "privacy"))
    assert not (office.folder / ".holdfast").exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("<= 10%", "<= 9%"), "and the plan has changed since"),
        (('version: "1"', 'version: "2"'), "signed for bundle m@1, and this is m@2"),
    ],
)
def test_a_changed_plan_or_bundle_asks_for_new_signatures(office, change, why):
    signed(office)
    office.plan(change)
    verdict, gates = office.check()
    assert verdict == "inconclusive"
    assert why in gates["sign-off"]["reason"]
    assert office.as_("u-saf", *SAFETY)[0] == 0
    assert office.as_("u-pri", *PRIVACY)[0] == 0
    assert office.check()[0] == "pass"


def test_an_old_signature_goes_stale(office):
    office.plan(("sign: [safety, privacy]}", "sign: [safety, privacy], fresh_for: 30d}"))
    signed(office)
    office.clock.advance(timedelta(days=30))
    assert office.check()[0] == "pass"
    office.clock.advance(timedelta(days=1))
    verdict, gates = office.check()
    assert verdict == "inconclusive"
    assert "signed 31 days ago, which is too old" in gates["sign-off"]["reason"]
    assert office.json("u-saf", *SAFETY)["recorded"] is True


def test_a_signature_leads_back_to_what_it_saw_and_a_decision_to_its_signatures(office):
    signed(office)
    office.check()
    facts = office.recorded()
    last = [each for each in facts if type(each.event).__name__ == "GateDecided"][-1]
    signatures = [each.seq for each in facts if type(each.event).__name__ == "GateSigned"]
    assert (last.event.gate, last.because) == ("sign-off", max(signatures))


@pytest.mark.parametrize("because", ["two\nlines", "x" * 501])
def test_what_is_added_is_one_line(office, because):
    office.check()
    office.refused("HF501", "--because", actor="u-saf", run=(*SAFETY, "--because", because))


def test_the_plan_and_the_gate_may_be_said_in_any_order(office):
    office.check()
    plan = str(office.folder / "holdfast.yaml")
    assert office.as_("u-saf", "gate", "sign", plan, "sign-off", "--as", "safety")[0] == 0
    assert office.as_("u-pri", "gate", "sign", "sign-off", plan, "--as", "privacy")[0] == 0
    office.refused("HF501", "several gates", run=("gate", "sign", "a", "b", "--as", "safety"))
    office.refused("HF501", "two plans", run=("gate", "sign", "g", "x.yaml", "y.yaml", "--as", "safety"))
