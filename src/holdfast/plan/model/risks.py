"""Risks, what holds them, how much is tolerated, and the argument that it is enough."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag

from holdfast.plan.model.base import Part
from holdfast.plan.model.names import (
    ControlName,
    EvidenceName,
    GateId,
    IndicatorId,
    LeverName,
    Party,
    RiskId,
    WatchedName,
)
from holdfast.plan.model.refusals import refuse, shown
from holdfast.plan.model.system import Texts
from holdfast.plan.model.values import Day, Rank, Share, Span
from holdfast.plan.model.words import Keyed, Name, Prose, Several

Category: TypeAlias = Literal[
    "safety", "bias", "privacy", "security", "misinformation", "ip", "legal", "reputation"
]
Layer: TypeAlias = Literal["prevent", "detect", "respond"]
ControlKind: TypeAlias = Literal[
    "data", "model", "inference", "human", "monitoring", "response", "containment"
]


class Unknown(Part):
    """Something about a risk that nobody knows yet."""

    what: Prose = Field(description="What is not known.")
    test: Prose | None = Field(None, description="The data or the test that would tell.")
    due: Day | None = Field(None, description="By when.")


class ControlsOfRisk(Part):
    """What holds a risk, by layer."""

    prevent: Annotated[tuple[ControlName, ...], Several] = Field((), description="What makes it less likely.")
    detect: Annotated[tuple[ControlName, ...], Several] = Field((), description="What notices it.")
    respond: Annotated[tuple[ControlName, ...], Several] = Field((), description="What stops and repairs it.")


class Residual(Part):
    """The risk that stays, and who accepted it until when."""

    severity: Rank = Field(description="Severity with the controls in force, 1 to 5.")
    likelihood: Rank = Field(description="Likelihood with the controls in force, 1 to 5.")
    because: Prose | None = Field(None, description="Why going on is justified.")
    accepted_by: Party | None = Field(None, description="Who accepted it: not the risk's owner.")
    until: Day | None = Field(None, description="The last day of the acceptance.")

    @property
    def score(self) -> int:
        """R = S x L."""
        return self.severity * self.likelihood


class Risk(Part):
    """A concrete failure mode that harms named stakeholders."""

    id: Name = Field(description="The risk's name.")
    harm: Prose = Field(description="What goes wrong, for whom, and what it does to them: one sentence.")
    stakeholders: Texts = Field((), description="Who is harmed.")
    category: Category | None = Field(None, description="The kind of harm.")
    owner: Party | None = Field(None, description="Who is accountable for the risk.")
    maps_to: Texts = Field((), description="Where frameworks know it: `OWASP-LLM01:2026`.")
    severity: Rank = Field(description="1 minor, 2 annoying, 3 harmful, 4 serious, 5 critical.")
    likelihood: Rank = Field(description="1 rare, 2 unlikely, 3 possible, 4 likely, 5 frequent.")
    unknowns: Annotated[tuple[Annotated[Unknown, Keyed], ...], Several] = Field(
        (), description="What must be found out, by which test, by when."
    )
    controls: Annotated[ControlsOfRisk, Keyed] = Field(
        ControlsOfRisk(), description="What prevents it, detects it and responds to it."
    )
    gates: Annotated[tuple[GateId, ...], Several] = Field(
        (), description="Gates that keep it out of a release."
    )
    indicators: Annotated[tuple[IndicatorId, ...], Several] = Field(
        (), description="Indicators that watch it."
    )
    residual: Annotated[Residual, Keyed] | None = Field(None, description="What stays, and who accepted it.")

    @property
    def score(self) -> int:
        """R = S x L."""
        return self.severity * self.likelihood


class Attested(Part):
    """Evidence that a person signs and that expires."""

    who: Party = Field(description="Who signs.")
    every: Span = Field(description="How long a signature lasts.")


class OwnControl(Part):
    """A control of one's own."""

    layer: Layer = Field(description="What it does to a risk: prevent, detect or respond.")
    kind: ControlKind | None = Field(None, description="Where it acts.")
    owner: Party | None = Field(None, description="Who keeps it working.")
    evidence: Annotated[tuple[EvidenceName, ...], Several] = Field(
        (), description="What shows that it works: gates, indicators, `drill/...` or `attest/...`."
    )
    lever: LeverName | None = Field(None, description="The lever that it turns.")
    rehearsed_within: Span | None = Field(None, description="How old its last rehearsal may be.")
    attested: Annotated[Attested, Keyed] | None = Field(
        None, description="Who signs that it works, how often."
    )
    describes: Prose | None = Field(None, description="What it does, for the register.")


def _from_library(value: object) -> str:
    if value != "library":
        fix = "write `library` for a control of the built-in library, or its keys: {layer: prevent, ...}"
        raise refuse("HF203", f"expected a control, got {shown(value)}", fix)
    return "library"


def _how_it_is_written(value: object) -> str:
    return "@own" if isinstance(value, dict | OwnControl) else "@library"


Control: TypeAlias = Annotated[
    Annotated[Literal["library"], BeforeValidator(_from_library), Tag("@library")]
    | Annotated[OwnControl, Tag("@own")],
    Discriminator(_how_it_is_written),
]


class Tolerance(Part):
    """How much of a harm is tolerated, by whose decision."""

    id: Name = Field(description="The tolerance's name.")
    statement: Prose = Field(description="How much is tolerated, in one sentence.")
    set_by: Party | None = Field(None, description="Who decided it.")
    reviewed: Day | None = Field(None, description="When it was last reviewed.")
    risks: Annotated[tuple[RiskId, ...], Several] = Field((), description="The risks that share the budget.")
    budget: Share | None = Field(None, description="The tolerated share.")


class Assumption(Part):
    """What a claim takes for granted."""

    what: Prose = Field(description="What is taken for granted.")
    watched_by: WatchedName | None = Field(
        None, description="The metric or indicator that would show it failing."
    )


class Claim(Part):
    """A step of the assurance argument; one without live evidence is shown as bare."""

    id: Name = Field(description="The claim's name.")
    claim: Prose = Field(description="What is claimed.")
    risks: Annotated[tuple[RiskId, ...], Several] = Field((), description="The risks that it is about.")
    because: Prose | None = Field(None, description="Why the evidence shows it.")
    evidence: Annotated[tuple[EvidenceName, ...], Several] = Field((), description="What shows it.")
    assumes: Annotated[tuple[Annotated[Assumption, Keyed], ...], Several] = Field(
        (), description="What it takes for granted, each with what watches it."
    )
    kind: Literal["containment", "deployment", "assurance"] | None = Field(
        None, description="The kind of mitigation that it argues for."
    )
