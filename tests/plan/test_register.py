from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest

from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.register import register
from holdfast.plan.views.terminal.register import write_register
from holdfast.web.terminal import WIDEST

Loaded = Callable[..., LoadedPlan]


def risk(name: str, severity: int, likelihood: int, more: str = "") -> str:
    return f"  - {{id: {name}, harm: h, severity: {severity}, likelihood: {likelihood}{more}}}\n"


CONTROLS = """\
controls:
  {pii-scrubbing: library, d: {layer: detect}, r: {layer: respond, owner: ops}, injection-classifier: library}
people: {ops: {}}
"""
HELD = ", controls: {prevent: [pii-scrubbing], detect: [d], respond: [r]}"


def written(loaded: LoadedPlan) -> str:
    stream = io.StringIO()
    write_register(register(loaded), stream)
    return stream.getvalue()


def test_risks_are_sorted_by_score_and_then_by_id(loaded: Loaded) -> None:
    text = "risks:\n" + risk("b", 2, 3) + risk("a", 3, 2) + risk("c", 5, 5) + risk("d", 1, 1)
    assert [(row.id, row.score) for row in register(loaded(text)).risks] == [
        ("c", 25),
        ("a", 6),
        ("b", 6),
        ("d", 1),
    ]


def test_the_matrix_holds_every_risk_at_its_severity_and_likelihood(loaded: Loaded) -> None:
    matrix = register(loaded("risks:\n" + risk("a", 5, 3) + risk("b", 5, 3) + risk("c", 1, 1))).matrix
    assert matrix[4][2] == ("a", "b")
    assert matrix[0][0] == ("c",)
    assert sum(len(cell) for row in matrix for cell in row) == 3


def test_a_layer_without_a_control_is_a_gap(loaded: Loaded) -> None:
    text = "risks:\n" + risk("a", 5, 3, ", controls: {detect: [d]}") + CONTROLS
    assert register(loaded(text)).risks[0].gaps == ("prevent", "respond")


@pytest.mark.parametrize(
    ("risks", "headline"),
    [
        ("", "No risk is registered yet."),
        (risk("a", 2, 2), "1 risk, none at 12 or more."),
        (risk("a", 5, 3, HELD), "1 risk, 1 at 12 or more; each of those has a control in every layer."),
        (risk("a", 5, 3), "1 risk, 1 at 12 or more; 1 of those lacks a control in a layer."),
        (
            risk("a", 5, 3) + risk("b", 4, 3),
            "2 risks, 2 at 12 or more; 2 of those lack a control in a layer.",
        ),
    ],
)
def test_the_headline_says_how_it_stands(loaded: Loaded, risks: str, headline: str) -> None:
    found = register(loaded(("risks:\n" + risks if risks else "") + CONTROLS))
    assert found.headline == headline
    assert written(loaded(("risks:\n" + risks if risks else "") + CONTROLS)).startswith(headline)


def test_a_control_of_the_library_stands_where_a_risk_uses_it_else_where_the_library_says(
    loaded: Loaded,
) -> None:
    controls = CONTROLS.replace("d: {layer: detect}", "content-filter: library")
    held = HELD.replace("[d]", "[content-filter]")
    rows = {row.name: row for row in register(loaded("risks:\n" + risk("a", 5, 3, held) + controls)).controls}
    assert rows["content-filter"].layer == "detect"  # of itself it prevents
    assert rows["injection-classifier"].layer == "detect"  # no risk uses it
    assert rows["pii-scrubbing"].kind == "data"
    assert rows["pii-scrubbing"].evidence[0].startswith("a check that blocks a release")


def test_the_register_is_json_with_every_risk_once(example: LoadedPlan) -> None:
    found = json.loads(json.dumps(register(example).as_json()))
    assert found["risks"][0]["id"] == "injected-tool-call"
    assert found["digest"] == example.digest
    assert [gate["asks"] for gate in found["gates"]][:2] == [
        "toxicity-rate < 0.5%",
        "exfiltrations: no hit in 1,000 trials",
    ]


def test_gates_and_indicators_are_told_in_words(example: LoadedPlan) -> None:
    seen = register(example)
    assert [gate.kind for gate in seen.gates] == [
        "metric", "zero tolerance", "metric", "metric", "import", "check", "check", "sign",
    ]  # fmt: skip
    assert seen.indicators[0].holds == (
        "filter-recall on live not below 95% over 24h",
        "tools within [search_kb, create_ticket]",
        "drill/prompt-injection newer than 90d",
    )
    assert seen.indicators[0].acts[0] == "tools to safe for 2h"


def test_no_line_is_wider_than_a_hundred_columns_or_ends_in_blanks(example: LoadedPlan) -> None:
    lines = written(example).splitlines()
    assert max(map(len, lines)) <= WIDEST
    assert all(line == line.rstrip() for line in lines)


def test_brackets_and_colons_of_a_plan_are_text_and_never_markup(loaded: Loaded) -> None:
    text = 'holdfast: 1\nsystem: {id: a, name: "[bold]A[/bold] [x] :smile:"}\n'
    assert "[bold]A[/bold] [x] :smile:" in written(loaded(text, head=""))


def test_what_is_not_a_terminal_gets_no_colour(example: LoadedPlan) -> None:
    assert "\x1b" not in written(example)


def test_sixty_risks_are_all_there(loaded: Loaded) -> None:
    text = "risks:\n" + "".join(risk(f"risk-{n:02}", n % 5 + 1, n % 3 + 1) for n in range(60))
    seen = written(loaded(text))
    assert all(f"risk-{n:02}" in seen for n in range(60))


def test_an_empty_plan_says_what_will_be_where(loaded: Loaded) -> None:
    seen = written(loaded(""))
    assert "Add one under `risks:`" in seen
    assert "nothing decides a release" in seen
    assert "nothing watches production" in seen


def test_characters_that_the_terminal_lacks_are_replaced(loaded: Loaded) -> None:
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="ascii")
    write_register(register(loaded("risks: [{id: a, harm: Größe, severity: 1, likelihood: 1}]\n")), stream)
    stream.flush()
    assert b"Gr??e" in buffer.getvalue()
