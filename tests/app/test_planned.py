"""What the evidence room is told of a plan: who signs what, and what gates rest on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.app.planned import EvidencePlan
from holdfast.kernel.errors import UsageError

PLAN = """holdfast: 1
system: {id: sorter, name: Sorter}
people: {ciso: {members: [u-17]}, safety: {}, board: {}}
data: {eval: {csv: eval.csv}}
metrics: {m: {kind: rate, hit: "wrong"}}
controls:
  insiders: {layer: prevent, owner: ciso, attested: {who: ciso, every: 180d}}
  red-team: {layer: detect, owner: safety, evidence: [attest/report, g], attested: {who: safety, every: 90d}}
  report-read: {layer: detect, owner: board, evidence: [attest/report], attested: {who: board, every: 30d}}
  several: {layer: detect, owner: ciso, evidence: [attest/a, attest/b]}
claims: [{id: c, claim: It is so., evidence: [attest/signed]}]
reviews: [{id: drift, every: 7d, of: [m], who: safety}]
indicators:
  - id: rule
    kri: {metric: m, data: eval, window: 1h, above: 1%}
    kci: [{evidence: attest/drilled, newer_than: 90d}]
    when_met: [{notify: safety}]
    when_unmet: [{notify: ciso}]
gates:
  - {id: g, metric: m, data: eval, require: "<= 1%", fresh_for: 30d}
  - {id: i, import: {tool: garak, path: "e/*.jsonl"}, require: ">= 9%"}
  - {id: s, sign: [ciso]}
  - {id: p, check: {pii: none, data: eval}, fresh_for: 1d}
  - {id: j, check: {schema: s.json, data: eval}}
"""


@pytest.fixture
def planned(tmp_path):
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    return EvidencePlan.read(tmp_path, lambda: None).planned


def test_who_signs_what_and_for_how_long(planned):
    told = {name: (set(one.roles), one.every) for name, one in planned.attestable.items()}
    anybody = ({"ciso", "safety", "board"}, None)
    assert told == {
        "attest/insiders": ({"ciso"}, timedelta(days=180)),
        "attest/report": ({"safety", "board"}, timedelta(days=30)),
        "attest/drift": ({"safety"}, timedelta(days=7)),
        "attest/a": anybody,
        "attest/b": anybody,
        "attest/signed": anybody,
        "attest/drilled": anybody,
    }


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("attest/insiders", "attest/insiders"),
        ("insiders", "attest/insiders"),
        ("red-team", "attest/report"),
        ("drift", "attest/drift"),
    ],
)
def test_a_control_and_a_review_stand_for_what_they_are_signed_under(planned, name, meant):
    assert planned.attested(name) == meant


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("several", "HF501", "name one: attest/a, attest/b"),
        ("insider", "HF502", "did you mean `insiders`?"),
        ("g", "HF502", "it attests: attest/a"),
    ],
)
def test_a_name_that_says_nothing_or_several_things_is_refused(planned, name, code, words):
    with pytest.raises(UsageError) as refused:
        planned.attested(name)
    assert refused.value.problems[0].code == code
    assert words in str(refused.value)


def test_gates_say_what_they_rest_on_and_for_how_long(planned):
    measured, foreign, signed, personal, schema = planned.gates
    assert (measured.metric, measured.source, measured.fresh_for) == ("m", "eval", timedelta(days=30))
    assert (foreign.tool, foreign.pattern, foreign.fresh_for) == ("garak", "e/*.jsonl", None)
    assert (signed.metric, signed.tool) == (None, None)
    assert (personal.metric, personal.source, personal.fresh_for) == (
        "no personal data", "eval", timedelta(days=1),
    )  # fmt: skip
    assert (schema.metric, schema.source) == ("the schema s.json", "eval")
    assert (planned.system, planned.bundle) == ("sorter", "unversioned")
