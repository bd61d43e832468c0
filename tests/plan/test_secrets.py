from __future__ import annotations

import json
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel.errors import PlanError, Problem
from holdfast.kernel.secrets import reveal
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.masking import looks_secret, masked
from holdfast.plan.model.plan import canonical_form

Refused = Callable[..., list[Problem]]
SLACK = "xoxb-123456789-abcdefgh"


@pytest.mark.parametrize(
    "route",
    [
        f"{{slack: {SLACK}}}",
        "{slack: hunter2}",
        "{pagerduty: 0123456789abcdef0123456789abcdef}",
        "{opsgenie: $lower-case}",
        "{webhook: 'https://user:hunter2@hooks.example/x'}",
        "{webhook: 'https://hooks.example/x?token=hunter2'}",
        "{webhook: 'https://hooks.example/hunter2', sign_with: hunter2}",
    ],
)
def test_a_secret_that_is_written_out_is_refused_and_never_repeated(refused: Refused, route: str) -> None:
    problems = refused(f"routes: {{r: {route}}}\n")
    assert {problem.code for problem in problems} == {"HF214"}
    said = "\n".join(problem.render() for problem in problems)
    for secret in ("hunter2@", "=hunter2", SLACK, "0123456789abcdef"):
        assert secret not in said
    assert "sign_with: hunter2" not in said


def test_another_mistake_in_the_same_line_does_not_show_it_either(refused: Refused) -> None:
    problems = refused("routes: {r: {slack: hunter2, chanel: x}}\n")
    assert [problem.code for problem in problems] == ["HF214", "HF202"]
    assert all("hunter2" not in problem.render() for problem in problems)


def test_a_secret_in_the_wrong_place_is_masked_in_the_message_too(refused: Refused) -> None:
    said = "\n".join(problem.render() for problem in refused(f"routes: {{r: {{smtp: {SLACK}}}}}\n"))
    assert SLACK not in said


@pytest.mark.parametrize(
    "address",
    ["https://rotate.corp.example/keys", "spark://lake:7077", "$LAKE", "postgres://ann:$PW@db.example/ai"],
)
def test_an_address_without_a_secret_may_be_written(loaded: Callable[..., LoadedPlan], address: str) -> None:
    plan = loaded(f"data: {{d: {{ibis: '{address}', table: t}}}}\n").plan
    assert plan.data["d"].model_dump()["ibis"] == address


def test_a_name_stays_a_name_in_every_output(example: LoadedPlan) -> None:
    form = json.dumps(canonical_form(example.plan))
    assert '"$PAGERDUTY_KEY"' in form
    assert '"$ROTATE_HOOK"' in form


def test_a_value_is_looked_up_only_where_it_is_asked_for() -> None:
    revealed = reveal("$KEY", {"KEY": "s3cret"})
    assert revealed.value == "s3cret"
    assert "s3cret" not in f"{revealed} {revealed!r} {[revealed]}"


def test_a_revealed_secret_does_not_travel() -> None:
    revealed = reveal("$KEY", {"KEY": "s3cret"})
    with pytest.raises(TypeError, match="not to be pickled"):
        pickle.dumps(revealed)
    with pytest.raises(TypeError):
        json.dumps(revealed)


@pytest.mark.parametrize(("environment", "state"), [({}, "not set"), ({"KEY": ""}, "empty")])
def test_a_name_that_is_not_set_is_told(environment: dict[str, str], state: str) -> None:
    with pytest.raises(PlanError, match=rf"`\$KEY` is {state}"):
        reveal("$KEY", environment)


def test_a_misspelt_name_names_the_nearest_variable_and_no_value() -> None:
    with pytest.raises(PlanError, match=r"\$PAGERDUTY_KEY") as caught:
        reveal("$PAGERDUTY_KYE", {"PAGERDUTY_KEY": "s3cret"})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        SLACK,
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_0123456789abcdefghijklmnop",
        "sk-abcdefghijklmnop",
        "https://hooks.slack.com/services/T000/B000/XXXX",
        "postgres://user:pw@db.example/x",
        "f3a9c1d07b2e4c58a6d1e0f94b7c2d35",
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    assert looks_secret(text)
    assert text not in masked(f"key: {text} # note")


@pytest.mark.parametrize(
    "text",
    [
        "mail-privacy",
        "red-team-multilingual",
        "https://grafana.example/d/idx",
        "retrieval_index",
        "holdfast bundle rollback",
        "a-very-long-name-of-an-indicator-that-somebody-wrote",
        "2026-10-02",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert not looks_secret(text)
    assert masked(text) == text


@given(st.text())
def test_masking_keeps_every_column_where_it_was(line: str) -> None:
    assert len(masked(line)) == len(line)
