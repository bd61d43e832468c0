"""Lint with the data at hand: columns, and whether a gate's sample can ever be enough."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from holdfast.measure.disparity import DisparityEstimator
from holdfast.measure.judgements import Requirement
from holdfast.measure.judging import judge
from holdfast.measure.rates import RateEstimator
from holdfast.measure.states import Counts, Groups
from holdfast.plan.model.lint.running import Linted
from holdfast.plan.model.lint.subject import Data, Trials
from holdfast.plan.views.looking import look
from holdfast.plan.views.reading import read_plan
from holdfast.telemetry.files.duck import DuckEngine

Lint = Callable[..., Linted]
HEAD = """\
holdfast: 1
system: {id: s, name: S}
levers: {enabled: {kind: switch, safe: disabled}}
safe_mode: {enabled: safe}
"""


def told(linted: Linted) -> list[str]:
    return [f"{each.code} {each.place.line}: {each.message} | {each.fix}" for each in linted.findings]


@pytest.fixture
def lint_here(linted: Lint, tmp_path: Path) -> Callable[..., Linted]:
    """Lint a plan whose `eval.parquet` has the given columns."""

    def run(text: str, **columns: list[object]) -> Linted:
        if columns:
            parquet.write_table(pa.table(columns), tmp_path / "eval.parquet")
        plan = tmp_path / "holdfast.yaml"
        plan.write_text(HEAD + text, "utf-8")
        return linted(HEAD + text, data=look(DuckEngine(), read_plan(plan)))

    return run


def test_a_misspelt_column_is_shown_where_it_is_named_with_the_nearest(lint_here: Lint) -> None:
    found = lint_here(
        'data: {eval: {parquet: eval.parquet}}\nmetrics: {t: {kind: rate, hit: "toxicty > 0.8"}}\n'
        'gates: [{id: t, metric: t, data: eval, require: "<= 50%"}]\n',
        toxicity=[0.1] * 100,
    )
    [only] = found.findings
    assert only.code == "HF113"
    assert only.fix == "did you mean `toxicity` (number)?"
    assert only.place.text[only.place.column - 1 :].startswith("toxicty > 0.8")


def test_a_wrong_type_and_a_wrong_slice_are_found_together(lint_here: Lint) -> None:
    found = lint_here(
        "data: {eval: {parquet: eval.parquet}}\n"
        'metrics: {t: {kind: rate, hit: "note > 3"}, r: {kind: rate, hit: bad, by: [langage]}}\n'
        'gates: [{id: t, metric: t, data: eval, require: "<= 50%"},'
        ' {id: r, metric: r, data: eval, require: "<= 50%"}]\n',
        note=["a"] * 100,
        bad=[False] * 100,
        language=["en"] * 100,
    )
    assert [each.code for each in found.findings] == ["HF113", "HF113"]
    assert "did you mean `language` (text)?" in [each.fix for each in found.findings]


def test_columns_of_an_indicator_of_a_reference_and_of_a_source_are_looked_at(lint_here: Lint) -> None:
    found = lint_here(
        "data:\n"
        "  eval: {parquet: eval.parquet}\n"
        '  part: {parquet: eval.parquet, where: "splt == 1"}\n'
        "metrics: {d: {kind: drift, column: scor, reference: eval}, r: {kind: rate, hit: bad}}\n"
        "indicators:\n"
        "  - {id: i, watch: {metric: d, data: eval, window: 1h, above: 0.2}, why: w, first_move: f,"
        " act: [{freeze: changes}]}\n"
        'gates: [{id: r, metric: r, data: part, require: "<= 50%"}]\n',
        score=[1.0] * 100,
        split=[1] * 100,
        bad=[False] * 100,
    )
    assert sorted(each.place.line for each in found.findings if each.code == "HF113") == [7, 8]


def test_data_that_is_not_there_is_told_and_is_no_finding(lint_here: Lint, tmp_path: Path) -> None:
    text = (
        "data: {eval: {parquet: eval.parquet}, live: {records: s}, spare: {csv: none.csv}}\n"
        "metrics: {t: {kind: rate, hit: x}}\n"
        'gates: [{id: t, metric: t, data: eval, require: "<= 1%"},'
        ' {id: u, metric: t, data: live, require: "<= 1%"}]\n'
    )
    assert lint_here(text).findings == ()
    data = look(DuckEngine(), read_plan(tmp_path))
    assert list(data.unseen) == ["eval"]
    assert "no file matches" in data.unseen["eval"]
    assert data.elsewhere == ("live",)


def test_what_is_counted_is_what_the_check_would_judge(lint_here: Lint, tmp_path: Path) -> None:
    lint_here(
        "data: {eval: {parquet: eval.parquet}}\n"
        "metrics:\n"
        "  recall: {kind: recall, decision: found, label: sick, by: [sex]}\n"
        "  gap: {kind: disparity, of: {kind: recall, decision: found, label: sick}, over: [sex]}\n"
        "gates:\n"
        '  - {id: recall, metric: recall, data: eval, require: ">= 50%"}\n'
        '  - {id: whole, metric: recall, data: eval, require: ">= 50%", by: []}\n'
        '  - {id: major, metric: recall, data: eval, require: ">= 50%", major: 30%}\n'
        '  - {id: gap, metric: gap, data: eval, require: "<= 90%"}\n',
        found=[True] * 100,
        sick=[True] * 60 + [False] * 30 + [None] * 10,
        sex=["f"] * 50 + ["m"] * 10 + ["f"] * 30 + ["m"] * 10,
    )
    data = look(DuckEngine(), read_plan(tmp_path))
    assert data.rows == {"eval": 100}
    assert data.trials == {
        "recall": (Trials("sex = f", 50), Trials("sex = m", 10)),
        "whole": (Trials("", 60),),
        "major": (Trials("sex = f", 50),),
        "gap": (Trials("sex = f", 50), Trials("sex = m", 10)),
    }


def test_labels_that_are_no_labels_leave_the_number_of_records(lint_here: Lint, tmp_path: Path) -> None:
    lint_here(
        "data: {eval: {parquet: eval.parquet}}\nmetrics: {r: {kind: recall, decision: d, label: l}}\n"
        'gates: [{id: r, metric: r, data: eval, require: ">= 50%"}]\n',
        d=[1] * 100,
        l=[7] * 100,
    )
    data = look(DuckEngine(), read_plan(tmp_path))
    assert (data.rows, data.trials, data.wrong) == ({"eval": 100}, {}, ())


def test_duckdb_and_csv_files_are_looked_at(lint_here: Lint, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "qa.duckdb")) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS bad FROM range(10)")
    (tmp_path / "x.csv").write_text("bad\n" + "0\n" * 20)
    found = lint_here(
        "data: {a: {duckdb: qa.duckdb, table: t}, b: {csv: x.csv}}\nmetrics: {r: {kind: rate, hit: bed}}\n"
        'gates: [{id: a, metric: r, data: a, require: "<= 50%"}, {id: b, metric: r, data: b,'
        ' require: "<= 50%"}]\n'
    )
    assert {each.fix for each in found.findings} == {"did you mean `bad` (number)?"}


RATE = """\
data: {eval: {parquet: eval.parquet}}
metrics:
  m: {kind: rate, hit: bad, by: [part]}
  gap: {kind: disparity, of: {kind: rate, hit: bad}, over: [part]}
gates: [{id: g, metric: m, data: eval, GATE}]
"""


def gate(linted: Lint, said: str, *trials: Trials, rows: int = 0, metric: str = "m") -> list[str]:
    text = HEAD + RATE.replace("GATE", said).replace("metric: m,", f"metric: {metric},")
    data = Data(rows={"eval": rows} if rows else {}, trials={"g": trials} if trials else {})
    return told(linted(text, data=data))


def test_too_few_records_for_a_limit_say_how_many_are_needed(linted: Lint) -> None:
    [found] = gate(linted, 'require: "<= 1%"', Trials("part = a", 299), Trials("part = b", 298))
    assert found == (
        "HF109 9: `g` can never pass on data `eval`: it has 298 records for part = b, and 299 without a"
        " single failure are the fewest that show `<= 1%` with 95 % confidence"
        " | bring 299 records for part = b, or require less"
    )
    assert gate(linted, 'require: "<= 1%"', Trials("part = a", 299), Trials("part = b", 299)) == []


@pytest.mark.parametrize("require", ["<= 1%", "< 2.5%", ">= 98%", "> 99.5%"])
@pytest.mark.parametrize("confidence", ["90%", "95%", "99%"])
def test_the_size_that_is_said_is_the_one_from_which_the_gate_can_pass(
    linted: Lint, require: str, confidence: str
) -> None:
    sign, level = require.split(" ")
    requirement = Requirement(sign, float(level.rstrip("%")) / 100)
    share = float(confidence.rstrip("%")) / 100

    def passes(n: int) -> bool:
        state = Counts(0 if sign.startswith("<") else n, n)
        return judge(RateEstimator(), {(): state}, requirement, confidence=share).verdict.value == "pass"

    said = f'require: "{require}", confidence: {confidence}, by: []'
    [found] = gate(linted, said, Trials("", 1))
    fewest = int(found.split("bring ")[1].split(" ")[0].replace(",", ""))
    assert passes(fewest)
    assert not passes(fewest - 1)
    assert gate(linted, said, Trials("", fewest)) == []
    assert len(gate(linted, said, Trials("", fewest - 1))) == 1


def test_fewer_records_than_trials_can_never_pass(linted: Lint) -> None:
    [found] = gate(linted, "allow: 0, trials: 1000", rows=400)
    assert "it has 400 records, and it asks for 1,000 trials" in found
    assert gate(linted, "allow: 0, trials: 1000", rows=1000) == []


def test_a_minimum_that_no_slice_reaches(linted: Lint) -> None:
    [found] = gate(linted, 'require: "<= 50%", minimum: 500', Trials("part = a", 400))
    assert "`minimum` asks for 500" in found


def test_a_bare_value_needs_no_size(linted: Lint) -> None:
    assert gate(linted, 'require: "<= 1%", judge: point', Trials("", 3)) == []


def test_without_counts_the_number_of_records_speaks(linted: Lint) -> None:
    assert len(gate(linted, 'require: "<= 1%"', rows=298)) == 1
    assert gate(linted, 'require: "<= 1%"', rows=299) == []
    assert gate(linted, 'require: "<= 1%"') == []


def test_groups_that_are_too_small_for_a_gap(linted: Lint) -> None:
    [found] = gate(linted, 'require: "<= 5%"', Trials("part = a", 900), Trials("part = b", 20), metric="gap")
    assert "20 records for part = b: even groups that are alike would not show `<= 5%`" in found
    said = int(found.split("bring about ")[1].split(" ")[0])

    def upper(n: int) -> float:
        ends = DisparityEstimator().bounds(Groups(({("a",): Counts(0, 45 * n), ("b",): Counts(0, n)},)), 0.05)
        assert ends is not None
        return ends[1]

    assert upper(said + 1) <= 0.05 < upper(20)
    assert gate(linted, 'require: "<= 5%"', Trials("a", 900), Trials("b", said + 1), metric="gap") == []


def test_groups_of_a_gap_below_its_minimum(linted: Lint) -> None:
    small = Trials("part = a", 900), Trials("part = b", 400)
    [found] = gate(linted, 'require: "<= 50%", minimum: 500', *small, metric="gap")
    assert "it has 400 records for part = b, and `minimum` asks for 500" in found
    assert gate(linted, 'require: "<= 50%", minimum: 400', *small, metric="gap") == []


@pytest.mark.parametrize(
    ("require", "words"),
    [
        ("<= 0", "write `allow: 0, trials: 4000` (no hit in 4,000 shows at most 0.0749 %)"),
        ("< 0%", "no rate is `< 0%` | did you mean `<= 0%`?"),
        (">= 0%", "can never fail: every rate is `>= 0%`"),
        ("<= 100%", "can never fail: every rate is `<= 100%`"),
        (">= 100%", "count the misses: a `rate` of what must not happen with `allow: 0, trials: 4000`"),
        ("> 100%", "can never pass: no rate is `> 100%`"),
    ],
)
def test_a_level_at_the_very_end(linted: Lint, require: str, words: str) -> None:
    [found] = gate(linted, f'require: "{require}"', rows=4321)
    assert words in found


def test_zero_of_what_is_no_share_is_a_level_like_any_other(linted: Lint) -> None:
    text = HEAD + RATE.replace("kind: rate, hit: bad, by: [part]}", "kind: mean, column: delta}").replace(
        "GATE", 'require: "<= 0"'
    )
    assert told(linted(text)) == []


def test_a_time_that_is_none_is_shown_where_the_source_names_it(lint_here: Lint) -> None:
    found = lint_here(
        "data: {eval: {parquet: eval.parquet, time: at}}\n"
        'metrics: {r: {kind: rate, hit: bad}}\ngates: [{id: r, metric: r, data: eval, require: "<= 50%"}]\n',
        at=["2026-11-21T10:00:00"] * 100,
        bad=[False] * 100,
    )
    [only] = [each for each in found.findings if each.code == "HF113"]
    assert only.message == "column `at` of data `eval` is text where a time is needed"
    assert only.place.text[only.place.column - 1 :].startswith("at}")


@pytest.mark.parametrize(
    ("said", "found"), [("", ["HF110"]), (", time: at", []), (", time: at, labelled: at", [])]
)
def test_an_indicator_on_records_without_a_time_never_alarms(
    lint_here: Lint, said: str, found: list[str]
) -> None:
    told = lint_here(
        f"data: {{eval: {{parquet: eval.parquet{said}}}}}\nmetrics: {{r: {{kind: rate, hit: bad}}}}\n"
        "indicators: [{id: i, watch: {metric: r, data: eval, window: 1h, above: 1%}, act: [{page: p}],"
        " why: w, first_move: m}]\npeople: {p: {route: r}}\nroutes: {r: {smtp: p@corp.example}}\n"
    )
    assert [each.code for each in told.findings] == found
