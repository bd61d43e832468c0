"""Two arms through the same gates, by the command line: choices, reasons, pairs, looks, refusals."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest

from holdfast.app.bootstrap import Application
from holdfast.app.cli import run
from holdfast.app.settings import read_settings
from holdfast.gate.events import ArmsCompared, GateDecided, ReleaseDecided

HEAD = "holdfast: 1\nsystem: {id: triage, name: Triage, stage: evaluation}\n"
METRICS = """\
metrics:
  recall: {kind: recall, decision: decision, label: label}
  false-alarms: {kind: fpr, decision: decision, label: label}
  broken: {kind: rate, hit: "decision is null"}
  latency: {kind: quantile, column: cost, q: 0.9}
  cost: {kind: mean, column: cost}
"""
RECALL = '  - {id: recall, metric: recall, data: eval, require: ">= 80%"}\n'
ALARMS = '  - {id: false-alarms, metric: false-alarms, data: eval, require: "<= 40%"}\n'
WIDE = "arms: {now: {}, next: {columns: {decision: decision_b, cost: cost_b}}}\n"


def plan(folder: Path, gates: str, arms: str = WIDE, data: str = "csv: e.csv") -> Path:
    text = f"{HEAD}data: {{eval: {{{data}}}}}\n{METRICS}gates:\n{gates}{arms}"
    (folder / "holdfast.yaml").write_text(text)
    return folder


def rows(n: int, *, found: tuple[float, float], alarms: tuple[float, float] = (0.1, 0.1), seed: int = 1):
    """Return rows; half are positive, for which b finds what a finds and more; else both answer by chance."""
    dice = random.Random(seed)
    made = []
    for place in range(n):
        label, luck = place % 2, dice.random()
        other = luck if label else dice.random()
        a, b = luck < (found if label else alarms)[0], other < (found if label else alarms)[1]
        cost = dice.random()
        made.append(
            {
                "id": place,
                "label": label,
                "decision": int(a),
                "decision_b": int(b),
                "cost": cost,
                "cost_b": cost,
            }
        )
    return made


def write(folder: Path, records: list[dict[str, object]], name: str = "e.csv") -> None:
    with (folder / name).open("w", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        writer.writerows(records)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOLDFAST_LEDGER", raising=False)
    monkeypatch.delenv("HOLDFAST_HOME", raising=False)


def compared(folder: Path, capsys: pytest.CaptureFixture[str], arms: str = "now,next") -> tuple[int, dict]:
    code = run(["compare", str(folder), "--arms", arms, "--json"])
    return code, json.loads(capsys.readouterr().out)


def facts(folder: Path, stream: str) -> list[object]:
    with Application(read_settings({"HOLDFAST_HOME": str(folder / ".holdfast")})).open_ledger() as ledger:
        return [recorded.event for recorded in ledger.read(stream)]


def test_the_arm_that_alone_passes_is_chosen(tmp_path, capsys):
    write(tmp_path, rows(2000, found=(0.7, 0.9)))
    code, told = compared(plan(tmp_path, RECALL + ALARMS), capsys)
    assert (code, told["outcome"], told["chosen"]) == (0, "chosen", "next")
    assert "`now` fails `recall`" in told["headline"]
    assert [arm["verdict"] for arm in told["arms"]] == ["fail", "pass"]
    (figure,) = told["gates"][0]["figures"]
    assert figure["paired"]
    assert figure["better"] == "next"
    assert figure["interval"][0] > 0.15


def test_of_two_that_pass_the_better_one_is_chosen(tmp_path, capsys):
    write(tmp_path, rows(2000, found=(0.87, 0.95)))
    code, told = compared(plan(tmp_path, RECALL + ALARMS), capsys)
    assert (code, told["chosen"]) == (0, "next")
    assert "both pass every blocking gate" in told["headline"].lower()
    assert "with 95 % confidence over 2 figures at once" in told["headline"]


def test_turning_the_arms_round_turns_the_figures_and_not_the_choice(tmp_path, capsys):
    write(tmp_path, rows(2000, found=(0.87, 0.95)))
    _, told = compared(plan(tmp_path, RECALL + ALARMS), capsys)
    _, turned = compared(tmp_path, capsys, "next,now")
    first, second = (each["gates"][0]["figures"][0] for each in (told, turned))
    assert turned["chosen"] == told["chosen"] == "next"
    assert second["difference"] == pytest.approx(-first["difference"])
    assert second["interval"] == pytest.approx([-end for end in reversed(first["interval"])])


def test_arms_that_do_not_differ_cannot_be_told_apart(tmp_path, capsys):
    write(tmp_path, rows(600, found=(0.9, 0.91), seed=4))
    code, told = compared(plan(tmp_path, RECALL + ALARMS), capsys)
    assert (code, told["outcome"], told["chosen"]) == (2, "open", None)
    assert "more pairs would, on `recall`" in told["headline"]
    assert told["gates"][0]["figures"][0]["needs"] > 10


def test_a_trade_is_for_people_to_weigh(tmp_path, capsys):
    write(tmp_path, rows(3000, found=(0.87, 0.97), alarms=(0.1, 0.3)))
    code, told = compared(plan(tmp_path, RECALL + ALARMS), capsys)
    assert code == 2
    assert "`now` is better on `false-alarms`" in told["headline"]
    assert "`next` is better on `recall`" in told["headline"]
    assert "people must weigh it" in told["headline"]


def test_both_may_fail(tmp_path, capsys):
    write(tmp_path, rows(1000, found=(0.5, 0.6)))
    code, told = compared(plan(tmp_path, RECALL), capsys)
    assert (code, told["outcome"]) == (1, "neither")
    assert "`now` fails `recall`; `next` fails `recall`" in told["headline"]


def test_a_margin_must_be_shown_to_be_kept(tmp_path, capsys):
    write(tmp_path, rows(800, found=(0.87, 0.97), alarms=(0.1, 0.12)))
    assert compared(plan(tmp_path, RECALL + ALARMS), capsys)[0] == 0
    narrow = ALARMS.replace('"<= 40%"', '"<= 40%", margin: 1%')
    code, told = compared(plan(tmp_path, RECALL + narrow), capsys)
    assert code == 2
    assert "not shown within the margin of `false-alarms`" in told["headline"]
    wide = ALARMS.replace('"<= 40%"', '"<= 40%", margin: 10%')
    assert compared(plan(tmp_path, RECALL + wide), capsys)[0] == 0


def test_fewer_hits_are_better_for_zero_tolerance(tmp_path, capsys):
    records = rows(1000, found=(0.9, 0.9))
    for record in records[:30]:
        record["decision"] = ""
    write(tmp_path, records)
    gates = "  - {id: decided, metric: broken, data: eval, allow: 0, trials: 500}\n"
    code, told = compared(plan(tmp_path, gates), capsys)
    assert (code, told["chosen"]) == (0, "next")
    assert told["gates"][0]["lower_is_better"]
    assert told["gates"][0]["figures"][0]["better"] == "next"


def test_kinds_without_an_interval_are_shown_and_decide_nothing(tmp_path, capsys):
    write(tmp_path, rows(400, found=(0.9, 0.9)))
    gates = '  - {id: slow, metric: latency, data: eval, require: "<= 0.99"}\n'
    code, told = compared(plan(tmp_path, gates), capsys)
    assert code == 2
    assert "no gate has an interval for the difference" in told["headline"]
    assert told["gates"][0]["figures"][0]["interval"] is None


def test_long_tables_pair_by_their_key_and_nobody_is_lost(tmp_path, capsys):
    long = []
    for record in rows(800, found=(0.87, 0.95)):
        shared = {"label": record["label"], "cost": record["cost"]}
        if record["id"] != 7:
            long.append({"id": record["id"], "arm": "a", "decision": record["decision"], **shared})
        if record["id"] not in (3, 4):
            long.append({"id": record["id"], "arm": "b", "decision": record["decision_b"], **shared})
    long += [dict(long[-1]), {**long[-1], "id": ""}]
    write(tmp_path, long)
    arms = "arms: {now: {where: \"arm == 'a'\"}, next: {where: \"arm == 'b'\"}}\n"
    _, told = compared(plan(tmp_path, RECALL, arms, "csv: e.csv, pair: id"), capsys)
    (pairs,) = told["pairs"]
    assert pairs["pairs"] == 796
    assert pairs["repeated"] == [0, 2]
    assert pairs["unkeyed"] == [0, 1]
    assert pairs["only"] == [3, 1]
    assert "3 of now (3 keys not in next)" in pairs["says"]
    assert told["gates"][0]["figures"][0]["paired"]


def test_without_a_key_the_arms_are_two_samples(tmp_path, capsys):
    write(tmp_path, rows(800, found=(0.87, 0.95)))
    write(tmp_path, rows(800, found=(0.95, 0.95), seed=2), "f.csv")
    arms = "arms: {now: {}, next: {data: {eval: other}}}\n"
    folder = plan(tmp_path, RECALL, arms)
    text = (folder / "holdfast.yaml").read_text()
    (folder / "holdfast.yaml").write_text(text.replace("{csv: e.csv}", "{csv: e.csv}, other: {csv: f.csv}"))
    _, told = compared(folder, capsys)
    assert not told["gates"][0]["figures"][0]["paired"]
    assert "nothing says how its records pair" in told["pairs"][0]["says"]


def test_data_that_both_arms_read_alike_are_not_compared(tmp_path, capsys):
    write(tmp_path, rows(800, found=(0.87, 0.95)))
    write(tmp_path, rows(400, found=(0.9, 0.9), seed=3), "same.csv")
    gates = RECALL + ALARMS.replace("data: eval", "data: same")
    folder = plan(tmp_path, gates, WIDE.replace("next: {", "next: {only: [eval], "))
    text = (folder / "holdfast.yaml").read_text()
    (folder / "holdfast.yaml").write_text(text.replace("{csv: e.csv}", "{csv: e.csv}, same: {csv: same.csv}"))
    _, told = compared(folder, capsys)
    assert told["figures"] == 1
    assert told["gates"][1]["figures"][0]["notes"] == ["both arms read the same records"]
    assert {each["data"]: each["says"] for each in told["pairs"]}["same"] == "both arms read the same records"


def test_arms_may_bring_the_files_of_a_source_that_is_in_none(tmp_path, capsys):
    write(tmp_path, rows(800, found=(0.87, 0.95)))
    write(tmp_path, rows(800, found=(0.95, 0.95)), "f.csv")
    arms = "arms: {now: {data: {eval: one}}, next: {data: {eval: other}}}\n"
    folder = plan(tmp_path, RECALL, arms, "records: triage")
    text = (folder / "holdfast.yaml").read_text()
    files = "one: {csv: e.csv, pair: id}, other: {csv: f.csv}"
    (folder / "holdfast.yaml").write_text(text.replace("{records: triage}", f"{{records: triage}}, {files}"))
    _, told = compared(folder, capsys)
    assert told["not_compared"] == []
    assert told["gates"][0]["figures"][0]["paired"]
    assert told["gates"][0]["figures"][0]["better"] == "next"


def test_clustered_pairs_are_compared_by_cluster_and_less_surely(tmp_path, capsys):
    # ten turns of one conversation answer alike
    records = [
        {**record, "id": 10 * record["id"] + turn, "talk": record["id"]}
        for record in rows(160, found=(0.82, 0.93), seed=6)
        for turn in range(10)
    ]
    write(tmp_path, records)
    widths = []
    for data in ("csv: e.csv", "csv: e.csv, cluster: talk"):
        (figure,) = compared(plan(tmp_path, RECALL, data=data), capsys)[1]["gates"][0]["figures"]
        widths.append(figure["interval"][1] - figure["interval"][0])
        assert figure["paired"]
    assert widths[1] > 2 * widths[0]
    assert "linearised" in figure["method"]
    assert figure["p_value"] is None


def test_comparing_is_recorded_once_and_decides_no_release(tmp_path, capsys):
    write(tmp_path, rows(1000, found=(0.87, 0.95)))
    plan(tmp_path, RECALL + ALARMS)
    compared(tmp_path, capsys)
    compared(tmp_path, capsys)
    (fact,) = facts(tmp_path, "compare/triage")
    assert isinstance(fact, ArmsCompared)
    assert fact.chosen == "next"
    assert len(fact.looks) == 4
    assert facts(tmp_path, "release/triage") == []
    assert facts(tmp_path, "gate/triage/recall") == []


def test_a_check_counts_a_comparison_as_a_look_at_both_bundles(tmp_path, capsys):
    write(tmp_path, rows(600, found=(0.82, 0.83)))
    plan(tmp_path, RECALL)
    compared(tmp_path, capsys)
    run(["check", str(tmp_path)])
    capsys.readouterr()
    (same,) = facts(tmp_path, "gate/triage/recall")
    assert isinstance(same, GateDecided)
    assert same.look == 1, "the same data is the same look"
    write(tmp_path, rows(700, found=(0.82, 0.83)))
    run(["check", str(tmp_path)])
    capsys.readouterr()
    again = facts(tmp_path, "gate/triage/recall")[-1]
    assert isinstance(again, GateDecided)
    assert again.look == 2
    assert isinstance(facts(tmp_path, "release/triage")[-1], ReleaseDecided)


def test_comparing_again_on_more_data_widens_the_differences(tmp_path, capsys):
    write(tmp_path, rows(600, found=(0.9, 0.91)))
    plan(tmp_path, RECALL)
    _, first = compared(tmp_path, capsys)
    write(tmp_path, rows(602, found=(0.9, 0.91)))
    _, second = compared(tmp_path, capsys)
    assert (first["look"], second["look"]) == (1, 2)
    widths = [
        each["gates"][0]["figures"][0]["interval"][1] - each["gates"][0]["figures"][0]["interval"][0]
        for each in (first, second)
    ]
    assert widths[1] > 1.1 * widths[0]
    write(tmp_path, rows(600, found=(0.9, 0.91)))
    assert compared(tmp_path, capsys)[1]["look"] == 1, "the same data is the same look"


def test_the_terminal_fits_and_says_the_choice_first(tmp_path, capsys):
    write(tmp_path, rows(1000, found=(0.87, 0.95)))
    gates = (
        RECALL
        + '  - {id: a-gate-with-a-very-long-name-indeed, metric: cost, data: eval, require: "<= 0.6"}\n'
    )
    code = run(["compare", str(plan(tmp_path, gates)), "--arms", "now,next"])
    out = capsys.readouterr().out
    assert code == 0
    assert out.startswith("CHOOSE next Both pass")
    assert max(len(line) for line in out.splitlines() if not line.startswith(("report", "facts"))) <= 100


def test_markdown_is_written_and_marks_nothing_up(tmp_path, capsys):
    write(tmp_path, rows(400, found=(0.87, 0.95)))
    folder = plan(tmp_path, RECALL, WIDE.replace("next: {", "next: {describes: '<b>a|b</b>', "))
    run(["compare", str(folder), "--arms", "now,next", "--markdown", str(tmp_path / "c.md")])
    text = (tmp_path / "c.md").read_text()
    assert "| recall | ≥ 80%" in text
    assert "&lt;b&gt;a\\|b&lt;/b&gt;" in text


@pytest.mark.parametrize(
    ("arms", "asked", "words"),
    [
        (WIDE, "now,nxt", "HF502.*no arm `nxt`: did you mean `next`"),
        (WIDE, "now", "HF501.*one arm given.*--arms now,next"),
        (WIDE, "now,now", "HF501.*one arm given"),
        (WIDE + "", "now,next,now", "HF501.*3 arms given"),
        ("", "now,next", "HF501.*no `arms`.*docs/compare.md"),
        ("arms: {now: {}, next: {}}\n", "now,next", "HF310.*read the same records"),
        ("arms: {now: {}, next: {where: \"id == 'x'\"}}\n", "now,next", "HF113.*id"),
        ('arms: {now: {}, next: {where: "id < 0"}}\n', "now,next", "HF310.*`next` has no record"),
        ("arms: {now: {}, next: {columns: {decision: decisionb}}}\n", "now,next", "HF113.*`decisionb`"),
        (
            "arms: {now: {bundle: v1}, next: {bundle: v1, where: id > 9}}\n",
            "now,next",
            "HF310.*both of the bundle",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line_and_leaves_no_trace(
    tmp_path, capsys, arms, asked, words
):
    import re

    write(tmp_path, rows(50, found=(0.9, 0.9)))
    assert run(["compare", str(plan(tmp_path, RECALL, arms)), "--arms", asked]) == 3
    told = capsys.readouterr()
    assert re.search(words, told.err.replace("\n", " ")), told.err
    assert told.out == ""
    assert not (tmp_path / ".holdfast").exists()


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("label", "HF310.*names no record: 100 share"),
        ("blank", "HF310.*null in every record"),
        ("idd", "HF113.*`idd`.*did you mean `id`"),
    ],
)
def test_a_key_that_pairs_nothing_is_refused(tmp_path, capsys, pair, words):
    import re

    records = [{**record, "arm": arm, "blank": ""} for arm in "ab" for record in rows(50, found=(0.9, 0.9))]
    write(tmp_path, records)
    arms = "arms: {now: {where: \"arm == 'a'\"}, next: {where: \"arm == 'b'\"}}\n"
    folder = plan(tmp_path, RECALL, arms, f"csv: e.csv, pair: {pair}")
    assert run(["compare", str(folder), "--arms", "now,next"]) == 3
    assert re.search(words, capsys.readouterr().err.replace("\n", " "))
