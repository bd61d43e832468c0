"""Classifying, assessing the impact, setting the severity."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from holdfast.kernel.incidents import Bucket, Severity
from holdfast.respond.commands.base import Command, Place, Slug, Who, Words

Harm = Literal["none", "near_miss", "annoying", "serious", "severe", "accusation", "discrimination"]
Exposure = Literal["none", "none_seen", "attempt_blocked", "plausible", "disclosed", "unauthorised_action"]
Legal = Literal["none", "none_seen", "plausible", "duty_likely"]
Reversible = Literal["yes", "partly", "no"]
Dimension = Literal["user_harm", "privacy", "people", "legal", "money", "reversible"]


class ClassifyIncident(Command):
    """Say what drives the incident; it may change as more is known."""

    NAME: ClassVar[str] = "classify"

    bucket: Bucket
    """The primary driver, within ten minutes: model, data, platform or policy."""
    secondary: tuple[Bucket, ...] = ()
    """What else may drive it."""
    mode: Slug | None = None
    """The failure mode, such as hallucination or prompt-injection."""
    near_miss: bool | None = None
    """Whether a control caught it before it did harm."""
    because: Words | None = None
    """What that rests on."""

    def subject(self) -> str:
        """Return what it changes."""
        return "classification"


class AssessImpact(Command):
    """Fill in the impact checklist. What is left out is unknown, and becomes a question with an owner."""

    NAME: ClassVar[str] = "assess"

    harm: Harm | None = None
    """The worst credible harm to people. `severe`: physical or severe psychological; `accusation`: a
    false one of a person; `discrimination`: systematic; `serious`: wrong advice or unfair treatment;
    `near_miss`: caught by a control."""
    who: Words | None = None
    """Who might be harmed, and how."""
    high_stakes: bool | None = None
    """Whether it bears on a high-stakes decision about people: credit, work, health, housing, justice."""
    exposure: Exposure | None = None
    """Data and security. `none`: neither is in the path; `none_seen`: looked, and nothing seen so far."""
    data_kinds: tuple[Slug, ...] | None = None
    """Kinds of data that are concerned; an empty list says none."""
    people: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]] | None = None
    """How many people are affected: from, to."""
    share: tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]] | None = None
    """Which share of users is affected: from, to; 0.05 is 5 %."""
    critical_tenant: bool | None = None
    """Whether a critical tenant is affected."""
    jurisdictions: tuple[Place, ...] | None = None
    """Whose law may apply."""
    legal: Legal | None = None
    """What the law may ask. `duty_likely`: a duty to notify is likely."""
    promises: Words | None = None
    """What was promised: policy, marketing, contract."""
    money: tuple[Annotated[float, Field(ge=0, le=1e15)], Annotated[float, Field(ge=0, le=1e15)]] | None = None
    """What it may cost: from, to. A range is enough."""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    """ISO 4217."""
    reversible: Reversible | None = None
    """Whether what happened can be undone."""
    judged: dict[Dimension, Severity] = Field(default_factory=dict)
    """Where the plan's own matrix says something in words: the row whose words fit."""
    owners: dict[Slug, Who] = Field(default_factory=dict)
    """Who finds out what is unknown: question -> actor, group or `role:legal`."""

    @model_validator(mode="after")
    def _ranges(self) -> AssessImpact:
        for name, pair in (("people", self.people), ("share", self.share), ("money", self.money)):
            if pair is not None and pair[0] > pair[1]:
                msg = f"{name}: the range ends before it begins"
                raise ValueError(msg)
        return self

    def subject(self) -> str:
        """Return what it changes."""
        return "impact"


class SetSeverity(Command):
    """Raise the severity, or lower it with a reason."""

    NAME: ClassVar[str] = "severity"

    severity: Severity
    """SEV-1 is the worst."""
    because: Words | None = None
    """Why; needed to lower it."""

    def subject(self) -> str:
        """Return what it changes."""
        return "severity"


class Escalate(Command):
    """Record that something came up that does not wait."""

    NAME: ClassVar[str] = "escalate"

    reason: Literal["physical_harm", "disclosure", "discrimination", "wide_impact", "not_contained"]
    """What came up."""
