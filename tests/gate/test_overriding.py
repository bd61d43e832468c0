"""Overrides: who may release against a gate, for how long, and how it is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.gate.pages.html import render_html

ASK = ("gate", "override", "errors", "--because", "a hotfix for the outage", "--until", "2026-12-05")


@pytest.fixture
def failing(office):
    """A plan without a sign-off, whose gate fails, with a ledger that is kept."""
    office.keep()
    office.plan(("  - {id: sign-off, sign: [safety, privacy]}\n", ""))
    office.records(n=500, wrong=200)
    assert office.check()[0] == "fail"
    return office


def asked(office, actor="u-dev", *, run=ASK):
    """Ask for an override and return its id."""
    told = office.json(actor, *run)
    assert told["act"] == "asked"
    return told["override"]["id"]


def granted(office):
    """Return the id of an override that is in force."""
    key = asked(office)
    assert office.json("u-dir", *approving(key, "director"))["override"]["status"] == "asked"
    assert office.json("u-saf", *approving(key, "safety"))["override"]["status"] == "in force"
    return key


def approving(key, role):
    return ("gate", "override", "--approve", key, "--as", role)


def test_an_override_lets_a_release_pass_and_leaves_the_gate_s_verdict(failing):
    key = granted(failing)
    verdict, gates = failing.check()
    assert (verdict, gates["errors"]["verdict"]) == ("pass", "fail")
    held = gates["errors"]["override"]
    assert (held["id"], held["status"], held["until"]) == (key, "in force", "2026-12-05")
    assert held["because"] == "a hotfix for the outage"
    assert held["requested_by"] == "u-dev"
    assert [(each["role"], each["actor"]) for each in held["approved_by"]] == [
        ("director", "u-dir"),
        ("safety", "u-saf"),
    ]


def test_in_a_ledger_that_nobody_named_an_override_does_not_count(failing):
    key = granted(failing)
    # the same facts, found beside the plan by somebody who names no ledger
    (failing.folder / ".holdfast").mkdir(exist_ok=True)
    failing.ledger.rename(failing.folder / ".holdfast" / "ledger.db")
    failing.monkeypatch.delenv("HOLDFAST_LEDGER")
    verdict, gates = failing.check()
    assert (verdict, gates["errors"]["override"]) == ("fail", None)
    said = " ".join(failing.as_("u-ci", "check")[1].split())
    assert f"override {key[:12]} until 2026-12-05 does not count, as its ledger is not named" in said


def test_it_is_told_wherever_the_verdict_is(failing):
    key = granted(failing)
    code, out, _ = failing.as_("u-ci", "check", "--markdown", "r.md")
    said = " ".join(out.split())
    assert code == 0
    assert "may ship under 1 override until 2026-12-05: no gate passes." in said
    assert "overridden until 2026-12-05: a hotfix for the outage; approved by director (u-dir)" in said
    markdown = (failing.folder / "r.md").read_text()
    assert markdown.startswith("## ✓ PASS: Sorter may ship under 1 override\n")
    assert "**overridden until 2026-12-05**" in markdown
    assert "| errors | **in force** | a hotfix for the outage | 2026-12-05 |" in markdown
    html = render_html(failing.report())
    for words in ("overridden until", "2026-12-05", "a hotfix for the outage", "u-dir", "u-saf", key):
        assert words in html


def test_the_release_records_what_it_rests_on(failing):
    granted(failing)
    failing.check()
    facts = [each.event for each in failing.recorded()]
    asked_for = [each for each in facts if type(each).__name__ == "OverrideRequested"]
    releases = [each for each in facts if type(each).__name__ == "ReleaseDecided"]
    assert [each.verdict for each in releases] == ["fail", "pass"]
    assert releases[-1].overrides == {"errors": asked_for[0].override_id}
    assert releases[-1].gates["errors"] == "fail"


def test_one_approval_is_not_two(failing):
    key = asked(failing)
    failing.as_("u-dir", *approving(key, "director"))
    verdict, gates = failing.check()
    assert verdict == "fail"
    assert gates["errors"]["override"] is None
    (waiting,) = gates["errors"]["overrides"]
    assert (waiting["status"], waiting["waits_for"]) == ("asked", "`safety`")
    command = f"holdfast gate override --approve {key} --as safety"
    assert failing.report().next_step == f"An override of `errors` waits for `safety`: `{command}`."
    assert failing.as_("u-saf", *command.split()[1:])[0] == 0
    assert failing.check()[0] == "pass"


def test_who_asks_does_not_approve(failing):
    key = asked(failing, "u-dir")
    failing.refused("HF605", "has asked for", actor="u-dir", run=approving(key, "director"))


def test_one_person_does_not_approve_for_two_roles(failing):
    failing.plan(
        ("  - {id: sign-off, sign: [safety, privacy]}\n", ""), ("members: [u-dir]", "members: [u-both]")
    )
    failing.check()
    key = asked(failing)
    assert failing.as_("u-both", *approving(key, "director"))[0] == 0
    failing.refused("HF605", "as `director` already", actor="u-both", run=approving(key, "safety"))
    assert failing.check()[0] == "fail"


def test_approving_twice_records_once(failing):
    key = asked(failing)
    failing.as_("u-dir", *approving(key, "director"))
    before = failing.facts()
    assert failing.json("u-dir", *approving(key, "director"))["recorded"] is False
    assert failing.facts() == before


def test_asking_twice_records_once(failing):
    key = asked(failing)
    before = failing.facts()
    assert asked(failing) == key
    assert failing.facts() == before


def test_who_does_not_act_for_the_role_does_not_approve(failing):
    key = asked(failing)
    failing.refused("HF601", "`safety`", actor="u-pri", run=approving(key, "safety"))
    failing.refused("HF604", "director, safety", actor="u-pri", run=approving(key, "privacy"))


def test_an_override_ends_with_its_last_day(failing):
    granted(failing)
    failing.clock.moment = failing.clock.moment.replace(month=12, day=5, hour=23, minute=59)
    assert failing.check()[0] == "pass"
    failing.clock.advance(timedelta(minutes=1))
    verdict, gates = failing.check()
    assert verdict == "fail"
    assert gates["errors"]["override"] is None
    assert gates["errors"]["overrides"][0]["status"] == "expired"
    _, out, _ = failing.as_("u-ci", "check")
    assert "ended on 2026-12-05 and counts no longer" in " ".join(out.split())


@pytest.mark.parametrize(
    ("code", "words", "options"),
    [
        ("HF608", "a reason", ("--until", "2026-12-05")),
        ("HF608", "a reason", ("--because", "  ", "--until", "2026-12-05")),
        ("HF608", "an end", ("--because", "x")),
        ("HF602", "2026-11-20", ("--because", "x", "--until", "2026-11-20")),
        ("HF608", "2027-02-19", ("--because", "x", "--until", "2027-02-20")),
        ("HF501", "no day", ("--because", "x", "--until", "2027-02-30")),
        ("HF501", "no day", ("--because", "x", "--until", "soon")),
        ("HF501", "no day", ("--because", "x", "--until", "2026-W50-1")),
        ("HF501", "--because", ("--because", "x" * 501, "--until", "2026-12-05")),
        ("HF501", "--because", ("--because", "a\x1b[31mb", "--until", "2026-12-05")),
    ],
)
def test_an_override_has_a_reason_and_an_end_in_time(failing, code, words, options):
    failing.refused(code, words, run=("gate", "override", "errors", *options))


def test_today_and_ninety_days_are_in_time(failing):
    for until in ("2026-11-21", "2027-02-19"):
        asked(failing, run=("gate", "override", "errors", "--because", "x", "--until", until))


@pytest.mark.parametrize(
    ("gate", "code", "words"),
    [
        ("warns", "HF607", "only warns"),
        ("training-errors", "HF607", "was not decided"),
        ("erors", "HF502", "did you mean `errors`?"),
    ],
)
def test_what_needs_no_override_gets_none(failing, gate, code, words):
    failing.refused(code, words, run=("gate", "override", gate, *ASK[3:]))


def test_a_gate_that_passes_has_nothing_to_override(office):
    office.check()
    office.refused("HF607", "passes", run=ASK)


def test_nothing_is_overridden_that_was_never_decided(office):
    office.refused("HF607", "holdfast check", run=ASK)
    assert not (office.folder / ".holdfast").exists()


def test_a_gate_that_was_changed_is_decided_before_it_is_overridden(failing):
    text = (failing.folder / "holdfast.yaml").read_text().replace("<= 10%", "<= 5%")
    (failing.folder / "holdfast.yaml").write_text(text)
    failing.refused("HF607", "has changed since", run=ASK)


def test_a_new_bundle_needs_a_new_override(failing):
    granted(failing)
    verdict, gates = failing.check("--bundle", "m@2")
    assert verdict == "fail"
    (other,) = gates["errors"]["overrides"]
    assert other["status"] == "outdated"
    assert failing.check()[0] == "pass"


def test_a_stricter_gate_needs_a_new_override(failing):
    granted(failing)
    text = (failing.folder / "holdfast.yaml").read_text().replace("<= 10%", "<= 5%")
    (failing.folder / "holdfast.yaml").write_text(text)
    assert failing.check()[0] == "fail"


def test_an_override_of_what_was_open_does_not_cover_what_then_fails(failing):
    failing.records(n=100, wrong=9)
    assert failing.check("--bundle", "b")[0] == "inconclusive"
    key = asked(failing, run=(*ASK, "--bundle", "b"))
    for actor, role in (("u-dir", "director"), ("u-saf", "safety")):
        failing.as_(actor, *approving(key, role))
    assert failing.check("--bundle", "b")[0] == "pass"
    failing.records(n=500, wrong=200)
    verdict, gates = failing.check("--bundle", "b")
    assert verdict == "fail"
    assert gates["errors"]["overrides"][0]["status"] == "outdated"
    _, out, _ = failing.as_("u-ci", "check", "--bundle", "b")
    assert "it was asked for when the gate was inconclusive" in " ".join(out.split())


def test_refusing_ends_an_override_at_any_time(failing):
    key = granted(failing)
    refuse = ("gate", "override", "--refuse", key, "--because", "the outage is over")
    failing.refused("HF601", actor="u-pri", run=refuse)
    assert failing.json("u-saf", *refuse)["override"]["status"] == "refused"
    assert failing.check()[0] == "fail"
    before = failing.facts()
    assert failing.json("u-dir", *refuse)["recorded"] is False
    assert failing.facts() == before


def test_who_asked_may_take_it_back_and_a_refusal_says_why(failing):
    key = asked(failing)
    failing.refused("HF608", "a reason", run=("gate", "override", "--refuse", key))
    assert failing.as_("u-dev", "gate", "override", "--refuse", key, "--because", "not needed")[0] == 0
    failing.refused("HF609", "not needed", actor="u-dir", run=approving(key, "director"))


def test_what_has_ended_is_not_approved(failing):
    key = asked(failing)
    failing.clock.advance(timedelta(days=30))
    failing.refused("HF602", "2026-12-05", actor="u-dir", run=approving(key, "director"))


def test_an_override_is_named_by_the_beginning_of_its_id(failing):
    key = asked(failing)
    failing.refused("HF502", f"{key} of errors", actor="u-dir", run=approving("ffff", "director"))
    failing.refused("HF502", actor="u-dir", run=approving(key[:3], "director"))
    assert failing.as_("u-dir", *approving(key[:4], "director"))[0] == 0


@pytest.mark.parametrize(
    ("right", "roles", "enough"),
    [
        ("override_gate: [director, safety]", ["safety"], True),
        ("override_gate: {who: director}", ["director"], True),
        ('override_gate: {who: director, and: safety, when: "severity >= 2"}', ["director"], False),
        ("roll_back: [safety]", ["director"], True),
    ],
)
def test_who_approves_is_what_the_plan_s_authority_says(failing, right, roles, enough):
    failing.plan(
        ("  - {id: sign-off, sign: [safety, privacy]}\n", ""),
        ("override_gate: {who: director, and: safety}", right),
    )
    failing.check()
    key = asked(failing)
    for role in roles:
        assert failing.as_({"director": "u-dir", "safety": "u-saf"}[role], *approving(key, role))[0] == 0
    assert failing.check()[0] == ("pass" if enough else "fail")


def test_a_plan_that_names_nobody_who_may_override_says_what_to_write(failing):
    failing.plan(
        ("  - {id: sign-off, sign: [safety, privacy]}\n", ""),
        ("authority:\n  override_gate: {who: director, and: safety}\n", ""),
        (", approver: director", ""),
    )
    failing.check()
    failing.refused("HF606", "override_gate", "approver", run=ASK)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("errors", "--as", "safety", "--because", "x", "--until", "2026-12-05"),
        ("--approve", "abcd", "--refuse", "abcd"),
        ("--approve", "abcd"),
        ("errors", "--approve", "abcd", "--as", "safety"),
        ("--approve", "abcd", "--as", "safety", "--until", "2026-12-05"),
        ("--approve", "abcd", "--as", "safety", "--because", "x"),
        ("--refuse", "abcd", "--as", "safety", "--because", "x"),
    ],
)
def test_options_that_do_not_belong_together_are_refused(failing, words):
    failing.refused("HF501", run=("gate", "override", *words))


def test_a_gate_that_only_some_hold_back_still_counts_the_others(office):
    office.keep()
    office.records(n=500, wrong=200)
    office.check()
    key = asked(office)
    for actor, role in (("u-dir", "director"), ("u-saf", "safety")):
        office.as_(actor, *approving(key, role))
    verdict, _ = office.check()
    assert verdict == "inconclusive"
    report = office.report()
    assert "1 of 2 blocking gates cannot be decided; 1 is overridden until 2026-12-05" in report.headline
    assert "gate sign sign-off --as safety" in report.next_step
