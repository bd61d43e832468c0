"""Wrong plans and wrong records: each gets one clear error, or a reason why nothing can be decided."""

from __future__ import annotations

import json
import math
import os
import sqlite3
from contextlib import closing

import pytest

INF = math.inf
NAN = math.nan


def gate(**keys):
    """Return the usual gate with other values, as YAML."""
    return json.dumps(
        {"id": "g", "metric": "m", "data": "eval", "require": "<= 50%", "blocking": True} | keys
    )


@pytest.mark.parametrize(
    ("parts", "code", "words"),
    [
        (
            {"gate": '{id: g, metrc: m, data: eval, require: "< 5%"}'},
            "HF202",
            ["metrc", ":8:13", "`metric`?"],
        ),
        ({"extra": "gats: []\n"}, "HF202", ["gats", ":9:1", "did you mean `gates`?"]),
        ({"gate": gate(blocking="maybe")}, "HF203", ["expected true or false, got `maybe`", ":8:"]),
        ({"gate": gate(minimum="many")}, "HF203", ["a whole number", "`many`"]),
        ({"gate": gate(require="about 5")}, "HF203", ["a requirement such as", "start with <"]),
        ({"gate": gate(confidence="110%")}, "HF207", ["110%", ":8:"]),
        ({"metric": "{kind: rat, hit: wrong}"}, "HF203", ["`rat` is no kind of metric", "`rate`?"]),
        ({"metric": "[rate, wrong]"}, "HF203", [":6:"]),
        ({"extra": f"  - {gate()}\n"}, "HF205", ["`g` is used twice", ":9:", "first in holdfast.yaml:8:"]),
        ({"extra": "system: {id: b}\n"}, "HF204", ["`system` is written twice", ":9:1", "line 2"]),
        ({"gate": gate(metric="n")}, "HF206", ["no metric is called `n`", "has: m"]),
        ({"gate": gate(data="evla")}, "HF206", ["evla", "`eval`?"]),
        ({"gate": '{id: g, data: eval, require: "< 5%"}'}, "HF213", ["`metric`", ":8:"]),
        ({"data": "{duckdb: eval.duckdb}"}, "HF213", ["`table`", ":4:3"]),
        ({"data": '{parquet: "\\0"}'}, "HF203", ["control character", ":4:19"]),
        ({"extra": "include: [more.yaml]\n"}, "HF211", ["no file `more.yaml`", ":9:11"]),
        ({"extra": "include: [holdfast.yaml]\n"}, "HF208", ["include each other", ":9:11"]),
        ({"extra": 'include: ["\\0"]\n'}, "HF211", ["cannot be read", ":9:11"]),
    ],
)
def test_a_wrong_plan_is_shown_where_it_is_wrong(desk, parts, code, words):
    desk.plan(**parts)
    desk.refused(code, "holdfast.yaml:", *words)


def test_a_day_that_is_not_in_the_calendar(desk):
    desk.plan(
        extra="people: {board: {}}\ntolerance:\n"
        "  - {id: t, statement: At most one in a million, set_by: board, reviewed: 2026-02-30}\n"
    )
    desk.refused("HF207", "`2026-02-30`", "holdfast.yaml:11:", "February 2026 has 28 days")


def test_files_that_include_each_other(desk):
    desk.plan(extra="include: [a.yaml]\n")
    desk.text("holdfast: 1\ninclude: [b.yaml]\n", "a.yaml")
    desk.text("holdfast: 1\ninclude: [a.yaml]\n", "b.yaml")
    desk.refused("HF208", "a.yaml -> b.yaml -> a.yaml", "b.yaml:2:11")


BOMB = "holdfast: 1\na: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a, *a]\n" for i in range(9))


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("", "HF201", ["the file is empty"]),
        ("- 1\n", "HF201", ["a list at the top", ":1:1"]),
        ("holdfast: 1\nsystem: {id: [\n", "HF201", ["holdfast.yaml:"]),
        (b"holdfast: 1\nsystem: \x00\n", "HF201", ["control character U+0000", ":2:9"]),
        (BOMB, "HF209", ["no anchors and aliases", ":2:4"]),
        ("holdfast: 1\nx: " + "[" * 5000 + "]" * 5000, "HF209", ["holdfast.yaml:2"]),
        ("holdfast: 1\nx: " + "[" * 20_000, "HF209", ["a line of", "break the line"]),
        ("holdfast: 1\nname: Zoë\n".encode("latin-1"), "HF210", ["0xeb", ":2:9", "save the file as UTF-8"]),
        (bytes(range(128, 256)) * 9, "HF210", ["not UTF-8"]),
    ],
    ids=["empty", "list", "cut off", "null byte", "bomb", "deep", "long line", "latin-1", "binary"],
)
def test_a_file_that_is_no_plan(desk, content, code, words):
    desk.text(content)
    desk.refused(code, "holdfast.yaml", *words)


def test_fifty_megabytes_of_yaml(desk):
    with (desk.folder / "holdfast.yaml").open("wb") as file:
        file.write(b"holdfast: 1\n# ")
        file.truncate(50_000_000)
    desk.refused("HF209", "50.0 MB is too large", "at most 2 MB a file")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check"], ["no plan in the folder"]),
        (["check", "holdfst.yaml"], ["no file `holdfst.yaml`"]),
        (["check", "no/where"], ["no file `no/where`"]),
        (["check", "x" * 300], ["file name too long"]),
        (["plan", "show"], ["no file `holdfast.yaml`"]),
        (["measure", "m"], ["no plan in the folder"]),
    ],
)
def test_a_plan_that_is_not_there(desk, arguments, words):
    desk.refused("HF211", *words, run=tuple(arguments))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("len(wrong) > 2", ["`len(` would be a call", ":6:25"]),
        ("wrong.real > 1", ["would be an attribute", ":6:25"]),
        ("__class__ == 1", ["`__class__` is not in the language", ":6:25"]),
        ('__import__("os")', ["`__import__` is not in the language", ":6:24"]),
        ("import os", ["holdfast.yaml:6:"]),
        ("lambda: 1", ["`:` is not in the language", ":6:31"]),
        ("[x for x in wrong]", ["there are no subscripts", ":6:25"]),
        ("", ["the expression is empty", ":6:25"]),
        ("(" * 4000 + "wrong" + ")" * 4000, ["holdfast.yaml:6:"]),
    ],
    ids=["call", "attribute", "dunder", "import", "statement", "lambda", "comprehension", "empty", "deep"],
)
def test_an_expression_that_is_none(desk, expression, words):
    desk.plan(metric=f"{{kind: rate, hit: {json.dumps(expression)}}}")
    desk.refused("HF212", *words)


def test_ten_thousand_parentheses(desk):
    folded = "\n      ".join(["(" * 2500] * 4 + ["wrong"] + [")" * 2500] * 4)
    desk.plan(metric=f'{{kind: rate, hit: "{folded}"}}')
    desk.refused("HF209", "a text of 20,0", "at most 20,000", "holdfast.yaml:6:24")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"metric": '{kind: rate, hit: "wrnog"}'}, [":6:25", "did you mean `wrong` (true or false)?"]),
        ({"metric": '{kind: rate, hit: "zzz > 1"}'}, [":6:25", "it has `age` (number), `label` (number)"]),
        ({"metric": '{kind: rate, hit: wrong, among: "wordz == 1"}'}, [":6:39", "`words` (text)"]),
        ({"metric": "{kind: rate, hit: wrong, by: [taem]}"}, [":6:36", "`team` (text)"]),
        ({"gate": '{id: g, metric: m, data: eval, require: "< 5%", by: [taem]}'}, [":8:58", "`team`"]),
        ({"metric": "{kind: disparity, of: {kind: rate, hit: wrong}, over: [taem]}"}, [":6:61", "`team`"]),
        ({"metric": "{kind: disparity, of: {kind: rate, hit: wrnog}, over: [team]}"}, [":6:46", "`wrong`"]),
        ({"metric": "{kind: agreement, between: [label, labell]}"}, [":6:41", "`label`"]),
        ({"metric": "{kind: drift, column: scor, reference: eval, test: psi}"}, [":6:28", "`score`"]),
        ({"metric": "{kind: mean, column: words}"}, [":6:27", "is text", "a number is needed here"]),
        ({"metric": '{kind: rate, hit: "words >= 0.5"}'}, [":6:25", "is text and 0.5 is", "'0.5'"]),
        ({"metric": '{kind: rate, hit: "words + 1 > 2"}'}, [":6:25", "a number is needed here"]),
        ({"metric": "{kind: recall, decision: wrong, label: words}"}, [":6:45", "words == 'word'"]),
        ({"data": '{parquet: eval.parquet, where: "agee > 3"}'}, [":4:41", "`age` (number)"]),
        ({"data": "{parquet: eval.parquet, where: words}"}, [":4:40", "yes or no is needed"]),
        ({"data": "{parquet: eval.parquet, cluster: taem}"}, [":4:42", "`team` (text)"]),
        ({"data": "{parquet: eval.parquet, columns: {hits: wrnog}}"}, [":4:49", "`wrong`"]),
        ({"data": "{parquet: eval.parquet, derive: {band: {cut: agee, at: [3]}}}"}, [":4:54", "`age`"]),
        ({"data": "{parquet: eval.parquet, derive: {band: {cut: words, at: [3]}}}"}, [":4:54", "number"]),
    ],
)
def test_a_wrong_column_is_shown_in_the_plan(desk, parts, words):
    desk.plan(**parts)
    desk.refused("HF113", *words)


def test_a_wrong_column_on_the_command_line(desk):
    desk.plan()
    desk.refused("HF113", "`taem`", "did you mean `team` (text)?", run=("measure", "m", "--by", "taem"))


GIVEN = {
    "eval.parquet": {
        "empty": (lambda _: b"", "it is empty (0 bytes)"),
        "cut off": (lambda whole: whole[:-500], "it is cut off"),
        "no middle": (lambda whole: whole[:900] + b"PAR1", "data `eval`"),
        "something else": (lambda _: b"wrong,score\n" * 9, "it is no Parquet file"),
    },
    "eval.csv": {
        "empty": (lambda _: b"", "it is empty (0 bytes)"),
        "too few values": (lambda _: b"wrong,b\ntrue,1\ntrue\n", "line"),
        "too many values": (lambda _: b"wrong,b\ntrue,1\ntrue,2,3\n", "line"),
        "an open quote": (lambda _: b'wrong,b\ntrue,"1\ntrue,2\n', "line"),
        "a name twice": (lambda _: b"wrong,wrong\ntrue,1\n", "names `wrong` twice"),
        "no UTF-8": (lambda _: "wrong,b\ntrue,ë\n".encode("latin-1"), "not UTF-8"),
        "no UTF-8, far down": (lambda _: b"wrong,b\n" + b"true,1\n" * 9000 + b"true,\xeb\n", "line: 9002"),
        "Parquet": (lambda whole: whole, "not UTF-8"),
    },
    "eval.duckdb": {
        "empty": (lambda _: b"", "it is empty (0 bytes)"),
        "something else": (lambda whole: whole, "not a valid DuckDB database"),
    },
}
CASES = [(name, what, *case) for name, cases in GIVEN.items() for what, case in cases.items()]


@pytest.mark.parametrize(("name", "what", "damaged", "said"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES])
def test_a_data_file_that_cannot_be_read(desk, name, what, damaged, said):
    kind = name.removeprefix("eval.")
    desk.plan(data=f"{{{kind}: {name}" + (", table: t}" if kind == "duckdb" else "}"))
    desk.text(damaged((desk.folder / "eval.parquet").read_bytes()), name)
    desk.refused("HF302", said, "holdfast.yaml:4:")


def test_a_database_without_the_table(desk):
    import duckdb

    duckdb.connect(str(desk.folder / "eval.duckdb")).execute("CREATE TABLE other AS SELECT 1 AS a").close()
    desk.plan(data="{duckdb: eval.duckdb, table: t}")
    desk.refused("HF302", "it has no table `t`", "it has: other", "holdfast.yaml:4:")


def test_a_database_of_another_program(desk):
    with closing(sqlite3.connect(desk.folder / "eval.duckdb")) as connection:
        connection.execute("CREATE TABLE t (wrong)")
    desk.plan(data="{duckdb: eval.duckdb, table: t}")
    desk.refused("HF302", "not a valid DuckDB database")


@pytest.mark.parametrize("kind", ["parquet", "csv", "duckdb"])
def test_a_folder_is_no_data_file(desk, kind):
    (desk.folder / "folder").mkdir()
    desk.plan(data=f"{{{kind}: folder" + (", table: t}" if kind == "duckdb" else "}"))
    desk.refused("HF302", "it is a folder", f"write `folder/*.{kind}`", "holdfast.yaml:4:")


@pytest.mark.parametrize(
    ("pattern", "code", "words"),
    [
        ("evl.parquet", "HF301", ["did you mean `eval.parquet`?"]),
        ("zzz.csv", "HF301", ["holds eval.parquet, holdfast.yaml"]),
        ("data/*.parquet", "HF301", ["there is no folder `data`"]),
        ("x" * 300, "HF302", ["file name too long"]),
    ],
)
def test_data_that_is_not_there(desk, pattern, code, words):
    desk.plan(data=f"{{parquet: {pattern}}}")
    desk.refused(code, "holdfast.yaml:4:19", *words)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("pattern", ["locked/eval.parquet", "locked/*.parquet", "unreadable.parquet"])
def test_data_without_permission(desk, pattern):
    (desk.folder / "locked").mkdir(mode=0)
    desk.records("unreadable.parquet")
    (desk.folder / "unreadable.parquet").chmod(0)
    desk.plan(data=f"{{parquet: {pattern}}}")
    try:
        desk.refused("HF302", "no permission to read it", "holdfast.yaml:4:19")
    finally:
        (desk.folder / "locked").chmod(0o700)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"metric": "{kind: recall, decision: wrong, label: age}"}, [":6:45", '"age == 1"']),
        ({"metric": '{kind: rate, hit: "wrong and age + 1"}'}, [":6:35", '"age + 1 == 1"']),
        ({"metric": "{kind: calibration_error, score: score, label: age}"}, [":6:53", '"age == 1"']),
        ({"data": "{parquet: eval.parquet, where: age}"}, [":4:40", '"age == 1"']),
    ],
)
def test_labels_that_are_not_two_values(desk, parts, words):
    desk.plan(**parts)
    desk.refused("HF303", "used as yes or no", *words)


CALIBRATION = "{kind: calibration_error, score: score, label: label}"


@pytest.mark.parametrize(("value", "said"), [(NAN, "NaN"), (INF, "inf"), (1.5, "1.5"), (-0.1, "-0.1")])
def test_scores_that_are_no_probabilities(desk, value, said):
    desk.records(score=[value] + [0.5] * 99)
    desk.plan(metric=CALIBRATION)
    desk.refused("HF304", f"score `score` is {said} in 1 record", ":6:39", "between 0 and 1")


def test_slicing_by_an_id_is_measured_and_said_and_does_not_pass(desk):
    rows = "".join(f"0,p{at}\n" for at in range(2_001))
    desk.text("wrong,person\n" + rows, "eval.csv")
    metric = '{kind: rate, hit: "wrong", by: [person]}'
    desk.plan(data="{csv: eval.csv}", metric=metric, gate='{id: g, metric: m, data: eval, require: "< 99%"}')
    said = "`person` has 2,001 values; the 999 most frequent stand for themselves, 1,002 further ones are"
    desk.inconclusive(f"{said} counted together as `other`")
    _, out, _ = desk.run("check", "--json")
    (gate,) = json.loads(out)["gates"]
    rest = [part for part in gate["slices"] if isinstance(part["slice"]["person"], dict)]
    assert [part["slice"]["person"] for part in rest] == [{"other": 1_002, "at_most": 1}]


NO_RECORD = "no evidence: no record is one that m is measured on"
ALL_NULL = "is null or no number in all 100 records"


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("{kind: mean, column: nothing}", ALL_NULL),
        ("{kind: quantile, column: nothing, q: 0.5}", ALL_NULL),
        ('{kind: rate, hit: "nothing"}', ALL_NULL),
        ("{kind: calibration_error, score: nothing, label: label}", ALL_NULL),
        ("{kind: recall, decision: wrong, label: never}", NO_RECORD),
        ("{kind: agreement, between: [words, same]}", "kappa is not defined for one label"),
        ("{kind: calibration_error, score: half, label: never}", "all labels are the same"),
        ("{kind: rate, hit: wrong, among: \"words == 'none'\"}", NO_RECORD),
    ],
)
def test_a_column_that_says_nothing_decides_nothing(desk, metric, said):
    desk.records(never=[0] * 100, same=["word"] * 100, half=[0.5] * 100)
    desk.plan(metric=metric)
    desk.inconclusive(said)


def test_a_constant_column_is_measured(desk):
    desk.records(one=[1.0] * 100)
    desk.plan(metric="{kind: mean, column: one}", gate=gate(require="<= 5"))
    code, out, _ = desk.run()
    assert code == 0
    assert "[1.00, 1.00]" in out


@pytest.mark.parametrize(
    "metric",
    [
        "{kind: rate, hit: wrong}",
        "{kind: rate, hit: wrong, by: [team]}",
        "{kind: mean, column: score}",
        "{kind: quantile, column: score, q: 0.5}",
        CALIBRATION,
        "{kind: agreement, between: [wrong, label]}",
        "{kind: drift, column: score, reference: eval, test: psi}",
        "{kind: disparity, of: {kind: rate, hit: wrong}, over: [team]}",
    ],
)
@pytest.mark.parametrize("data", ["{parquet: none.parquet}", '{parquet: eval.parquet, where: "age > 999"}'])
def test_no_records_decide_nothing(desk, metric, data):
    from pyarrow import parquet

    parquet.write_table(parquet.read_table("eval.parquet").slice(0, 0), "none.parquet")
    desk.plan(data=data, metric=metric)
    desk.inconclusive("that m is measured on")


def test_a_file_with_a_header_and_no_records_decides_nothing(desk):
    desk.text("wrong,score\n", "eval.csv")
    desk.plan(data="{csv: eval.csv}")
    desk.inconclusive(NO_RECORD)
