"""HF116: a risk of what is answered wants to know how much is answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Codes = Callable[..., list[str]]

RISK_OF_ANSWERS = """\
metrics:
  m: {kind: selective_risk, error: "wrong", answered: "answer is not null and not late"}
  toxicity: {kind: rate, hit: "toxicity >= 0.8"}
  c: {kind: rate, hit: "{HIT}"}
gates:
  - {id: m, metric: m, data: eval, require: "<= 2%"}
"""


@pytest.mark.parametrize(
    ("hit", "more", "codes"),
    [
        ("answer is not null", "", ["HF116"]),
        ("answer is not null", "  - {id: c, metric: c, data: eval, require: '>= 50%'}\n", []),
        ("answer is null or late", "  - {id: c, metric: c, data: eval, require: '<= 50%'}\n", []),
        ("wrong and not late", "  - {id: c, metric: c, data: eval, require: '<= 50%'}\n", ["HF116"]),
        ("true", "  - {id: c, metric: c, data: eval, require: '<= 50%'}\n", ["HF116"]),
    ],
)
def test_a_risk_of_answers_needs_how_much_is_answered(
    found: Codes, hit: str, more: str, codes: list[str]
) -> None:
    assert found(RISK_OF_ANSWERS.replace("{HIT}", hit) + more) == codes
