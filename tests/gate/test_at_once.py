"""Several people at once: no fact is lost, and nothing happens twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier

from holdfast.gate.commands import AnswerOverride, CheckRelease, RequestOverride, SignFor
from holdfast.kernel.errors import UsageError

HERE = Path()
ASKED = RequestOverride(HERE, "errors", "a hotfix", date(2026, 12, 5))


def at_once(office, acts):
    """Let everybody act at once, each in a thread with a ledger of their own; return the answers."""
    together = Barrier(len(acts))

    def act(actor, do):
        app = office.app(actor)
        together.wait()
        try:
            return do(app.gate)
        except UsageError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(lambda one: act(*one), acts))


def check(gate):
    return gate.check(CheckRelease(HERE), lambda _: None).verdict


def sound(office):
    """Hold that every stream is whole and the chain verifies; return the facts by kind."""
    facts = office.recorded()
    versions: dict[str, list[int]] = {}
    for each in facts:
        versions.setdefault(each.stream, []).append(each.version)
    assert all(held == list(range(1, len(held) + 1)) for held in versions.values())
    assert office.app("u-ci").ledger_engine().verify_ledger().problems == ()
    return Counter(type(each.event).__name__ for each in facts)


def test_two_sign_while_others_decide(office):
    office.check()
    safety = ("u-saf", lambda gate: gate.sign(SignFor(HERE, "sign-off", "safety")))
    privacy = ("u-pri", lambda gate: gate.sign(SignFor(HERE, "sign-off", "privacy")))
    answers = at_once(office, [safety, privacy, safety, ("u-ci", check), privacy, ("u-ci", check)])
    assert not [each for each in answers if isinstance(each, UsageError)]
    assert sound(office)["GateSigned"] == 2
    assert sum(each.facts["recorded"] for each in answers if hasattr(each, "facts")) == 2
    assert office.check()[0] == "pass"


def test_one_person_who_signs_for_two_roles_at_once_gets_one(office):
    office.check()
    roles = [
        ("u-both", lambda gate, role=role: gate.sign(SignFor(HERE, "sign-off", role)))
        for role in ("safety", "privacy")
    ]
    answers = at_once(office, roles)
    (refused,) = [each for each in answers if isinstance(each, UsageError)]
    assert refused.problems[0].code == "HF605"
    assert sound(office)["GateSigned"] == 1


def test_a_signature_that_is_given_and_withdrawn_at_once_ends_in_one_of_the_two(office):
    office.check()
    office.as_("u-saf", "gate", "sign", "sign-off", "--as", "safety")
    withdraw = ("u-saf", lambda gate: gate.withdraw(SignFor(HERE, "sign-off", "safety")))
    sign = ("u-saf", lambda gate: gate.sign(SignFor(HERE, "sign-off", "safety")))
    at_once(office, [withdraw, sign, withdraw])
    counted = sound(office)
    assert counted["GateSigned"] - counted["SignatureWithdrawn"] in (0, 1)
    signed = "safety" in office.check()[1]["sign-off"]["reason"].partition("signed by")[2]
    assert signed == (counted["GateSigned"] > counted["SignatureWithdrawn"])


def test_two_who_ask_for_and_two_who_approve_the_same_override(office):
    office.keep()
    office.records(n=500, wrong=200)
    office.check()
    asks = [("u-dev", lambda gate: gate.request_override(ASKED))] * 3
    keys = {each.facts["override"]["id"] for each in at_once(office, asks)}
    assert len(keys) == 1
    (key,) = keys
    approvals = [
        (actor, lambda gate, role=role: gate.answer_override(AnswerOverride(HERE, key, role)))
        for actor, role in (("u-dir", "director"), ("u-saf", "safety"))
    ]
    answers = at_once(office, [*approvals, *approvals, ("u-ci", check)])
    assert not [each for each in answers if isinstance(each, UsageError)]
    counted = sound(office)
    assert (counted["OverrideRequested"], counted["OverrideApproved"]) == (1, 2)
    _, gates = office.check()
    assert gates["errors"]["override"]["status"] == "in force"


def test_a_refusal_and_an_approval_at_once_leave_no_override_in_force(office):
    office.records(n=500, wrong=200)
    office.check()
    key = office.app("u-dev").gate.request_override(ASKED).facts["override"]["id"]
    office.as_("u-dir", "gate", "override", "--approve", key, "--as", "director")
    approve = ("u-saf", lambda gate: gate.answer_override(AnswerOverride(HERE, key, "safety")))
    refuse = ("u-dir", lambda gate: gate.answer_override(AnswerOverride(HERE, key, None, "no")))
    at_once(office, [approve, refuse])
    assert sound(office)["OverrideRefused"] == 1
    assert office.check()[1]["errors"]["override"] is None


def test_the_same_decision_at_once_is_recorded_once(office):
    assert at_once(office, [("u-ci", check)] * 4)[0] is not None
    counted = sound(office)
    assert (counted["EvidenceRecorded"], counted["GateDecided"], counted["ReleaseDecided"]) == (1, 3, 1)


def started(actor, *arguments):
    command = [sys.executable, "-c", "from holdfast.app.cli import main; main()", *arguments]
    environment = {**os.environ, "HOLDFAST_ACTOR": actor}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_processes_that_sign_approve_and_decide_at_once_lose_nothing(office):
    office.keep()
    office.clock.moment = datetime.now(UTC)
    office.records(n=500, wrong=200)
    office.check()
    until = (datetime.now(UTC) + timedelta(days=10)).date().isoformat()
    ask = ("gate", "override", "errors", "--because", "a hotfix", "--until", until)
    key = office.json("u-dev", *ask)["override"]["id"]
    sign, approve = ("gate", "sign", "sign-off", "--as"), ("gate", "override", "--approve", key, "--as")
    processes = [
        started("u-saf", *sign, "safety"),
        started("u-pri", *sign, "privacy"),
        started("u-dir", *approve, "director"),
        started("u-saf", *approve, "safety"),
        started("u-ci", "check"),
    ]
    outputs = [process.communicate() for process in processes]
    codes = [process.returncode for process in processes]
    assert codes[:4] == [0, 0, 0, 0], outputs
    assert codes[4] in (0, 1, 2)
    counted = sound(office)
    assert (counted["GateSigned"], counted["OverrideApproved"]) == (2, 2)
    assert office.check()[0] == "pass"
