"""Each rule at its edges: what it finds, and what it leaves alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from holdfast.kernel.verdict import Verdict
from holdfast.plan.model.lint.harms import too_vague
from holdfast.plan.model.lint.subject import Data
from holdfast.plan.model.standing import Overridden, Shown, Standing

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
Codes = Callable[..., list[str]]
Told = Callable[..., str]

RISK = """\
risks:
  - id: r
    harm: Customers get rude replies and leave
    stakeholders: [customers]
    owner: support-ml
    severity: {severity}
    likelihood: {likelihood}
    controls: {controls}
"""
ALL_LAYERS = "{prevent: [output-filter], detect: [complaints], respond: [rollback]}"


def risk(controls: str = ALL_LAYERS, severity: int = 3, likelihood: int = 2, more: str = "") -> str:
    lines = "".join(f"    {line}\n" for line in more.splitlines())
    return (
        RISK.replace("{severity}", str(severity))
        .replace("{likelihood}", str(likelihood))
        .replace("{controls}", controls)
        + lines
    )


@pytest.mark.parametrize(
    "harm",
    [
        "Bias",
        "Bias.",
        "Hallucinations",
        "toxicity / harassment",
        "Privacy and security issues",
        "The model may be biased",
        "Prompt injection",
        "Data leakage",
        "Misinformation and reputational damage",
        "Legal/regulatory risk",
        "Poor model performance",
        "TBD",
        "todo",
        "???",
        "Diskriminierung",
        "Sesgo",
        "偏見",
        "隐私泄露",
    ],
)
def test_a_word_or_a_category_is_vague(harm: str) -> None:
    assert too_vague(harm) is not None


@pytest.mark.parametrize(
    "harm",
    [
        "Missed urgent cases",
        "Systematic denials for protected groups",
        "Toxic or harassing output to customers",
        "Injection causes unauthorized tool calls or data exfiltration",
        "Wrong dosage",
        "Bias against women over 50",
        "Leaks another customer's invoice",
        "Refund paid twice",
        "Drift after a sensor is replaced",
        "Falscher Betrag wird überwiesen",
        "Dossiers refusés à tort",
        "Créditos denegados a mujeres",
        "医師が悪性腫瘍を見落とす",
        "误诊导致死亡",
        "Пациента отправляют домой с инфарктом",
        "مريض يُرسل إلى البيت مع نوبة قلبية",
    ],
)
def test_terse_and_concrete_is_not_vague_in_any_language(harm: str) -> None:
    assert too_vague(harm) is None


@pytest.mark.parametrize(
    ("severity", "likelihood", "codes"), [(3, 4, ["HF102"]), (4, 3, ["HF102"]), (5, 2, ["HF104"])]
)
def test_a_high_risk_needs_every_layer_a_lower_one_only_detection_and_response(
    found: Codes, severity: int, likelihood: int, codes: list[str]
) -> None:
    assert found(risk("{prevent: [output-filter], respond: [rollback]}", severity, likelihood)) == codes
    without_prevention = "{detect: [complaints], respond: [rollback]}"
    assert found(risk(without_prevention, severity, likelihood)) == (["HF102"] if codes == ["HF102"] else [])


def test_a_high_risk_is_told_which_controls_of_the_library_would_fit(finding: Told) -> None:
    told = finding(risk("{prevent: [output-filter], detect: [complaints]}", 4, 4))
    assert "no control to respond to it" in told
    assert "add to `respond:` a control such as `" in told


def test_what_the_risk_names_already_is_not_suggested_again(finding: Told) -> None:
    told = finding(risk("{prevent: [output-filter], detect: [complaints]}", 4, 4))
    [first, second] = re.findall("`([a-z-]+)`", told.split("such as")[1])
    own = f"controls:\n  {first}: {{layer: detect, owner: product, evidence: [toxicity]}}\n"
    again = finding(own + risk(f"{{prevent: [output-filter], detect: [{first}]}}", 4, 4))
    assert first not in again.split("such as")[1]
    assert second in again.split("such as")[1]


def test_an_indicator_detects_and_its_actions_respond(found: Codes) -> None:
    watched = (
        "indicators:\n"
        "  - id: live\n"
        "    watch: {metric: toxicity, data: live, window: 1h, above: 1%}\n"
        "    act: ACT\n"
        "    why: twice the gate\n"
        "    first_move: read ten\n"
    )
    one = risk("{prevent: [output-filter]}", more="indicators: [live]")
    assert found(one + watched.replace("ACT", "[{page: support-ml}]")) == []
    assert found(one + watched.replace("ACT", "[]")) == ["HF104", "HF110"]


def test_a_low_risk_that_is_accepted_needs_no_control(found: Codes) -> None:
    accepted = (
        "residual: {severity: 2, likelihood: 2, because: it is rare, accepted_by: product, until: 2027-01-31}"
    )
    assert found(risk("{}", 2, 2, accepted)) == []
    assert found(risk("{}", 2, 2)) == ["HF104"]


def test_a_layer_that_nobody_owns_is_told_once(found: Codes) -> None:
    own = "controls:\n  rollback: {layer: respond, rehearsed_within: 90d}\n"
    assert found(own + risk()) == ["HF104"]
    assert found(own) == ["HF107"]  # a control of no risk


@pytest.mark.parametrize(
    ("control", "codes"),
    [
        ("{layer: prevent, owner: product, evidence: [toxicity]}", []),
        ("{layer: prevent, owner: product, rehearsed_within: 90d}", []),
        ("{layer: prevent, owner: product, attested: {who: product, every: 90d}}", []),
        ("{layer: prevent, owner: product}", ["HF103"]),
        ("{layer: prevent, owner: product, evidence: []}", ["HF103"]),
        ("{layer: prevent, owner: product, evidence: [drill/x]}", ["HF103"]),
        ("{layer: prevent, owner: product, evidence: [drill/x], rehearsed_within: 90d}", []),
        ("{layer: prevent, owner: product, evidence: [attest/c]}", ["HF103"]),
        (
            "{layer: prevent, owner: product, evidence: [attest/c], attested: {who: product, every: 90d}}",
            [],
        ),
    ],
)
def test_what_counts_as_evidence_of_a_control(found: Codes, control: str, codes: list[str]) -> None:
    assert found(f"controls:\n  c: {control}\n") == codes


def test_evidence_that_somebody_recorded_is_produced(found: Codes) -> None:
    shown = Shown(Verdict.PASS, NOW, None, 1, "signed")
    text = "controls:\n  c: {layer: prevent, owner: product, evidence: [attest/audit]}\n"
    assert found(text) == ["HF103"]
    assert found(text, Standing({"attest/audit": shown}, known=True)) == []


def test_a_library_control_is_shown_to_work_by_what_its_risk_is_measured_by(
    found: Codes, finding: Told
) -> None:
    own = "controls:\n  rollback: library\n"
    assert found(own + risk(more="gates: [toxicity]")) == []
    assert found(own) == []  # nothing rests on it
    told = finding(own + risk())
    assert told.startswith(
        "HF103 `rollback: library`: nothing shows that `rollback` works: `r` names no gate"
    )
    assert "{layer: respond, owner: support-ml, evidence: [...]}" in told


PEOPLE = "system:\n  purpose: {purpose}\n"


@pytest.mark.parametrize(
    "purpose",
    [
        "Scores applicants for flats.",
        "Decides who gets a loan.",
        "Ranks job candidates for recruiters.",
        "Predicts whether a patient will be readmitted.",
        "Triages patients at night.",
        "Flags nothing. Approves benefit claims up to 500 EUR.",
        "Screens CVs.",
        "Rejects insurance claims that look false.",
    ],
)
def test_a_purpose_that_decides_about_people_needs_a_group(found: Codes, purpose: str) -> None:
    assert found(PEOPLE.replace("{purpose}", purpose)) == ["HF105"]


@pytest.mark.parametrize(
    "purpose",
    [
        "Drafts replies to customers' tickets; may open refunds.",
        "Answers employees' questions about leave.",
        "Ranks search results by relevance.",
        "Transcribes what patients and nurses say.",
        "Answers questions about mortgages and credit.",
        "Scores candidate documents for retrieval.",
        "Decides which of two layouts is shown.",
        "Sorts out cracked frames.",
        "Summarises calls for the people who took them.",
        "Detects screens in photos. Tells people apart from dogs.",
    ],
)
def test_a_purpose_that_only_mentions_people_needs_none(found: Codes, purpose: str) -> None:
    assert found(PEOPLE.replace("{purpose}", purpose)) == []


@pytest.mark.parametrize(
    ("columns", "codes"),
    [("[language]", []), ("[tenant]", ["HF105"]), ("[tenant, sex]", []), ("[]", ["HF105"])],
)
def test_a_technical_column_is_no_group_of_people(found: Codes, columns: str, codes: list[str]) -> None:
    metric = f'metrics:\n  toxicity: {{kind: rate, hit: "toxicity >= 0.8", by: {columns}}}\n'
    assert found(risk(more="category: bias") + metric) == codes


def test_a_sliced_metric_that_nothing_judges_is_pointed_at(finding: Told) -> None:
    metric = "metrics:\n  gap: {kind: disparity, of: {kind: rate, hit: rude}, over: [language]}\n"
    assert "judge `gap` in a gate, or watch it" in finding(risk(more="category: bias") + metric)


def test_a_review_that_looks_at_groups_is_a_look_at_groups(found: Codes) -> None:
    more = (
        "metrics:\n  gap: {kind: disparity, of: {kind: rate, hit: rude}, over: [language]}\n"
        "reviews: [{id: weekly, every: 7d, of: [gap], who: support-ml}]\n"
    )
    assert found(risk(more="category: bias") + more) == []


def test_segments_on_the_card_want_a_look_by_group(found: Codes) -> None:
    card = "system:\n  card: {high_risk_segments: [dialects]}\n"
    assert found(card) == ["HF105"]
    alone = "metrics:\n  d: {kind: rate, hit: rude, among: \"language == 'gsw'\"}\n"
    assert found(card + alone) == []


def test_a_column_of_the_data_that_looks_like_a_group_is_suggested(linted, found: Codes) -> None:
    data = Data(columns={"eval": {"toxicity": "number", "age_band": "text"}})
    from_data = [
        each.fix
        for each in linted(
            "holdfast: 1\nsystem: {id: s, name: S, purpose: Ranks applicants., card: {components: "
            "[{id: c, owner: o, rollback: redeploy}]}}\npeople: {o: {}}\n",
            data=data,
        ).findings
    ]
    assert from_data == [
        "add `by: [age_band]` to a metric that a gate judges, or a metric of kind `disparity`"
    ]


@pytest.mark.parametrize(
    ("system", "levers", "codes"),
    [
        ("", "levers: {}\n", ["HF106"]),
        ("system:\n  stage: design\n", "levers: {}\n", []),
        ("system:\n  stage: production\n", "levers: {}\n", ["HF106"]),
        (
            "system:\n  card: {components: [{id: a, owner: product, rollback: redeploy}]}\n",
            "levers: {}\n",
            [],
        ),
        (
            "",
            "levers: {k: {kind: hook, to: {off: {post: $H}}}, f: {kind: flush, to: {off: {post: $H}}}}\n",
            ["HF106"],
        ),
        ("", "levers: {s: {kind: setting, normal: fast}}\n", []),
    ],
)
def test_what_brings_a_system_back(found: Codes, system: str, levers: str, codes: list[str]) -> None:
    assert found(system + levers) == codes


@pytest.mark.parametrize(
    ("lever", "advice"),
    [
        ("{kind: switch}", "`safe: disabled`"),
        ("{kind: allowlist, normal: [a, b]}", "`safe: [a]`"),
        ("{kind: allowlist, normal: []}", "`safe: []`"),
        ("{kind: tier, normal: A, tiers: {A: {}, C: {}, B: {}}}", "`safe: C`"),
        ("{kind: rate_limit, normal: 60/min per tenant}", "`safe: 10/min per tenant`"),
        ("{kind: rate_limit, normal: 1/h}", "`safe: 1/h`"),
        ("{kind: queue, per_second: 1, longest: 1m}", "`safe: queued`"),
        ("{kind: breaker}", "`safe: open`"),
        ("{kind: review_queue, reviewers: product}", '`safe: {when: "true"}`'),
        ("{kind: bundle}", "`safe: last-good`"),
    ],
)
def test_every_kind_of_lever_that_contains_gets_its_own_advice(
    found: Codes, finding: Told, lever: str, advice: str
) -> None:
    told = finding(f"levers:\n  x: {lever}\n")
    assert told.startswith("HF111 `x:")
    assert advice in told.split(" | ")[1]


def test_a_setting_needs_a_safe_position_only_where_a_control_turns_it(found: Codes) -> None:
    levers = "levers:\n  s: {kind: setting, normal: fast}\n"
    assert found(levers) == []
    turned = "controls:\n  c: {layer: respond, owner: product, lever: s, rehearsed_within: 90d}\n"
    assert found(levers + turned) == ["HF111"]


def test_a_right_needs_somebody_who_can_be_reached(found: Codes) -> None:
    people = "people:\n  night: {deputy: relief}\n  relief: {deputy: night}\n  far: {}\n"
    assert found(people + "authority:\n  roll_back: [night, product]\n") == []
    assert found(people + "authority:\n  roll_back: [night, far]\n") == ["HF107"]
    assert found(people + "authority:\n  roll_back: [anyone]\n") == []
    assert found(people + "authority:\n  widen: {who: product, and: far}\n") == ["HF107"]
    assert found(people + "authority:\n  accept_residual: {below_12: far, from_12: product}\n") == ["HF107"]


def test_a_deputy_with_a_route_reaches(found: Codes) -> None:
    called = (
        "people:\n  night: {deputy: DEPUTY}\n"
        "system:\n  card: {components: [{id: c, owner: product, on_call: night}]}\n"
    )
    assert found(called.replace("DEPUTY", "product")) == []
    assert found(called.replace("DEPUTY", "night")) == ["HF112"]


@pytest.mark.parametrize(
    ("route", "codes"),
    [
        ("{jira: $J, site: 'https://corp.example', project: AI}", []),
        ("{confluence: $C, site: 'https://corp.example', space: OPS}", []),
        ("{notion: $N, page: abc}", []),
        ("{slack_bot: $S}", []),
        ("{slack_bot: $S, channel: C1}", ["HF112"]),
        ("{slack: $S}", ["HF112"]),
        ("{webhook: $W}", ["HF112"]),
    ],
)
def test_a_route_that_is_told_of_every_incident_needs_nobody(
    found: Codes, route: str, codes: list[str]
) -> None:
    assert found(f"routes:\n  other: {route}\n") == codes


def test_groups_of_the_same_people_are_one_owner(found: Codes) -> None:
    text = (
        "people:\n"
        "  support-ml: {route: chat, members: [u1, u2]}\n"
        "  product: {route: mail, members: [MEMBER]}\n"
        + risk(
            more="residual: {severity: 3, likelihood: 1, because: b, accepted_by: product, until: 2027-01-31}"
        )
    )
    assert found(text.replace("MEMBER", "u2")) == ["HF107"]
    assert found(text.replace("MEMBER", "u3")) == []


@pytest.mark.parametrize(
    ("until", "codes"), [("2026-11-20", ["HF115"]), ("2026-11-21", []), ("2026-11-22", [])]
)
def test_an_acceptance_counts_on_its_last_day(found: Codes, until: str, codes: list[str]) -> None:
    stays = f"residual: {{severity: 3, likelihood: 1, because: b, accepted_by: product, until: {until}}}"
    assert found(risk(more=stays)) == codes


def test_the_one_who_may_accept_more_may_accept_less(found: Codes) -> None:
    text = (
        "people:\n  board: {route: mail}\n"
        "authority:\n  accept_residual: {below_12: product, from_12: board}\n"
        + risk(more="residual: {severity: S, likelihood: 3, because: b, accepted_by: WHO, until: 2027-01-31}")
    )
    for severity, who, codes in (
        (3, "product", []),
        (3, "board", []),
        (4, "board", []),
        (4, "product", ["HF108"]),
    ):
        assert found(text.replace("S,", f"{severity},").replace("WHO", who)) == codes


def test_an_override_that_ended_is_stale_and_one_of_a_gate_that_is_gone_is_not(found: Codes) -> None:
    ended = Overridden("toxicity", "we had to", NOW - timedelta(days=1), 4)
    assert found("", Standing(overrides=(ended,), known=True)) == ["HF115"]
    for other in (
        Overridden("toxicity", "we had to", NOW + timedelta(days=1), 4),
        Overridden("gone", "we had to", NOW - timedelta(days=1), 4),
    ):
        assert found("", Standing(overrides=(other,), known=True)) == []


@pytest.mark.parametrize(("days", "codes"), [(89, []), (91, ["HF115"])])
def test_a_rehearsal_counts_as_long_as_the_plan_says(found: Codes, days: int, codes: list[str]) -> None:
    held = Shown(Verdict.PASS, NOW - timedelta(days=days), None, 3, "held")
    assert found("", Standing({"drill/rollback": held}, known=True)) == codes


def test_what_was_never_rehearsed_is_not_stale(found: Codes) -> None:
    assert found("", Standing(known=True)) == []


def test_a_signature_that_expired_is_stale(found: Codes) -> None:
    text = "controls:\n  c: {layer: prevent, owner: product, attested: {who: product, every: 90d}}\n"
    signed = Shown(Verdict.PASS, NOW - timedelta(days=91), NOW - timedelta(days=1), 3, "signed")
    assert found(text, Standing({"attest/c": signed}, known=True)) == ["HF115"]
    assert found(text, Standing(known=True)) == []


@pytest.mark.parametrize(
    ("unknown", "code"),
    [
        ("{what: x}", True),
        ("{what: x, test: t}", True),
        ("{what: x, due: 2027-01-31}", True),
        ("{what: x, test: t, due: 2027-01-31}", False),
        ("{what: x, test: t, due: 2026-11-21}", False),
        ("{what: x, test: t, due: 2026-11-20}", True),
    ],
)
def test_an_unknown_needs_a_test_and_a_date_that_is_not_past(found: Codes, unknown: str, code: bool) -> None:
    assert found(risk(more=f"unknowns: [{unknown}]")) == (["HF114"] if code else [])


def test_findings_come_in_the_order_of_the_text(linted) -> None:
    text = (
        "holdfast: 1\nsystem: {id: s, name: S}\n"
        "levers: {x: {kind: switch}, y: {kind: switch, safe: disabled}}\n"
        "controls: {c: {layer: prevent}}\nrisks: [{id: r, harm: Bias, severity: 5, likelihood: 5}]\n"
    )
    places = [(each.place.line, each.place.column) for each in linted(text).findings]
    assert places == sorted(places)
    assert len(places) == 8
