"""The plan as a whole: one definition, from which loader, JSON Schema and reference page come."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from holdfast.kernel.canonical import Json
from holdfast.kernel.ids import digest
from holdfast.plan.model.arms import Arm
from holdfast.plan.model.base import Part
from holdfast.plan.model.calendars import Calendar
from holdfast.plan.model.data import DataSource
from holdfast.plan.model.gates import Gate
from holdfast.plan.model.indicators import Indicator, Review
from holdfast.plan.model.levers import Lever
from holdfast.plan.model.metrics import Metric
from holdfast.plan.model.names import LeverName
from holdfast.plan.model.people import Audience, Authority, Person
from holdfast.plan.model.refusals import refuse, shown
from holdfast.plan.model.risks import Claim, Control, Risk, Tolerance
from holdfast.plan.model.routes import Route
from holdfast.plan.model.severity import Severity
from holdfast.plan.model.system import System
from holdfast.plan.model.values import Span
from holdfast.plan.model.words import FreeValue, Keyed, Name, Prose, RelativePath, Several

FORMAT = "1"
BY_ID = ("risks", "gates", "tolerance", "claims", "indicators", "reviews")
"""Sections that are lists of things with an id."""


def _format(value: object) -> object:
    if str(value) == FORMAT:
        return 1
    newer = isinstance(value, str) and value.isdecimal() and int(value) > 1 and len(value) < 9
    fix = "this Holdfast reads format 1: install a newer one" if newer else "write `holdfast: 1`"
    raise refuse("HF203", f"{shown(value)} is no format of a plan", fix)


class Plan(Part):
    """A plan: what may go wrong with one AI system, and what is done about it before, while and after."""

    holdfast: Annotated[Literal[1], BeforeValidator(_format)] = Field(description="The format's version: 1.")
    include: Annotated[tuple[RelativePath, ...], Several] = Field(
        (), description="Other files of this plan, by paths from this file; they are merged by id."
    )
    system: Annotated[System, Keyed] = Field(description="The system that the plan is about.")
    people: Annotated[dict[Name, Annotated[Person, Keyed]], Keyed] = Field(
        {}, description="Groups and roles, by name: never secrets."
    )
    authority: Annotated[Authority, Keyed] | None = Field(None, description="Decision rights.")
    audiences: Annotated[dict[Name, Annotated[Audience, Keyed]], Keyed] = Field(
        {}, description="Who must be told, by name."
    )
    routes: Annotated[dict[Name, Route], Keyed] = Field({}, description="How people are reached, by name.")
    data: Annotated[dict[Name, DataSource], Keyed] = Field(
        {}, description="Where records come from, by name."
    )
    metrics: Annotated[dict[Name, Metric], Keyed] = Field({}, description="What is measured, by name.")
    arms: Annotated[dict[Name, Annotated[Arm, Keyed]], Keyed] = Field(
        {}, description="Variants of the system, by name, for `holdfast compare`."
    )
    risks: Annotated[tuple[Annotated[Risk, Keyed], ...], Several] = Field(
        (), description="The risk register."
    )
    controls: Annotated[dict[Name, Control], Keyed] = Field(
        {}, description="What holds the risks, by name: `library`, or a control of one's own."
    )
    gates: Annotated[tuple[Gate, ...], Several] = Field((), description="What must be met before a release.")
    tolerance: Annotated[tuple[Annotated[Tolerance, Keyed], ...], Several] = Field(
        (), description="How much harm is tolerated."
    )
    claims: Annotated[tuple[Annotated[Claim, Keyed], ...], Several] = Field(
        (), description="The assurance argument."
    )
    indicators: Annotated[tuple[Indicator, ...], Several] = Field(
        (), description="What is watched in production."
    )
    reviews: Annotated[tuple[Annotated[Review, Keyed], ...], Several] = Field(
        (), description="What people look at on a rhythm."
    )
    levers: Annotated[dict[Name, Lever], Keyed] = Field(
        {}, description="What can be turned to contain, by name."
    )
    safe_mode: Annotated[dict[LeverName, FreeValue], Keyed] = Field(
        {}, description="Lever -> position: the minimum safe posture, declared in advance."
    )
    posture_stale_after: Span | None = Field(
        None,
        description="When a serving process that hears nothing falls back to the more restrictive posture.",
    )
    messages: Annotated[dict[Name, Prose], Keyed] = Field(
        {}, description="What users are told, approved in advance."
    )
    calendar: Annotated[Calendar, Keyed] | None = Field(
        None, description="Where a day ends and which days are holidays, for deadlines in days."
    )
    severity: Severity = Field("default", description="How severe an incident is: `default`, or a matrix.")
    runbooks: Annotated[dict[Name, RelativePath], Keyed] = Field({}, description="Runbook -> its file.")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the plan's canonical form: the same for the same meaning, however it is written."""
        return digest(canonical_form(self))


def canonical_form(plan: Plan) -> dict[str, Json]:
    """Return a plan's meaning as JSON: no defaults, no include, things with an id in the order of their ids.

    A default may therefore never change within a format: a plan that leaves it out would change its meaning
    and keep its digest.
    """
    form: dict[str, Any] = plan.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, exclude={"include"}
    )
    for section in BY_ID:
        if section in form:
            form[section] = sorted(form[section], key=lambda item: str(item["id"]))
    return form
