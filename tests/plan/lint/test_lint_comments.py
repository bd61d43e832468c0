"""`# holdfast: ignore[...] because ...`: what it ignores, and what is no comment."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast.plan.model.lint.running import Linted
from holdfast.plan.model.lint.subject import Data
from holdfast.plan.model.standing import Standing

Lint = Callable[..., Linted]
HEAD = """\
holdfast: 1
system: {id: s, name: S}
people: {ml: {}}
levers: {enabled: {kind: switch, safe: disabled}}
safe_mode: {enabled: safe}
"""
BECAUSE = "# holdfast: ignore[HF103] because the vendor shows no figures"


def run(linted: Lint, text: str) -> tuple[list[str], list[str]]:
    found = linted(HEAD + text, Standing(known=True), Data(complete=True))
    return [f"{each.level} {each.code} {each.place.line}" for each in found.findings], [
        each.because for each in found.ignored
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"controls:\n  a: {{layer: prevent, owner: ml}}  {BECAUSE}\n",
        f"controls:\n  {BECAUSE}\n  a: {{layer: prevent, owner: ml}}\n",
        f"controls:\n{BECAUSE}\n  # another comment\n  a: {{layer: prevent, owner: ml}}\n",
        f"controls:\n  a:  {BECAUSE}\n    layer: prevent\n    owner: ml\n",
        f"controls:\n  {BECAUSE}\n  a:\n    layer: prevent\n    owner: ml\n",
        f"controls:\n  a: {{layer: prevent, owner: ml}}  # {BECAUSE}\n",
        "controls:\n  a: {layer: prevent, owner: ml}"
        " #holdfast:ignore[ hf103 , HF107 ], Because: the vendor shows no figures\n",
    ],
)
def test_on_its_line_or_above_it(linted: Lint, text: str) -> None:
    found, ignored = run(linted, text)
    assert [each for each in found if "HF103" in each] == []
    assert ignored == ["the vendor shows no figures"]


@pytest.mark.parametrize(
    "text",
    [
        f"controls:\n  {BECAUSE}\n\n  a: {{layer: prevent, owner: ml}}\n",
        f"controls:\n  a: {{layer: prevent, owner: ml}}\n  {BECAUSE}\n",
        f"{BECAUSE}\ncontrols:\n  a: {{layer: prevent, owner: ml}}\n",
        f"controls:  {BECAUSE}\n  a: {{layer: prevent, owner: ml}}\n",
    ],
)
def test_elsewhere_it_ignores_nothing_and_says_so(linted: Lint, text: str) -> None:
    found, ignored = run(linted, text)
    assert ignored == []
    assert [each.split()[:2] for each in sorted(found)] == [["error", "HF103"], ["note", "HF100"]]


@pytest.mark.parametrize(
    "value",
    [
        f'"{BECAUSE}"',
        f"'x {BECAUSE}'",
        f">-\n      some text\n      {BECAUSE}",
        f"|\n      {BECAUSE}\n      text",
        f'"text\n      {BECAUSE}\n      text"',
        f'"a # b" # see the page on `{BECAUSE}`',
    ],
)
def test_text_that_holds_the_phrase_is_no_comment(linted: Lint, value: str) -> None:
    text = f"controls:\n  a:\n    layer: prevent\n    owner: ml\n    describes: {value}\n"
    assert run(linted, text) == (["error HF103 7"], [])


def test_a_comment_after_the_sign_of_a_block_is_one(linted: Lint) -> None:
    text = (
        "risks:\n  - id: r\n    owner: ml\n    severity: 1\n    likelihood: 1\n    stakeholders: [x]\n"
        "    controls: {detect: [a], respond: [a]}\n"
        "    harm: >-  # holdfast: ignore[HF101] because it is clear to us\n      Drift\n"
        "controls: {a: {layer: detect, owner: ml, rehearsed_within: 9d}}\n"
    )
    assert run(linted, text) == ([], ["it is clear to us"])


def test_a_comment_above_a_risk_speaks_for_all_of_it(linted: Lint) -> None:
    text = (
        "risks:\n"
        "  # holdfast: ignore[HF101, HF104] because it is retired in March\n"
        "  - id: r\n    harm: Drift\n    owner: ml\n    severity: 1\n    likelihood: 1\n"
        "    controls: {prevent: [a]}\n"
        "controls: {a: {layer: prevent, owner: ml, rehearsed_within: 9d}}\n"
    )
    assert run(linted, text) == ([], ["it is retired in March"] * 3)


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# holdfast: ignore[HF103]", "an ignore without its reason"),
        ("# holdfast: ignore[HF103] because", "an ignore without its reason"),
        ("# holdfast: ignore[HF103] for now", "an ignore without its reason"),
        ("# holdfast: ignore because we must", "an ignore that names no code"),
        ("# holdfast: ignore[] because we must", "an ignore that names no code"),
        ("# holdfast: ignore[HF130] because we must", "an ignore of `HF130`, which is no code of lint"),
        ("# holdfast: ignore[HF100] because we must", "an ignore of `HF100`, which is no code of lint"),
    ],
)
def test_one_that_does_not_hold_is_an_error_itself(linted: Lint, comment: str, message: str) -> None:
    found = linted(HEAD + f"controls:\n  a: {{layer: prevent, owner: ml}}  {comment}\n")
    assert sorted(each.code for each in found.findings) == ["HF100", "HF103"]
    [wrong] = [each for each in found.findings if each.code == "HF100"]
    assert wrong.level == "error"
    assert wrong.message.startswith(message)
    assert wrong.place.text[wrong.place.column - 1 :].startswith("# holdfast:")


def test_an_unused_one_is_a_note_and_the_plan_is_clean(linted: Lint) -> None:
    found = linted(HEAD + f"{BECAUSE}\nmessages: {{m: hello}}\n", Standing(known=True))
    assert [(each.level, each.code) for each in found.findings] == [("note", "HF100")]
    assert found.clean


@pytest.mark.parametrize("code", ["HF103", "HF109", "HF113", "HF115"])
def test_what_nobody_looked_for_is_not_called_unused(linted: Lint, code: str) -> None:
    found = linted(HEAD + f"# holdfast: ignore[{code}] because it is known\nmessages: {{m: hello}}\n")
    assert found.findings == ()


def test_each_file_of_a_plan_has_its_own_comments(linted: Lint) -> None:
    text = f"controls:\n  a: {{layer: prevent, owner: ml}}  {BECAUSE}\n  b: {{layer: prevent, owner: ml}}\n"
    found, ignored = run(linted, text)
    assert found == ["error HF103 8"]
    assert len(ignored) == 1
