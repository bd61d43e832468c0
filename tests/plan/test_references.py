"""What one part of a plan says about another part."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast.kernel.errors import Problem
from holdfast.plan.model.loading import LoadedPlan

Refused = Callable[..., list[Problem]]

LEVERS = """\
levers:
  enabled: {kind: switch, safe: disabled}
  tools: {kind: allowlist, normal: [a, b], safe: [a]}
  guardrails: {kind: tier, normal: A, safe: B, tiers: {A: {}, B: {}, C: {}}}
  rate: {kind: rate_limit, normal: 60/min, safe: 10/min}
  admission: {kind: queue, per_second: 5, longest: 60s}
  breaker: {kind: breaker, safe: open}
  review: {kind: review_queue, safe: {when: "true"}, reviewers: ops}
  bundle: {kind: bundle, safe: last-good}
  decoding: {kind: setting, normal: {t: 1}, safe: {t: 0}}
  api-key: {kind: hook, safe: revoked, to: {revoked: {post: $HOOK}}}
  cache: {kind: flush, to: {flushed: {post: $HOOK}}}
people: {ops: {}}
metrics: {r: {kind: rate, hit: x}, m: {kind: mean, column: c}}
data: {live: {records: triage}}
"""
WATCH = "indicators: [{id: i, watch: {metric: r, data: live, window: 1h, above: 1%%}, act: [%s]}]\n"


@pytest.mark.parametrize(
    "position",
    [
        "enabled: disabled", "tools: [a]", "tools: safe", "guardrails: C", "rate: 5/min", "admission: queued",
        "breaker: open", "review: {when: x}", "bundle: last-good", "bundle: b7f2", "decoding: {t: 0.2}",
        "api-key: revoked", "cache: flushed", "api-key: normal",
    ],
)  # fmt: skip
def test_a_lever_moves_to_the_positions_of_its_kind(loaded: Callable[..., LoadedPlan], position: str) -> None:
    assert len(loaded(LEVERS + f"safe_mode: {{{position}}}\n").plan.safe_mode) == 1


@pytest.mark.parametrize(
    ("position", "words"),
    [
        ("enabled: of", "expected one of: disabled, enabled, normal, safe"),
        ("tools: b", "a list of what is allowed"),
        ("guardrails: D", "expected one of: A, B, C, normal, safe"),
        ("rate: slow", "a limit such as"),
        ("admission: queud", "did you mean `queued`?"),
        ("admission: safe", "add `safe` to `admission`"),
        ("breaker: opn", "did you mean `open`?"),
        ("review: all", "an expression"),
        ("bundle: [a]", "a bundle's name"),
        ("api-key: revokd", "did you mean `revoked`?"),
        ("cache: safe", "add `safe` to `cache`"),
    ],
)
def test_another_position_is_refused(refused: Refused, position: str, words: str) -> None:
    problems = refused(LEVERS + f"safe_mode: {{{position}}}\n")
    assert [problem.code for problem in problems] == ["HF206"]
    assert words in (problems[0].fix or "")


@pytest.mark.parametrize(
    ("action", "code", "words"),
    [
        ("{lever: guardrails, to: Z}", "HF206", "has no such position"),
        ("{rollback: tools}", "HF203", "only a bundle is rolled back, and `tools` is of kind allowlist"),
        ("{rollback: bundl}", "HF206", "no lever is called `bundl`"),
    ],
)
def test_an_action_that_cannot_be_done_is_refused(
    refused: Refused, action: str, code: str, words: str
) -> None:
    problems = refused(LEVERS + WATCH % action)
    assert [problem.code for problem in problems] == [code]
    assert words in problems[0].message


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (
            "gates: [{id: g, metric: m, data: live, allow: 0, trials: 9}]\n",
            "HF203",
            "counts hits, and `m` is of kind mean",
        ),
        (
            "indicators: [{id: i, kri: {metric: r, data: live, window: 1h, above: 1%},"
            " kci: [{lever: enabled, subset_of: [a]}]}]\n",
            "HF203",
            "is for allowlists",
        ),
        (
            "indicators: [{id: i, kri: {metric: r, data: live, window: 1h, above: 1%},"
            " kci: [{lever: guardrails, at: Z}]}]\n",
            "HF206",
            "has no such position",
        ),
        ("severity: {levels: {SEV-1: {tier: C}}}\n", "HF213", "a tier of which lever?"),
        ("severity: {lever: guardrails, levels: {SEV-1: {tier: Z}}}\n", "HF206", "no tier is called `Z`"),
        ("severity: {lever: tools, levels: {SEV-1: {tier: A}}}\n", "HF203", "severities go with tiers"),
        (
            "reviews: [{id: v, every: 7d, of: [r], who: ops, overdue: [{lever: rate, to: x}]}]\n",
            "HF206",
            "no such",
        ),
    ],
)
def test_parts_that_contradict_each_other_are_refused(
    refused: Refused, text: str, code: str, words: str
) -> None:
    problems = refused(LEVERS + text)
    assert [problem.code for problem in problems] == [code], problems
    assert words in problems[0].message


@pytest.mark.parametrize(
    ("lever", "code", "words"),
    [
        ("{kind: tier, normal: A, safe: X, tiers: {A: {}}}", "HF206", "no tier is called `X`"),
        ("{kind: tier, normal: B, safe: A, tiers: {A: {}, B: {}}}", "HF203", "is milder than"),
        ("{kind: hook, safe: gone, to: {revoked: {post: $H}}}", "HF206", "no position is called `gone`"),
        ("{kind: breaker, opens_when: {metric: r}}", "HF213", "opens at one of"),
        ("{kind: breaker, opens_when: {metric: m, hits: 1}}", "HF203", "counts a rate's hits"),
    ],
)
def test_a_lever_that_contradicts_itself_is_refused(
    refused: Refused, lever: str, code: str, words: str
) -> None:
    metrics = "metrics: {r: {kind: rate, hit: x}, m: {kind: mean, column: c}}\n"
    problems = refused(f"levers: {{l: {lever}}}\n{metrics}")
    assert [problem.code for problem in problems] == [code], problems
    assert words in problems[0].message


def test_a_level_beyond_a_metrics_reach_is_refused_only_where_there_is_a_reach(
    refused: Refused, loaded: Callable[..., LoadedPlan]
) -> None:
    watch = "indicators: [{id: i, watch: {metric: %s, data: live, window: 1h, above: 800}}]\n"
    assert [problem.code for problem in refused(LEVERS + watch % "r")] == ["HF207"]
    assert len(loaded(LEVERS + watch % "m").plan.indicators) == 1
