"""Lint finds the mistakes that are otherwise found in the night."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.plan.views.reading import read_plan
from holdfast.respond.model.runbooks.lint import Names, lint_runbook
from holdfast.respond.model.runbooks.loading import parse_runbook

EXAMPLES = Path(__file__).parents[3] / "examples"

PLAN = Names(
    levers={"retrieval": "setting"},
    metrics=frozenset({"leaks"}),
    gates=frozenset({"no-leak"}),
    rights=frozenset({"ext"}),
    safe_mode=True,
)
SEEN = "observe: x, who: y"


def found(books, text, names=None):
    return [(each.code, each.place.line) for each in lint_runbook(books.book(text), names)]


def test_a_whole_runbook_has_nothing(books):
    assert found(books, books.WHOLE, PLAN) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("otherwise: off, then: say", "otherwise: say, then: say", "HF720"),
        ("recovery:", "# recovery:", "HF721"),
        (
            "confirm: Nothing is shown any more, who: security, metric: leaks, otherwise: off",
            "observe: x, who: y",
            "HF722",
        ),
        ("contains: fast", "contains: wider", "HF724"),
        ("do_not:", "# do_not:", "HF725"),
        ("escalate:", "# escalate:", "HF726"),
        ("none: {when: nothing explains it, then: off}", "none: {when: nothing explains it}", "HF728"),
        ("observe: Read one trace", "observe: Investigate the issue", "HF729"),
        ("who: scribe, ", "", "HF729"),
    ],
)
def test_each_mistake_is_found(books, old, new, code):
    text = books.WHOLE.replace(old, new)
    if code == "HF720":  # nothing else may lead there
        text = text.replace("then: off}", "then: close}").replace(
            "door: {when: it is in a document, then: close}", "door: {when: it is in a document, then: say}"
        )
    assert text != books.WHOLE
    assert code in [one for one, _ in found(books, text)]


def test_more_than_a_page_is_told(books):
    steps = "".join(f"  - {{observe: Read trace {n}, who: me}}\n" for n in range(15))
    assert "HF727" in [code for code, _ in found(books, "runbook: r\ntitle: t\nsteps:\n" + steps)]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (Names(**{**vars(PLAN), "metrics": frozenset({"leak"})}), "no metric `leaks`"),
        (Names(**{**vars(PLAN), "gates": frozenset()}), "no gate `no-leak`"),
        (Names(**{**vars(PLAN), "rights": frozenset()}), "nobody the right `ext`"),
        (Names(**{**vars(PLAN), "safe_mode": False}), "no safe mode"),
    ],
)
def test_names_are_looked_up_in_the_plan(books, names, says):
    told = [each for each in lint_runbook(books.book(), names) if each.code == "HF723"]
    assert told
    assert all(says in each.message for each in told)


def test_a_lever_by_name_alone_must_be_there_and_one_with_a_kind_may_be_missing(books):
    other = Names(**{**vars(PLAN), "levers": {"index": "setting"}})
    assert found(books, books.WHOLE, other) == []
    named = books.WHOLE.replace("    kind: setting\n", "")
    assert [code for code, _ in found(books, named, other)] == ["HF723"]


def test_without_a_plan_no_name_is_looked_up(books):
    assert found(books, books.WHOLE) == []


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/runbooks/*.yaml")), ids=lambda file: file.stem)
def test_the_runbooks_of_the_examples_lack_nothing_under_their_plans(file):
    plan = read_plan(file.parents[1])
    loaded = parse_runbook(file.read_text("utf-8"), str(file))
    assert [each.message for each in lint_runbook(loaded, Names.of(plan.plan))] == []
