"""The comparison's page: whole, self-contained, escaped, and the same figures as everywhere."""

from __future__ import annotations

import importlib.util
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from holdfast.app.cli import run

HERE = Path(__file__).parent
VOID = {"meta", "br", "use", "path", "circle", "rect", "line"}
HOSTILE = "<script>alert(1)</script> & 'single'"


def cases():
    spec = importlib.util.spec_from_file_location("compare_cases", HERE / "test_compare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CASES = cases()


class Balanced(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids = [], []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.delenv("HOLDFAST_LEDGER", raising=False)
    monkeypatch.delenv("HOLDFAST_HOME", raising=False)


def page(folder, records, gates, arms=CASES.WIDE):
    CASES.write(folder, records)
    run(
        [
            "compare",
            str(CASES.plan(folder, gates, arms)),
            "--arms",
            "now,next",
            "--report",
            str(folder / "c.html"),
        ]
    )
    return (folder / "c.html").read_text(encoding="utf-8")


def missing_half():
    records = [
        dict(row, region=("north", "south", "")[row["id"] % 3]) for row in CASES.rows(600, found=(0.9, 0.95))
    ]
    for row in records[:250]:
        row["decision_b"] = ""
    return records


BY = '  - {id: by-region, metric: recall, data: eval, require: ">= 80%", by: [region], major: 20%}\n'
GAP = """\
  - {id: gap, metric: gap, data: eval, require: "<= 20%"}
"""


@pytest.mark.parametrize(
    ("records", "gates", "word"),
    [
        (CASES.rows(800, found=(0.87, 0.97)), CASES.RECALL + CASES.ALARMS, "CHOOSE next"),
        (CASES.rows(600, found=(0.9, 0.9)), CASES.RECALL, "THE DATA CANNOT SAY"),
        (CASES.rows(600, found=(0.5, 0.5)), CASES.RECALL, "NEITHER"),
        (missing_half(), CASES.RECALL + BY, "CHOOSE now"),
        (CASES.rows(40, found=(0.9, 0.9)), "", "THE DATA CANNOT SAY"),
    ],
    ids=["chosen", "no difference", "both fail", "missing decisions and slices", "no gate"],
)
def test_a_page_is_well_formed_stands_alone_and_says_the_choice_first(tmp_path, capsys, records, gates, word):
    if not gates:
        gates = "  - {id: sign-off, sign: [boss]}\n"
        arms = CASES.WIDE + "people: {boss: {}}\n"
        html = page(tmp_path, records, gates, arms)
        assert "nothing to compare" in html
    else:
        html = page(tmp_path, records, gates)
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    assert f"<bdi>{word}</bdi>" in html
    assert "<script" not in html
    assert not re.search(r"(src|href)=\"(?!#)", html)
    shown = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    assert not re.search(r"\b(nan|None|inf)\b", shown)


def test_links_lead_to_the_gates_of_the_page(tmp_path, capsys):
    html = page(tmp_path, CASES.rows(200, found=(0.9, 0.9)), CASES.RECALL + CASES.ALARMS)
    for target in re.findall(r"href=\"#([\w-]+)\"", html):
        assert f'id="{target}"' in html


def test_texts_of_the_plan_are_escaped(tmp_path, capsys):
    arms = CASES.WIDE.replace("next: {", f'next: {{describes: "{HOSTILE}", ')
    html = page(tmp_path, CASES.rows(200, found=(0.9, 0.9)), CASES.RECALL, arms)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_page_shows_the_groups_of_a_gap_for_both_arms(tmp_path, capsys):
    records = [dict(row, sex="fm"[row["id"] // 2 % 2]) for row in CASES.rows(600, found=(0.9, 0.92))]
    CASES.write(tmp_path, records)
    folder = CASES.plan(tmp_path, GAP)
    text = (folder / "holdfast.yaml").read_text()
    of = "{kind: recall, decision: decision, label: label}"
    gap = f"gap: {{kind: disparity, of: {of}, over: [sex], as: difference}}"
    (folder / "holdfast.yaml").write_text(text.replace("metrics:\n", f"metrics:\n  {gap}\n"))
    assert run(["compare", str(folder), "--arms", "now,next", "--report", str(tmp_path / "c.html")]) == 2
    html = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert "sex = f: now" in html
    assert "sex = m: next" in html
    assert "no interval for the difference" in html


def test_a_better_arm_that_may_not_ship_yet_is_not_told_in_green(tmp_path, capsys):
    gates = CASES.RECALL.replace(">= 80%", ">= 86%") + CASES.ALARMS
    html = page(tmp_path, CASES.rows(600, found=(0.87, 0.87), alarms=(0.3, 0.1), seed=2), gates)
    assert re.search(r'class="word long inconclusive".*CHOOSE next', html)


def test_many_slices_are_listed_up_to_a_number_and_the_rest_is_said(tmp_path, capsys):
    records = [dict(row, ward=row["id"] // 2 % 60) for row in CASES.rows(1800, found=(0.9, 0.95))]
    gates = '  - {id: by-ward, metric: recall, data: eval, require: ">= 10%", by: [ward]}\n'
    html = page(tmp_path, records, gates)
    assert "20 slices more of <bdi>by-ward</bdi>" in html
    assert html.count('href="#gate-by-ward"') == 40
