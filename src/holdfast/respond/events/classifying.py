"""What drives an incident, whom it harms, how bad it is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.incidents import Bucket, Severity
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.base import IncidentEvent


class IncidentClassified(IncidentEvent):
    """What drives the incident was said, as far as is known; the last one counts."""

    bucket: Bucket = Field(description="The primary driver: model, data, platform or policy.")
    secondary: list[Bucket] = Field(default_factory=list, description="What else may drive it.")
    mode: str | None = Field(
        None, description="The failure mode: hallucination, data-leakage, ...; null: not known."
    )
    near_miss: bool | None = Field(None, description="Whether a control caught it; null: as declared.")
    because: Sealed | None = Field(None, description="What that rests on.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return "classification"


class ImpactAssessed(IncidentEvent):
    """The impact checklist was filled in. Null is *unknown*, which is an answer. The last one counts."""

    harm: str | None = Field(
        None,
        description="Harm to people: none, near_miss, annoying, serious, severe, accusation, discrimination.",
    )
    who: Sealed | None = Field(None, description="Who might be harmed, and how.")
    high_stakes: bool | None = Field(
        None, description="Whether it bears on a high-stakes decision about people."
    )
    exposure: str | None = Field(
        None,
        description="Data and security: none, none_seen, attempt_blocked, plausible, disclosed,"
        " unauthorised_action.",
    )
    data_kinds: list[str] | None = Field(
        None, description="Kinds of data that are concerned; an empty list: none."
    )
    people_low: int | None = Field(None, description="Number of people affected, at least.")
    people_high: int | None = Field(None, description="Number of people affected, at most.")
    share_low: float | None = Field(None, description="Share of users affected, at least; 0 to 1.")
    share_high: float | None = Field(None, description="Share of users affected, at most; 0 to 1.")
    critical_tenant: bool | None = Field(None, description="Whether a critical tenant is affected.")
    jurisdictions: list[str] | None = Field(None, description="Whose law may apply: EU, US-CA.")
    legal: str | None = Field(
        None, description="What the law may ask: none, none_seen, plausible or duty_likely."
    )
    promises: Sealed | None = Field(None, description="What was promised: policy, marketing, contract.")
    money_low: float | None = Field(None, description="Loss, at least.")
    money_high: float | None = Field(None, description="Loss, at most.")
    currency: str = Field("EUR", description="The currency of the loss: ISO 4217.")
    reversible: str | None = Field(None, description="Whether it can be undone: yes, partly or no.")
    judged: dict[str, Severity] = Field(
        default_factory=dict, description="Dimension -> the row of the plan's own matrix that a person chose."
    )
    unknown: list[str] = Field(description="The questions that were left unknown.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return "impact"


class SeveritySet(IncidentEvent):
    """The severity follows from the checklist, was raised by a person, or was lowered with a reason."""

    severity: Severity = Field(description="SEV-1 to SEV-4.")
    before: Severity | None = Field(None, description="What it was; null at first.")
    by: Literal["rules", "person"] = Field(description="Whether the written rules or a person set it.")
    reasons: list[str] = Field(
        default_factory=list,
        description="The cells of the matrix that decided it, such as `money: more than 250,000`.",
    )
    matrix: str = Field("default", description="`default`, or the digest of the plan whose matrix was used.")
    because: Sealed | None = Field(
        None, description="Why, in the words of who set it; a lowering has it always."
    )

    def subject(self) -> str:
        """Return what the fact is about."""
        return "severity"


class EscalatedAtOnce(IncidentEvent):
    """Something came up that does not wait: harm, disclosure, discrimination, wide impact, no containment."""

    reasons: list[str] = Field(
        description="physical_harm, disclosure, discrimination, wide_impact or not_contained."
    )


EVENTS: tuple[type[Event], ...] = (IncidentClassified, ImpactAssessed, SeveritySet, EscalatedAtOnce)
