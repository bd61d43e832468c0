from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.kernel.errors import PlanError, Problem
from holdfast.plan.model.document import parse_document
from holdfast.plan.model.loading import LoadedPlan, load

HERE = Path(__file__).parent
HEAD = "holdfast: 1\nsystem: {id: triage, name: Triage}\n"


def load_text(text: str, head: str = HEAD) -> LoadedPlan:
    return load([parse_document(head + text, "holdfast.yaml")], Path())


@pytest.fixture
def loaded() -> Callable[..., LoadedPlan]:
    """Load a plan from text; two lines of head come before it."""
    return load_text


@pytest.fixture
def refused() -> Callable[..., list[Problem]]:
    """Return the problems of a plan that must be refused; two lines of head come before it."""

    def problems(text: str, head: str = HEAD) -> list[Problem]:
        with pytest.raises(PlanError) as caught:
            load_text(text, head)
        return list(caught.value.problems)

    return problems


@pytest.fixture
def example_text() -> str:
    """The plan of an assistant that uses every part of the format."""
    return (HERE / "support-assistant.yaml").read_text("utf-8")


@pytest.fixture
def example(example_text: str) -> LoadedPlan:
    return load_text(example_text, head="")
