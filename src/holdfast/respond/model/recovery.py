"""What recovery must show, by failure mode; and the do-not lists, shown where they matter. Data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RecoveryStep:
    """One step of the recovery checklist.

    Attributes
    ----------
    shows : str
        What it must show.
    always : bool
        Whether it cannot be said not to apply.
    tail : bool
        Whether the slices at the tail must be named: averages hide them.
    """

    id: str
    title: str
    shows: str
    always: bool = False
    tail: bool = False


STEPS: dict[str, RecoveryStep] = {
    step.id: step
    for step in (
        RecoveryStep(
            "smoke",
            "Smoke tests",
            "Core journeys, the risky feature in a restricted place, and policy-critical prompts; several"
            " trials where answers vary.",
            always=True,
        ),
        RecoveryStep(
            "replay",
            "Replay of the incident's traffic",
            "The recorded requests against the candidate: violations, refusals, tool calls and quality beside"
            " those of now.",
            always=True,
            tail=True,
        ),
        RecoveryStep(
            "bias",
            "Bias check",
            "A curated probe set against the last known good: no sudden gap between groups.",
            tail=True,
        ),
        RecoveryStep(
            "canary",
            "Canary by weight",
            "A small share of the traffic on the candidate, with the harm metrics, against the contained"
            " state of now and not only against history.",
            tail=True,
        ),
        RecoveryStep(
            "elicit",
            "Elicitation",
            "Attempts to get secrets, memorised or private text out of the candidate fail.",
        ),
        RecoveryStep(
            "attack", "Attack set", "The payloads of the incident and their variants no longer reach a tool."
        ),
        RecoveryStep(
            "flush",
            "Caches flushed",
            "Nothing that the failing configuration produced is served from a cache.",
        ),
        RecoveryStep(
            "labels", "Labels checked", "Freshness, join and class balance of labels are as they were before."
        ),
        RecoveryStep(
            "upstream",
            "Upstream and downstream",
            "The systems that feed it and that it feeds are well again.",
        ),
        RecoveryStep(
            "detector", "Detector", "What was silent now raises an alert on the incident's own records."
        ),
        RecoveryStep(
            "abuse", "Abuse blocked", "The accounts and patterns of the misuse are refused; others are not."
        ),
        RecoveryStep(
            "refusals", "Refusals", "Wrongful refusals are back at their level, and rightful ones were kept."
        ),
    )
}
COMMON = ("smoke", "replay", "bias", "canary")
BY_MODE: dict[str, tuple[str, ...]] = {
    "drift": COMMON,
    "hallucination": (*COMMON, "flush"),
    "bias-spike": COMMON,
    "data-leakage": (*COMMON, "elicit", "flush"),
    "prompt-injection": (*COMMON, "attack", "elicit"),
    "tool-abuse": (*COMMON, "attack"),
    "misuse": (*COMMON, "abuse"),
    "refusal-regression": (*COMMON, "refusals"),
    "evasion-or-poisoning": (*COMMON, "attack", "labels"),
    "label-failure": (*COMMON, "labels"),
    "model-decay": (*COMMON, "labels"),
    "cascade": (*COMMON, "upstream"),
    "silent-failure": (*COMMON, "detector"),
}
"""Failure mode -> the steps of its recovery, in order."""
ALSO_ALWAYS: dict[str, frozenset[str]] = {
    "bias-spike": frozenset({"bias"}),
    "data-leakage": frozenset({"elicit"}),
    "prompt-injection": frozenset({"attack"}),
    "tool-abuse": frozenset({"attack"}),
}
"""Failure mode -> further steps that cannot be said not to apply: they are what failed."""

DO_NOT: dict[str, tuple[str, ...]] = {
    "contain": (
        "Do not wait for a root cause before containing: reversible, quick, as narrow as the harm.",
        "Do not edit prompts in production without a version and a way back.",
        "Do not queue or throttle without adjusting time-outs, retries and what users read.",
        "Do not roll back the model alone: prompt, index, parameters, tools and caches belong to it.",
    ),
    "evidence": (
        "Do not delete or rotate logs: they are evidence.",
        "Do not copy personal data into the room: attach it to the vault.",
        "Do not read more than you need: every reading is a fact.",
    ),
    "communicate": (
        "Do not name a root cause outside before a hypothesis held.",
        "Do not say resolved before recovery is validated.",
        "Do not say that no data is affected before the checks are answered.",
    ),
    "recover": (
        "Do not declare recovery on averages: name the slices at the tail.",
        "Do not widen without the harm metrics in view, and never everything at once.",
        "Do not leave a temporary fix without an end.",
    ),
    "close": (
        "Do not close with a lever, an alert or a guardrail that nobody reconciled.",
        "Do not accept a risk that you wrote down yourself.",
    ),
}
"""Where it matters -> what not to do."""


def steps_for(mode: str | None) -> tuple[RecoveryStep, ...]:
    """Return the recovery checklist of a failure mode; the common one where it is not known.

    Examples
    --------
    >>> [step.id for step in steps_for("data-leakage")]
    ['smoke', 'replay', 'bias', 'canary', 'elicit', 'flush']
    """
    return tuple(STEPS[step] for step in BY_MODE.get(mode or "", COMMON))


def must_pass(step: RecoveryStep, mode: str | None) -> bool:
    """Return whether a step must pass: it cannot be said not to apply."""
    return step.always or step.id in ALSO_ALWAYS.get(mode or "", frozenset())
