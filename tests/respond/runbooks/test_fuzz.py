"""Whatever a file holds, it is read or refused with an error of ours: never a traceback."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel.errors import HoldfastError
from holdfast.respond.model.runbooks.cacao.exporting import as_cacao
from holdfast.respond.model.runbooks.cacao.importing import from_cacao
from holdfast.respond.model.runbooks.library import FOLDER, library_runbook
from holdfast.respond.model.runbooks.loading import parse_runbook

YAML = (FOLDER / "data-leakage.yaml").read_text("utf-8")
JSON = json.dumps(
    as_cacao(library_runbook("data-leakage").runbook, datetime(2026, 1, 1, tzinfo=UTC)), indent=1
)
PIECES = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "-",
    '"',
    "'",
    "\n",
    "  ",
    "#",
    "&a",
    "*a",
    "!!",
    "null",
    "end",
    "\x00",
    "\ud7ff",
    "\U0001f6a8",
    "1e999",
    "then: ",
]


def broken(text):
    """Draw a text of which a part was cut, doubled, or had something put in."""
    where = st.integers(0, len(text))
    return st.tuples(where, where, st.sampled_from(PIECES), st.booleans()).map(
        lambda drawn: (
            text[: min(drawn[:2])] + drawn[2] + text[max(drawn[:2]) if drawn[3] else min(drawn[:2]) :]
        )
    )


def read(parse, text):
    found = None
    try:
        parse(text, "fuzzed")
    except HoldfastError as error:
        found = error
    if found is not None:
        assert found.problems
        assert all(problem.code.startswith("HF") and problem.render() for problem in found.problems)


@given(broken(YAML))
def test_a_broken_runbook_is_refused_or_read(text):
    read(parse_runbook, text)


@given(broken(JSON))
def test_a_broken_playbook_is_refused_or_read(text):
    read(from_cacao, text)


@given(st.text(max_size=200))
def test_any_text_is_refused_or_read(text):
    read(parse_runbook, text)
    read(from_cacao, text)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_any_value_in_any_place_of_a_playbook_is_refused_or_read(data):
    told = json.loads(JSON)
    here, path = told, []
    while isinstance(here, dict | list) and here and (not path or data.draw(st.booleans())):
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        path.append(data.draw(st.sampled_from(keys)))
        parent, here = here, here[path[-1]]
    parent[path[-1]] = data.draw(values)
    read(from_cacao, json.dumps(told))


@pytest.mark.parametrize(
    "text", ["a: &a [*a]", "? [a]\n: b", "{" * 100, "\ufeff", "---\n---\n", "a: !!python/object:os.system x"]
)
def test_what_yaml_can_do_to_a_reader_is_refused(text):
    with pytest.raises(HoldfastError):
        parse_runbook(text, "hostile.yaml")
