"""Every way in which a plan's content can be wrong, each told in one place and in the plan's own words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast.kernel.codes import CODES
from holdfast.kernel.errors import Place, Problem
from holdfast.plan.model.loading import LoadedPlan

Refused = Callable[..., list[Problem]]
Loaded = Callable[..., LoadedPlan]

METRICS = (
    "data: {eval: {parquet: e.parquet}}\nmetrics: {recall: {kind: recall, decision: flagged, label: sick}}\n"
)


def told(problem: Problem) -> tuple[str, str]:
    place = problem.place or Place("")
    return problem.code, f"{place.line}:{place.column}"


def test_the_example_with_every_part_of_the_format_loads(example: LoadedPlan) -> None:
    plan = example.plan
    assert (len(plan.gates), len(plan.levers), len(plan.indicators)) == (8, 13, 3)
    assert plan.metrics.keys() >= {"toxicity-rate", "odds-gap", "review-agreement"}


def test_the_smallest_plan_is_a_system_with_a_name(loaded: Loaded) -> None:
    plan = loaded("").plan
    assert (plan.system.id, plan.gates, plan.severity) == ("triage", (), "default")


def test_text_keeps_what_yaml_would_turn_into_something_else(loaded: Loaded) -> None:
    text = 'holdfast: 1\nsystem: {id: a, name: 1.10, users: [NO, 0123, 10:30, 2027-02-30, "null"]}\n'
    system = loaded(text, head="").plan.system
    assert (system.name, system.users) == ("1.10", ("NO", "0123", "10:30", "2027-02-30", "null"))


def test_settings_keep_their_types(loaded: Loaded) -> None:
    lever = loaded(
        'levers: {decoding: {kind: setting, normal: {t: 0.7, n: 32, s: true, m: send, q: "0.7", l: [1]}}}\n'
    ).plan.levers["decoding"]
    assert lever.model_dump()["normal"] == {
        "t": 0.7,
        "n": 32,
        "s": True,
        "m": "send",
        "q": "0.7",
        "l": [1],
    }


@pytest.mark.parametrize(
    ("text", "code", "place", "words"),
    [
        # keys
        ("metrcs: {}\n", "HF202", "3:1", "unknown key `metrcs`: did you mean `metrics`?"),
        ("people: {ops: {rout: mail}}\n", "HF202", "3:16", "unknown key `rout`: did you mean `route`?"),
        (
            "gates: [{id: a, sign: [x], bloking: true}]\npeople: {x: {}}\n",
            "HF202",
            "3:28",
            "did you mean `blocking`?",
        ),
        ("risks: [{id: a, harm: b, likelihood: 1}]\n", "HF213", "3:9", "the key `severity` is missing here"),
        (
            "data: {eval: {csv: a.csv, describes: rows, each of them judged}}\n",
            "HF203",
            "3:44",
            "a comma ends a text between braces, so put the whole text in quotes",
        ),
        ("people: {ops: }\n", "HF203", "3:10", "`ops` has no value: write one, or leave it out"),
        ("risks:\n", "HF203", "3:1", "`risks` has no value"),
        ("risks: [~]\n", "HF203", "3:9", "the item is empty"),
        # shapes
        ("people: ops\n", "HF203", "3:9", "expected keys and values, got `ops`"),
        ("risks: a\n", "HF203", "3:8", "expected a list, got `a`: did you mean `[a]`?"),
        ("risks: [a]\n", "HF203", "3:9", "expected keys and values, got `a`"),
        ("messages: {paused: [a]}\n", "HF203", "3:12", "expected text, got a list"),
        ("messages: {paused: ' '}\n", "HF203", "3:20", "the text is empty"),
        ('messages: {paused: "\\e[31m"}\n', "HF203", "3:20", "a control character"),
        ("people: {Ops team: {}}\n", "HF203", "3:10", "`Ops team` is no name: did you mean `ops-team`?"),
        ("people: {anyone: {}}\n", "HF203", "3:10", "`anyone` is everybody"),
        # words
        (
            "gates: [{id: a, sign: [x], stage: prod}]\npeople: {x: {}}\n",
            "HF203",
            "3:35",
            "`prod` is not one of",
        ),
        ("controls: {a: librry}\n", "HF203", "3:15", "write `library`"),
        ("severity: mine\n", "HF203", "3:11", "expected `default` or a matrix"),
        (
            "metrics: {a: {kind: rat, hit: x}}\n",
            "HF203",
            "3:21",
            "`rat` is no kind of metric: did you mean `rate`?",
        ),
        ("metrics: {a: {hit: x}}\n", "HF213", "3:11", "a metric needs its `kind`"),
        ("metrics: {a: x}\n", "HF203", "3:14", "expected a metric, got `x`"),
        ("levers: {a: {kind: tear}}\n", "HF203", "3:20", "`tear` is no kind of lever: did you mean `tier`?"),
        # alternatives
        ("gates: [{id: a}]\n", "HF213", "3:9", "a gate needs one of `metric`, `import`, `check`, `sign`"),
        ("gates: [{id: a, sign: [x], check: {}}]\n", "HF203", "3:9", "a gate has only one of"),
        ("data: {e: {parquet: a, csv: b}}\n", "HF203", "3:8", "a data source has only one of"),
        ("data: {e: {parqet: a}}\n", "HF202", "3:12", "did you mean `parquet`?"),
        # values
        ("posture_stale_after: 15\n", "HF207", "3:22", "`15` is a duration without its unit"),
        ("risks: [{id: a, harm: b, severity: 6, likelihood: 1}]\n", "HF203", "3:36", "from 1 to 5, got `6`"),
        ("tolerance: [{id: t, statement: s, budget: 5}]\n", "HF207", "3:43", "did you mean `5%`?"),
        (
            "tolerance: [{id: t, statement: s, reviewed: 2027-02-30}]\n",
            "HF207",
            "3:45",
            "February 2027 has 28 days",
        ),
        (
            "gates: [{id: a, sign: [x], blocking: yes}]\npeople: {x: {}}\n",
            "HF203",
            "3:38",
            "did you mean `true`?",
        ),
        ("runbooks: {a: /etc/passwd}\n", "HF203", "3:15", "is not beside the plan"),
        ("runbooks: {a: ../../x.yaml}\n", "HF203", "3:15", "leaves the plan's folder"),
        (
            "data: {e: {csv: a, derive: {b: {cut: age, at: [50, 30]}}}}\n",
            "HF203",
            "3:43",
            "the cuts do not ascend",
        ),
        ("data: {e: {csv: a, derive: {b: {cut: age, at: []}}}}\n", "HF203", "3:43", "the list is empty"),
        # what belongs together
        (METRICS + "gates: [{id: a, metric: recall, data: eval}]\n", "HF213", "5:9", "says no requirement"),
        (
            METRICS + "gates: [{id: a, metric: recall, data: eval, allow: 0}]\n",
            "HF213",
            "5:9",
            "`trials` is missing",
        ),
        (
            METRICS + 'gates: [{id: a, metric: recall, data: eval, require: ">= 1%", allow: 0, trials: 9}]\n',
            "HF203",
            "5:70",
            "not both",
        ),
        (
            METRICS + 'gates: [{id: a, metric: recall, data: eval, require: ">= 98"}]\n',
            "HF207",
            "5:54",
            "`>= 98%`",
        ),
        (
            METRICS + "indicators: [{id: a, watch: {metric: recall, data: eval, window: 1h}}]\n",
            "HF213",
            "5:22",
            "nothing says which side is bad",
        ),
        (
            METRICS
            + "indicators: [{id: a, watch: {metric: recall, data: eval, window: 1h, above: 1%, below: 2}}]\n",
            "HF203",
            "5:88",
            "only one side is bad",
        ),
        (
            METRICS + "indicators: [{id: a, watch: {metric: recall, data: eval, window: 1h, below: 95}}]\n",
            "HF207",
            "5:77",
            "did you mean `95%`?",
        ),
        (
            "metrics: {a: {kind: agreement, between: [x]}}\n",
            "HF203",
            "3:32",
            "between two columns, here are 1",
        ),
        (
            "metrics: {a: {kind: rate, hit: x, by: [c, c]}}\n",
            "HF203",
            "3:35",
            "the column `c` is named twice",
        ),
        (
            "metrics: {a: {kind: disparity, of: {kind: rate, hit: x, by: [c]}, over: [d]}}\n",
            "HF203",
            "3:57",
            "move `by` to the disparity",
        ),
        ("metrics: {a: {kind: quantile, column: c, q: 95}}\n", "HF207", "3:45", "did you mean `95%`?"),
        # names
        (
            "people: {a: {route: mial}}\nroutes: {mail: {smtp: a@b.example}}\n",
            "HF206",
            "3:21",
            "did you mean `mail`?",
        ),
        ("people: {a: {route: mail}}\n", "HF206", "3:21", "define it under `routes`"),
        (
            "safe_mode: {tols: safe}\nlevers: {tools: {kind: switch, safe: disabled}}\n",
            "HF206",
            "3:13",
            "`tools`?",
        ),
        (
            "controls: {a: {layer: detect, evidence: [gat]}}\n",
            "HF206",
            "3:42",
            "no gate or indicator is called `gat`",
        ),
        ("controls: {a: {layer: detect, evidence: [dril/x]}}\n", "HF206", "3:42", "`dril/x` is no evidence"),
        ("authority: {roll_back: [ops]}\npeople: {x: {}}\n", "HF206", "3:25", "`people` has: anyone, x"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(
    refused: Refused, text: str, code: str, place: str, words: str
) -> None:
    problems = refused(text)
    assert [told(problem) for problem in problems] == [(code, place)], problems
    assert words in f"{problems[0].message}: {problems[0].fix}"


def test_the_format_of_a_newer_version_is_called_so(refused: Refused) -> None:
    problem = refused("holdfast: 2\nsystem: {id: a, name: b}\n", head="")[0]
    assert (problem.code, problem.fix) == ("HF203", "this Holdfast reads format 1: install a newer one")


def test_a_plan_without_its_first_key_is_told_what_to_write(refused: Refused) -> None:
    problems = refused("system: {id: a, name: b}\n", head="")
    assert [problem.message for problem in problems] == ["the key `holdfast` is missing here"]


def test_all_problems_are_told_at_once_in_the_order_of_the_file(refused: Refused) -> None:
    problems = refused(
        "risks:\n  - {id: a, harm: b, severity: 9, likelihood: 1, ownr: x}\n"
        "  - {id: a, harm: c, severity: 1}\n"
        "gates: [{id: g, metric: none, data: nothing, require: 5%}]\nmetrics: {m: {kind: rate, hit: '((('}}\n"
    )
    assert [told(problem) for problem in problems] == [
        ("HF203", "4:32"),
        ("HF202", "4:50"),
        ("HF213", "5:5"),
        ("HF205", "5:10"),
        ("HF206", "6:25"),
        ("HF206", "6:37"),
        ("HF203", "6:55"),
        ("HF212", "7:36"),
    ]


def test_a_misspelt_required_key_is_told_once(refused: Refused) -> None:
    problems = refused("risks: [{id: a, harm: b, severty: 3, likelihood: 1}]\n")
    assert [(problem.code, problem.fix) for problem in problems] == [("HF202", "did you mean `severity`?")]


@pytest.mark.parametrize(
    ("written", "column"),
    [("score >>= 5", 39), ("'score >>= 5'", 40), ('"score >>= 5"', 40), ('"\\u0073core >>= 5"', 32)],
)
def test_an_expression_is_refused_at_its_own_column(refused: Refused, written: str, column: int) -> None:
    assert [told(p) for p in refused(f"metrics: {{m: {{kind: rate, hit: {written}}}}}\n")] == [
        ("HF212", f"3:{column}")
    ]


def test_an_expression_over_several_lines_is_refused_at_its_start(refused: Refused) -> None:
    problem = refused("metrics:\n  m:\n    kind: rate\n    hit: >-\n      score\n      >>= 5\n")[0]
    assert told(problem) == ("HF212", "6:10")


def test_every_problem_has_a_known_code_and_fits_one_line(refused: Refused) -> None:
    for problem in refused('people: {"a\\nb": {}, "c\\ed": 5}\nrisks: 7\n"k\\n": 1\n'):
        assert problem.code in CODES
        assert "\n" not in problem.message + (problem.fix or "")
        assert "\x1b" not in problem.render()


def test_a_place_is_found_by_id_and_by_part(example: LoadedPlan) -> None:
    place = example.place(("metrics", "toxicity-rate", "hit"), offset=0, width=8)
    assert place.text[place.column - 1 :][:8] == "toxicity"
    by_id = example.place(("gates", "toxicity", "require"))
    assert by_id.text[by_id.column - 1 :].startswith('"< 0.5%"')
    assert example.place(("gates", 0, "require")) == by_id


def test_what_is_not_written_is_placed_at_what_would_hold_it(example: LoadedPlan) -> None:
    place = example.place(("metrics", "p95-latency", "by"))
    assert place.text[place.column - 1 :].startswith("p95-latency:")


def test_a_name_of_something_without_a_value_is_told_as_such(refused: Refused) -> None:
    problems = refused("levers: {l: }\nsafe_mode: {l: safe}\n")
    assert [problem.message for problem in problems] == ["`l` has no value"]


def test_very_many_unknown_names_are_all_told_the_first_with_the_nearest(refused: Refused) -> None:
    people = ", ".join(f"p{n}: {{route: mial}}" for n in range(102))
    problems = refused(f"people: {{{people}}}\nroutes: {{mail: {{smtp: a@b.example}}}}\n")
    fixes = [problem.fix for problem in problems]
    assert fixes == ["did you mean `mail`?"] * 100 + ["see what `routes` has"] * 2


def test_a_plan_is_never_changed_once_it_is_loaded(example: LoadedPlan) -> None:
    with pytest.raises(ValueError, match="frozen"):
        example.plan.system.id = "other"  # type: ignore[misc]
