"""The system that the plan is about, and its card."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from holdfast.plan.model.base import Part
from holdfast.plan.model.names import Party
from holdfast.plan.model.values import Day
from holdfast.plan.model.words import Keyed, Label, Name, Prose, Several

Stage: TypeAlias = Literal["design", "training", "evaluation", "shadow", "canary", "production", "retired"]
Texts: TypeAlias = Annotated[tuple[Prose, ...], Several]


class Owners(Part):
    """Who answers for the system."""

    accountable: Party | None = Field(None, description="Who is accountable for the system and its risks.")
    reviewers: Annotated[tuple[Party, ...], Several] = Field(
        (), description="Who reviews: safety, legal, privacy."
    )
    approver: Party | None = Field(
        None, description="Who approves a release, and what nobody else has a right to."
    )


class ModelCard(Part):
    """The model that serves."""

    name: Label | None = Field(None, description="The model's name.")
    version: Label | None = Field(None, description="Its version, as text: `1.10` stays `1.10`.")
    data_sources: Texts = Field((), description="What it was trained on.")
    training_cutoff: Day | None = Field(None, description="The last day that its training data covers.")
    limits: Texts = Field((), description="What it is known to be bad at.")


class Component(Part):
    """A part of the system that can fail and be rolled back by itself."""

    id: Name = Field(description="The component's name.")
    kind: Name | None = Field(
        None, description="What it is: model, prompt_template, retrieval_index, tool, ..."
    )
    owner: Party | None = Field(None, description="Who owns it.")
    on_call: Party | None = Field(None, description="Who is paged for it.")
    where: Prose | None = Field(None, description="Where its source or configuration is.")
    rollback: Prose | None = Field(None, description="The command or the step that brings the last one back.")
    dashboards: Texts = Field((), description="Addresses of dashboards.")


class Card(Part):
    """The system card: what a responder must know within half a minute."""

    model: Annotated[ModelCard, Keyed] | None = Field(None, description="The model that serves.")
    mitigations: Texts = Field((), description="What is in force against harm.")
    baselines: Annotated[dict[str, Prose], Keyed] = Field(
        {}, description="Normal levels, by name: `resolved: 71%`."
    )
    high_risk_segments: Texts = Field((), description="Who or what is at more risk than the rest.")
    topology: Prose | None = Field(None, description="How it is deployed.")
    components: Annotated[tuple[Annotated[Component, Keyed], ...], Several] = Field(
        (), description="What it is made of, each with its owner and on-call."
    )
    blast_radius: Prose | None = Field(None, description="What a failure takes with it.")


class System(Part):
    """One AI-enabled capability with one owner."""

    id: Name = Field(description="The system's name in every fact: never change it.")
    name: Prose = Field(description="The system's name for people.")
    purpose: Prose | None = Field(None, description="What it does, for whom.")
    users: Texts = Field((), description="Who uses it.")
    environments: Texts = Field((), description="Where it runs.")
    constraints: Texts = Field((), description="What it must keep to: latency, regions, law.")
    high_risk_uses: Texts = Field((), description="Intended uses in which a failure harms most.")
    out_of_scope: Texts = Field((), description="Uses that are not intended, misuse included.")
    stage: Stage | None = Field(
        None, description="Where in its life it is; a gate may name the stage it guards."
    )
    owners: Annotated[Owners, Keyed] | None = Field(None, description="Who answers for it.")
    depends_on: Annotated[tuple[Name, ...], Several] = Field(
        (), description="Other systems; an upstream alert is shown downstream."
    )
    promises: Texts = Field((), description="What users were promised; a broken promise is an impact.")
    jurisdictions: Annotated[tuple[Name, ...], Several] = Field(
        (),
        description="Whose law applies, such as EU or US-CA: decides which notification duties count.",
    )
    personal_data: Texts = Field((), description="Kinds of personal data that it handles.")
    card: Annotated[Card, Keyed] | None = Field(None, description="What a responder must know at once.")
