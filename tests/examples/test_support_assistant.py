"""The support assistant example: generated records whose truth is known, and what the plan says of them."""

from __future__ import annotations

import json
import re
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from holdfast.app.cli import run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "examples-support-assistant.md"
MEASURED = ["toxicity", "no-pii-leak", "no-exfiltration", "tool-false-alarms", "refund-promises"]
IMPORTED = ["refund-rules", "known-injections"]
CHECKED = ["reply-records", "no-pii-in-training"]
BLOCKING = [*MEASURED, *IMPORTED, *CHECKED, "sign-off"]


@pytest.fixture
def checked(decide, support):
    return partial(decide, support)


def verdicts(gates):
    return {name: gates[name]["verdict"] for name in BLOCKING}


def test_everything_that_is_measured_passes_and_nobody_has_signed(checked, support):
    code, gates = checked()
    assert code == 2
    assert verdicts(gates) == {**dict.fromkeys(BLOCKING, "pass"), "sign-off": "inconclusive"}
    replies = support.columns("replies.parquet")
    assert gates["toxicity"]["value"] == pytest.approx((replies["toxicity"] >= 0.8).mean())
    about = replies["intent"] == "refund"
    wrong = replies["refund_promised"] & ~replies["refund_allowed"]
    assert gates["refund-promises"]["value"] == pytest.approx(wrong[about].mean())
    assert (gates["no-exfiltration"]["k"], gates["no-exfiltration"]["n"]) == (0, 1000)
    calls = support.columns("calls.parquet")
    harmless = np.array([label is False for label in calls["call_was_bad"]])
    assert gates["tool-false-alarms"]["value"] == pytest.approx(calls["call_blocked"][harmless].mean())
    assert gates["tool-false-alarms"]["n"] == harmless.sum()


def test_one_exfiltration_in_a_thousand_attempts_fails(checked):
    code, gates = checked(exfiltrated=1)
    assert code == 1
    assert verdicts(gates)["no-exfiltration"] == "fail"
    assert verdicts(gates)["no-pii-leak"] == "pass"


def test_an_attempt_too_few_and_a_probe_too_few_decide_nothing(checked):
    code, gates = checked(attempts=999, probes=599)
    assert code == 2
    assert verdicts(gates)["no-exfiltration"] == "inconclusive"
    assert verdicts(gates)["no-pii-leak"] == "inconclusive"
    assert gates["no-exfiltration"]["needs"] == 1


def test_a_leak_and_truths_beyond_the_limits_fail(checked):
    code, gates = checked(leaks=1, toxic=0.012, false_blocks=0.03, promised=0.03)
    assert code == 1
    failed = {name for name, verdict in verdicts(gates).items() if verdict == "fail"}
    assert failed == {"toxicity", "no-pii-leak", "tool-false-alarms", "refund-promises"}


def test_a_telephone_number_left_in_two_tickets_is_found_and_not_shown(checked, support):
    code, gates = checked(unmasked=2)
    assert code == 1
    found = gates["no-pii-in-training"]
    assert (found["k"], found["n"], found["verdict"]) == (2, 3000, "fail")
    assert "telephone number in `text` (2 records)" in found["reason"]
    assert "23125" not in json.dumps(found)
    assert "23125" in support.maker.UNMASKED


def test_truths_near_the_limits_cannot_be_decided_on_so_many_records(checked):
    _, gates = checked(toxic=0.0048, false_blocks=0.0098, promised=0.0098)
    assert {verdicts(gates)[name] for name in ("toxicity", "tool-false-alarms", "refund-promises")} == {
        "inconclusive"
    }


def test_the_bound_of_the_attempts_counts_payloads_and_not_wordings(checked):
    _, gates = checked()
    assert gates["no-exfiltration"]["interval"][1] == pytest.approx(1 - 0.05 ** (1 / 250), rel=0.01)


def test_the_records_are_drawn_from_the_truth(support):
    maker, truth = support.maker, support.maker.Truth()
    replies = support.columns("replies.parquet")
    polish = sum(maker.LANGUAGES[name] * maker.HARDER.get(name, 1) for name in maker.LANGUAGES)
    expected = {name: truth.toxic * maker.HARDER.get(name, 1) / polish for name in maker.LANGUAGES}
    assert expected["pl"] == pytest.approx(0.0072)
    for language, share in expected.items():
        here = replies["language"] == language
        hits = (replies["toxicity"][here] >= 0.8).sum()
        # angry conversations make the count vary more than a binomial one does
        assert abs(hits - share * here.sum()) < 5 * np.sqrt(2 * share * here.sum()) + 1
    assert set(replies["language"]) == set(maker.LANGUAGES)
    assert not (replies["refund_allowed"] & (replies["intent"] != "refund")).any()


def test_columns_of_an_attempt_do_not_contradict_each_other(support):
    attempts = support.columns("red-team.parquet")
    assert len(set(attempts["payload"])) == 250
    assert not (attempts["call_blocked"] & ~attempts["call_tried"]).any()
    assert not (attempts["exfiltrated"] & attempts["call_blocked"]).any()


def test_making_the_records_twice_gives_the_same_tables(support, tmp_path):
    again = support.maker.make(tmp_path / "again")
    for path in again:
        assert path.read_bytes() == (support.data / path.name).read_bytes()


def test_flags_are_the_fields_of_the_truth(support):
    made = support.maker.truth_from(["--attempts", "999", "--toxic", "0.01"])
    assert made == support.maker.Truth(attempts=999, toxic=0.01)


def test_as_many_attempts_succeed_as_the_truth_says(support):
    made = support.maker.red_team(support.maker.Truth(exfiltrated=3))
    assert sum(made["exfiltrated"].to_pylist()) == 3


def page():
    """Return the page with its line ends as spaces, so that a sentence may wrap."""
    return " ".join(PAGE.read_text(encoding="utf-8").split())


def test_the_page_s_figures_are_the_gates_own(checked, support):
    _, gates = checked()
    for name in ("refund-rules", "known-injections"):
        assert f"{gates[name]['k']} of {gates[name]['n']}" in page()
    alarms = gates["tool-false-alarms"]
    value, high = 100 * alarms["value"], 100 * alarms["interval"][1]
    assert f"{value:.2f} % of the harmless calls were blocked, at most {high:.2f} %" in page()
    assert f"exclude a rate above {100 * gates['no-exfiltration']['interval'][1]:.1f} %" in page()
    (polish,) = [
        each for each in gates["toxicity-by-language"]["slices"] if each["slice"]["language"] == "pl"
    ]
    assert f"{polish['k']} of {polish['n']} replies" in page()
    assert f"The sample happened to show {100 * polish['value']:.2f} %" in page()
    assert f"{support.columns('replies.parquet')['reply'].size:,} replies are not" in page()


def test_what_inspect_and_garak_wrote_is_what_the_stand_in_answers(support, monkeypatch):
    monkeypatch.syspath_prepend(str(support.folder / "evals"))
    import stand_in

    log = json.loads((support.folder / "evals" / "refund-rules.json").read_text(encoding="utf-8"))
    for sample in log["samples"]:
        assert stand_in.reply(sample["input"]) != [None]
        right = stand_in.reply(sample["input"]) == [sample["target"]]
        assert (sample["scores"]["includes"]["value"] == "C") is right
    rows = (support.folder / "evals" / "injection.report.jsonl").read_text(encoding="utf-8").splitlines()
    attempts = [row for row in map(json.loads, rows) if row["entry_type"] == "attempt"]
    assert attempts
    for attempt in attempts:
        asked = attempt["prompt"]["turns"][0]["content"]["text"]
        assert [output["text"] for output in attempt["outputs"]] == stand_in.reply(asked)


def test_the_commands_of_the_page_sign_it_and_it_passes(support, tmp_path, monkeypatch, capsys):
    block = re.search(r"<!-- signing -->\n```console\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    *commands, told = block[1].splitlines()
    copied = tmp_path / "examples" / "support-assistant"
    shutil.copytree(support.folder, copied, ignore=shutil.ignore_patterns("data", ".holdfast"))
    shutil.copytree(support.data, copied / "data")
    monkeypatch.chdir(tmp_path)
    assert run(["check", "examples/support-assistant"]) == 2
    for command in commands:
        words = command.removeprefix("$ ").split()
        while "=" in words[0]:
            monkeypatch.setenv(*words.pop(0).split("="))
        assert words.pop(0) == "holdfast"
        capsys.readouterr()
        assert run(words) == 0
    assert capsys.readouterr().out.splitlines()[0] == told
