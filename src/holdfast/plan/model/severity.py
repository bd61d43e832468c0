"""How severe an incident is, by written rules."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag

from holdfast.plan.model.base import Part
from holdfast.plan.model.indicators import SeverityLevel
from holdfast.plan.model.names import LeverName
from holdfast.plan.model.refusals import refuse, shown
from holdfast.plan.model.values import LevelOf, Span
from holdfast.plan.model.words import Keyed, Name, Prose


class SeverityRule(Part):
    """What makes an incident this severe: the worst dimension wins."""

    user_harm: Prose | None = Field(None, description="Harm to people.")
    privacy: Prose | None = Field(None, description="What became of data, or of security.")
    people_above: LevelOf | None = Field(
        None, description="More people affected than this: a share or a number."
    )
    legal: Prose | None = Field(None, description="What the law may ask.")
    money_above: LevelOf | None = Field(
        None, description="More money lost than this, in the plan's currency."
    )
    reversible: Prose | None = Field(None, description="Whether it can be undone: yes, partly, no.")
    update_every: Span | None = Field(None, description="How often those concerned hear of it.")
    tier: Name | None = Field(None, description="The guardrail tier that goes with it.")


class SeverityMatrix(Part):
    """A matrix of one's own."""

    levels: Annotated[dict[SeverityLevel, Annotated[SeverityRule, Keyed]], Keyed] = Field(
        description="SEV-1 to SEV-4, each with what makes an incident so severe."
    )
    lever: LeverName | None = Field(None, description="The lever whose tiers the levels name.")


def _default(value: object) -> str:
    if value != "default":
        raise refuse(
            "HF203", f"expected `default` or a matrix of one's own, got {shown(value)}", "write `default`"
        )
    return "default"


def _how_it_is_written(value: object) -> str:
    return "@own" if isinstance(value, dict | SeverityMatrix) else "@default"


Severity: TypeAlias = Annotated[
    Annotated[Literal["default"], BeforeValidator(_default), Tag("@default")]
    | Annotated[SeverityMatrix, Tag("@own")],
    Discriminator(_how_it_is_written),
]
