"""The written rules of severity: one table, each cell tested; the worst dimension wins.

    |       | user harm           | privacy, security   | people     | legal       | money   | reversible |
    |-------|---------------------|---------------------|------------|-------------|---------|------------|
    | SEV-1 | severe, accusation, | disclosed,          | > 5 % or a | duty likely | > 250 k | no         |
    |       | discrimination (1)  | unauthorised action | critical   |             |         |            |
    |       |                     |                     | tenant     |             |         |            |
    | SEV-2 | serious,            | plausible           | > 1 %      | plausible   | > 50 k  | partly     |
    |       | discrimination (2)  |                     |            |             |         |            |
    | SEV-3 | annoying            | none seen           | <= 1 %     | none seen   | <= 50 k | yes        |
    | SEV-4 | near miss, none     | attempt blocked,    | none       | none        | none    | yes        |
    |       |                     | none in the path    |            |             |         |            |

(1) in a high-stakes decision, or where nobody knows whether it is one; (2) elsewhere: unfair treatment.
What can be undone never raises a severity: `yes` stands in two rows and counts as the milder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from holdfast.kernel.incidents import Severity
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.severity import SeverityMatrix

S1, S2, S3, S4 = Severity.SEV1, Severity.SEV2, Severity.SEV3, Severity.SEV4

HARM: dict[str, tuple[Severity, str]] = {
    "severe": (S1, "physical or severe psychological harm is credible"),
    "accusation": (S1, "a false accusation of a person"),
    "discrimination": (S2, "systematic unfair treatment"),
    "serious": (S2, "serious wrong advice or unfair treatment"),
    "annoying": (S3, "annoying, recoverable"),
    "near_miss": (S4, "a near-miss, caught by a control"),
    "none": (S4, "no harm to people"),
}
DISCRIMINATES = (S1, "systematic discrimination in a high-stakes decision")
EXPOSURE: dict[str, tuple[Severity, str]] = {
    "disclosed": (S1, "data of others was disclosed"),
    "unauthorised_action": (S1, "an unauthorised action was done"),
    "plausible": (S2, "exposure is plausible"),
    "none_seen": (S3, "no exposure seen so far"),
    "attempt_blocked": (S4, "an attempt was blocked"),
    "none": (S4, "no data and no rights are in the path"),
}
LEGAL: dict[str, tuple[Severity, str]] = {
    "duty_likely": (S1, "a duty to notify is likely"),
    "plausible": (S2, "legal exposure is plausible"),
    "none_seen": (S3, "no legal exposure seen so far"),
    "none": (S4, "no legal exposure"),
}
REVERSIBLE: dict[str, tuple[Severity, str]] = {
    "no": (S1, "it cannot be undone"),
    "partly": (S2, "it can be undone in part"),
    "yes": (S4, "it can be undone"),
}
DIMENSIONS = ("user_harm", "privacy", "people", "legal", "money", "reversible")


@dataclass(frozen=True)
class Matrix:
    """The rules that hold for one incident: the default ones, or what a plan says instead.

    Attributes
    ----------
    name : str
        `default`, or the digest of the plan whose matrix it is.
    share_above, people_above, money_above : mapping
        Severity -> more than this makes it so severe.
    words : mapping
        Dimension -> severity -> what the plan's own matrix says in words; a person chooses the row.
    update_every : mapping
        Severity -> how often those concerned hear of it, where it has a clock.
    tiers : mapping
        Severity -> the guardrail tier that goes with it, of the lever in `lever`.
    """

    name: str = "default"
    share_above: Mapping[Severity, float] = field(default_factory=lambda: {S1: 0.05, S2: 0.01, S3: 0.0})
    people_above: Mapping[Severity, float] = field(default_factory=lambda: {S3: 0.0})
    money_above: Mapping[Severity, float] = field(
        default_factory=lambda: {S1: 250_000.0, S2: 50_000.0, S3: 0.0}
    )
    words: Mapping[str, Mapping[Severity, str]] = field(default_factory=dict)
    update_every: Mapping[Severity, timedelta] = field(
        default_factory=lambda: {S1: timedelta(minutes=15), S2: timedelta(minutes=30)}
    )
    tiers: Mapping[Severity, str] = field(default_factory=dict)
    lever: str | None = None


DEFAULT = Matrix()


def matrix_of(plan: Plan | None) -> Matrix:
    """Return the rules of a plan; the default ones where it has none of its own."""
    if plan is None or not isinstance(plan.severity, SeverityMatrix):
        return DEFAULT
    levels = {Severity(name): rule for name, rule in plan.severity.levels.items()}
    words: dict[str, dict[Severity, str]] = {}
    for severity, rule in levels.items():
        for dimension in ("user_harm", "privacy", "legal", "reversible"):
            if said := getattr(rule, dimension):
                words.setdefault(dimension, {})[severity] = said
    people = {s: r.people_above.value for s, r in levels.items() if r.people_above is not None}
    money = {s: r.money_above.value for s, r in levels.items() if r.money_above is not None}
    every = {s: r.update_every.delta for s, r in levels.items() if r.update_every is not None}
    shares = {s: level for s, level in people.items() if 0 < level < 1}
    return Matrix(
        name=plan.digest,
        share_above={**DEFAULT.share_above, **shares},
        people_above={**DEFAULT.people_above, **{s: n for s, n in people.items() if s not in shares}},
        money_above={**DEFAULT.money_above, **money},
        words=words,
        update_every={**DEFAULT.update_every, **every},
        tiers={s: r.tier for s, r in levels.items() if r.tier is not None},
        lever=plan.severity.lever,
    )
