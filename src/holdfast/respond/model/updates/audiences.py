"""Who must be told, and how they are spoken to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias

from holdfast.plan.model.people import Audience as PlanAudience

Style: TypeAlias = Literal["executives", "support", "engineering", "customers"]
"""How an audience is spoken to: executives decide, support answers, engineering works, customers are told."""
STYLES: tuple[Style, ...] = ("executives", "support", "engineering", "customers")


@dataclass(frozen=True)
class Audience:
    """One audience.

    Attributes
    ----------
    needs : tuple of str
        What they need to hear, as the plan says.
    every : timedelta or None
        How long they may stay without an update.
    channel : str or None
        The route of the plan that reaches them.
    right : str or None
        The decision right that an update to them needs.
    """

    id: str
    style: Style
    needs: tuple[str, ...] = ()
    every: timedelta | None = None
    channel: str | None = None
    external: bool = False
    right: str | None = None


DEFAULTS: tuple[Audience, ...] = (
    Audience(
        "executives", "executives", ("impact", "blast radius", "confidence", "the ask"), timedelta(hours=1)
    ),
    Audience("support", "support", ("what to say and not to say", "ticket tags"), timedelta(minutes=30)),
    Audience("engineering", "engineering", ("logs", "reproduction", "rollback criteria")),
    Audience(
        "customers",
        "customers",
        ("what they saw", "what to do"),
        timedelta(hours=2),
        external=True,
        right="approve_external",
    ),
)
"""The four that are there without a plan; what a plan says of one replaces it. The figures are ours."""


def audiences_of(told: Mapping[str, PlanAudience] | None) -> list[Audience]:
    """Return everybody who is told: the four, as the plan has them, and the plan's others after them.

    Examples
    --------
    >>> [audience.id for audience in audiences_of(None)]
    ['executives', 'support', 'engineering', 'customers']
    """
    plan = dict(told or {})
    found = [_planned(each.id, plan.pop(each.id)) if each.id in plan else each for each in DEFAULTS]
    return found + [_planned(name, audience) for name, audience in plan.items()]


def _planned(name: str, told: PlanAudience) -> Audience:
    other: Style = "customers" if told.external else "executives"
    return Audience(
        id=name,
        style=next((style for style in STYLES if style == name), other),
        needs=tuple(told.needs),
        every=told.every.delta if told.every is not None else None,
        channel=told.channel,
        external=told.external,
        right=told.approval or ("approve_external" if told.external else None),
    )
