"""Who is reached and how, who may decide what, and who must be told."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag

from holdfast.plan.model.base import Part
from holdfast.plan.model.formulas import Formula
from holdfast.plan.model.names import Holder, Party, RightName, RouteName
from holdfast.plan.model.values import Span, YesNo
from holdfast.plan.model.words import Actor, Keyed, Label, Phrases, Prose, Several, names_or_one


class Person(Part):
    """A group, a role or a person, by an opaque name."""

    route: RouteName | None = Field(None, description="How they are reached.")
    members: Annotated[tuple[Actor, ...], Several] = Field(
        (),
        description="Who acts for them: the opaque ids of `HOLDFAST_ACTOR`, never names. Where none is given,"
        " only an actor that is called as the group is.",
    )
    rotation: Label | None = Field(None, description="How duty changes hands: weekly, follow the sun, ...")
    deputy: Party | None = Field(None, description="Who is asked when they do not answer.")
    contract: Prose | None = Field(None, description="What an outside party owes: `SLA 4 h`.")
    external: YesNo = Field(False, description="Outside the organisation.")


class JointRight(Part):
    """A right that may take the consent of a second person."""

    who: Holder = Field(description="Who may.")
    and_: Party | None = Field(None, alias="and", description="Who must agree as well: two persons.")
    when: Formula | None = Field(None, description="When the second is needed; always, where it is not said.")


def _how_it_is_written(value: object) -> str:
    return "@joint" if isinstance(value, dict | JointRight) else "@names"


Right: TypeAlias = Annotated[
    Annotated[tuple[Holder, ...], BeforeValidator(names_or_one), Tag("@names")]
    | Annotated[JointRight, Tag("@joint")],
    Discriminator(_how_it_is_written),
]


class RightByScore(Part):
    """Who may accept residual risk, by its score."""

    below_12: Party = Field(description="Who accepts a residual score below 12.")
    from_12: Party = Field(description="Who accepts a residual score of 12 and more.")


class Authority(Part):
    """Decision rights: who may, without asking; all else needs the approver."""

    move_to_safe: Right | None = Field(None, description="Move a lever to its safe position.")
    roll_back: Right | None = Field(None, description="Roll a bundle back.")
    disable: Right | None = Field(None, description="Switch the system off.")
    widen: Right | None = Field(None, description="Move a lever to a less restrictive position.")
    contact_vendor: Right | None = Field(None, description="Call an outside party.")
    override_gate: Right | None = Field(None, description="Release against a gate, recorded and expiring.")
    accept_residual: Annotated[RightByScore, Keyed] | None = Field(
        None, description="Accept the risk that stays, by its score."
    )
    approve_external: Right | None = Field(None, description="Approve what is said outside.")
    notify_regulator: Right | None = Field(None, description="Notify an authority.")


class Audience(Part):
    """Somebody who must be told, and what they need to hear."""

    needs: Phrases = Field((), description="What they need to know, separated by `;`.")
    every: Span | None = Field(None, description="How long they may stay without an update.")
    channel: RouteName | None = Field(None, description="How they are told.")
    external: YesNo = Field(False, description="Outside the organisation.")
    approval: RightName | None = Field(None, description="The decision right that an update to them needs.")
