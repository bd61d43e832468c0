"""The digest depends on what a plan says and on nothing else."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.plan.model.document import parse_document
from holdfast.plan.model.loading import LoadedPlan, load
from holdfast.plan.model.plan import BY_ID, canonical_form
from holdfast.plan.model.tree import Quoted, raw

TEXT = (Path(__file__).parent / "support-assistant.yaml").read_text("utf-8")
Loaded = Callable[..., LoadedPlan]


def as_text() -> dict[str, Any]:
    """Return the example with every scalar as text."""
    tree = raw(parse_document(TEXT, "p"))
    assert isinstance(tree, dict)
    return tree


def written(value: object, order: random.Random) -> str:
    """Return a value as YAML, its keys in another order and its text in other quotes.

    What is not quoted and reads as a number or a truth stays so: quotes would make text of it.
    """
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return "{" + ", ".join(f"{key}: {written(value[key], order)}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(item, order) for item in value) + "]"
    text = str(value)
    if not isinstance(value, Quoted) and re.fullmatch(r"true|false|[-+.\de]+", text):
        return text
    return json.dumps(text) if order.random() < 0.5 else "'" + text.replace("'", "''") + "'"


def digest_of(*texts: str) -> str:
    return load([parse_document(text, f"{index}.yaml") for index, text in enumerate(texts)], Path()).digest


ORIGINAL = digest_of(TEXT)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_of_keys_the_quotes_and_the_split_into_files_mean_nothing(seed: int) -> None:
    order = random.Random(seed)
    parts: list[list[str]] = [[], [], []]
    for key, value in as_text().items():
        if key in BY_ID or (isinstance(value, dict) and key not in {"authority", "severity"}):
            items = list(value.items()) if isinstance(value, dict) else list(value)
            order.shuffle(items)
            cut = order.randint(0, len(items))
            for part, some in zip(order.sample(parts, 2), (items[:cut], items[cut:]), strict=True):
                part.append(f"{key}: {written(dict(some) if isinstance(value, dict) else some, order)}\n")
        else:
            order.choice(parts).append(f"{key}: {written(value, order)}\n")
    for part in parts:
        order.shuffle(part)
    assert digest_of(*("".join(part) or "holdfast: 1\n" for part in parts)) == ORIGINAL


def test_comments_and_blank_lines_mean_nothing() -> None:
    assert digest_of("# a plan\n\n" + TEXT.replace("\n", "   # note\n\n", 3)) == ORIGINAL


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("posture_stale_after: 15m", "posture_stale_after: 900s"),
        (
            "tolerance: [{id: t, statement: s, budget: 5%}]",
            "tolerance: [{id: t, statement: s, budget: 0.05}]",
        ),
        (
            "gates: [{id: g, sign: [o], blocking: true}]\npeople: {o: {}}",
            "gates: [{id: g, sign: [o]}]\npeople: {o: {}}",
        ),
        ("risks: []", ""),
        ("severity: default", ""),
    ],
)
def test_the_same_meaning_in_other_words_is_the_same_plan(loaded: Loaded, one: str, other: str) -> None:
    assert loaded(one + "\n").digest == loaded(other + "\n").digest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("< 0.5%", "<= 0.5%"),
        ('require: "< 0.5%"', 'require: "< 0.6%"'),
        ("trials: 1000", "trials: 1001"),
        ("blocking: false", "blocking: true"),
        ("by: [], blocking", "by: [language], blocking"),
        ("name: Support assistant", "name: Support Assistant"),
        ("above: 1%", "above: 2%"),
        ("$PAGERDUTY_KEY", "$OTHER_KEY"),
        ("temperature: 0.7", "temperature: 0.8"),
        ("streaming: true", 'streaming: "true"'),
        ('version: "2026-10-02"', 'version: "2026-10-03"'),
        ("until: 2027-05-31", "until: 2027-06-30"),
        ("prevent: [tool-allowlist, untrusted-text-delimiters]", "prevent: [tool-allowlist]"),
        ("over: [age_band, sex]", "over: [age_band]"),
    ],
)
def test_another_meaning_is_another_plan(one: str, other: str) -> None:
    assert one in TEXT
    assert digest_of(TEXT.replace(one, other, 1)) != ORIGINAL


def test_every_scalar_of_the_example_counts_or_is_a_default() -> None:
    form = canonical_form(load([parse_document(TEXT, "p")], Path()).plan)
    assert form["gates"][0]["id"] == "harmbench"  # type: ignore[index, call-overload]
    assert form["posture_stale_after"] == 900


def test_the_digest_of_the_smallest_plan_never_changes(loaded: Loaded) -> None:
    # a change here would make every recorded fact point at a plan that nobody can find again
    assert loaded("").digest == "sha256:88d298e1bf5c66909c5cee8fef2581d69a3a92f73a8c138025953a0e7360b957"
