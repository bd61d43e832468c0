"""What is watched, what must hold when it crosses, and what is done when it does not."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, Tag, model_validator

from holdfast.plan.model.base import ByKey, Part
from holdfast.plan.model.metrics import By
from holdfast.plan.model.names import (
    DataName,
    EvidenceName,
    LeverName,
    Listener,
    MetricName,
    Party,
    RunbookName,
    WatchedName,
)
from holdfast.plan.model.refusals import refuse
from holdfast.plan.model.values import Count, FalseAlarms, LevelOf, Span
from holdfast.plan.model.words import FreeValue, Keyed, Label, Name, Prose, Several, Some

SeverityLevel: TypeAlias = Literal["SEV-1", "SEV-2", "SEV-3", "SEV-4"]


class Watch(Part):
    """A metric over a window, and the side that is bad."""

    metric: MetricName = Field(description="The metric.")
    data: DataName = Field(description="The records.")
    window: Span = Field(description="The time that one value covers.")
    above: LevelOf | None = Field(None, description="Bad is above this level.")
    below: LevelOf | None = Field(None, description="Bad is below this level.")
    false_alarms: FalseAlarms | None = Field(
        None, description="How often it may cry wolf; makes it a sequential detector with that budget."
    )
    by: By | None = Field(
        None,
        description="Columns to watch by; `[]` watches the whole. Default: the metric's own `by`.",
    )

    @model_validator(mode="after")
    def _one_side(self) -> Watch:
        if self.above is None and self.below is None:
            raise refuse("HF213", "nothing says which side is bad", "add `above: 1%` or `below: 95%`")
        if self.above is not None and self.below is not None:
            raise refuse(
                "HF203", "only one side is bad: `above` or `below`", "write two indicators", into="below"
            )
        return self


class LeverHolds(Part):
    """A lever is in a position."""

    lever: LeverName = Field(description="The lever.")
    subset_of: Annotated[tuple[Label, ...], Several] | None = Field(
        None, description="All that an allowlist may allow at most."
    )
    at: Label | None = Field(None, description="The position, or a more restrictive one.")

    @model_validator(mode="after")
    def _one_condition(self) -> LeverHolds:
        if (self.subset_of is None) == (self.at is None):
            raise refuse(
                "HF213",
                "a lever holds by one of `subset_of` and `at`",
                "add `at: safe`, or `subset_of: [...]`",
            )
        return self


class EvidenceHolds(Part):
    """There is evidence that is recent enough."""

    evidence: EvidenceName = Field(description="The evidence.")
    newer_than: Span = Field(description="How old it may be.")


Condition: TypeAlias = Annotated[
    Annotated[Watch, Tag("@metric")]
    | Annotated[LeverHolds, Tag("@lever")]
    | Annotated[EvidenceHolds, Tag("@evidence")],
    ByKey("a condition", "metric", "lever", "evidence"),
]


class Notify(Part):
    """Tell somebody."""

    notify: Listener = Field(description="Who is told.")
    within: Span | None = Field(None, description="How soon.")


class Page(Part):
    """Wake somebody."""

    page: Party = Field(description="Who is woken.")


class Move(Part):
    """Move a lever."""

    lever: LeverName = Field(description="The lever.")
    to: FreeValue = Field(description="The position: normal, safe, or one that the lever's kind names.")
    scope: Literal["same", "all"] = Field("all", description="`same` is the slice that crossed.")
    for_: Span | None = Field(
        None, alias="for", description="When somebody must renew or lift it; it stays till then."
    )


class Freeze(Part):
    """Refuse new bundles, roll-outs and widening."""

    freeze: Literal["changes"] = Field(description="What is frozen.")
    for_: Span | None = Field(None, alias="for", description="How long.")


class Declare(Part):
    """Open an incident."""

    incident: SeverityLevel = Field(description="Its severity.")
    runbook: RunbookName | None = Field(None, description="The runbook that it starts with.")


class RollBack(Part):
    """Roll a bundle back."""

    rollback: LeverName = Field(description="The lever of the bundle.")


Action: TypeAlias = Annotated[
    Annotated[Notify, Tag("@notify")]
    | Annotated[Page, Tag("@page")]
    | Annotated[Move, Tag("@lever")]
    | Annotated[Freeze, Tag("@freeze")]
    | Annotated[Declare, Tag("@incident")]
    | Annotated[RollBack, Tag("@rollback")],
    ByKey("an action", "notify", "page", "lever", "freeze", "incident", "rollback"),
]
Actions: TypeAlias = Annotated[tuple[Action, ...], Several]


class Confirm(Part):
    """What makes a signal confirmed and not noise."""

    signals: Count | None = Field(None, description="So many crossings.")
    or_review: Count | None = Field(None, description="Or so many records that a person found bad.")


class Quiet(Part):
    """How alerts are kept few."""

    group_by: Annotated[tuple[Label, ...], Several] = Field(
        (), description="What alerts are put together by."
    )
    repeat: Span | None = Field(None, description="How soon the same one is told again.")


class IndicatorPart(Part):
    """What every indicator may say."""

    id: Name = Field(description="The indicator's name.")
    confirm: Annotated[Confirm, Keyed] | None = Field(None, description="What makes a signal confirmed.")
    quiet: Annotated[Quiet, Keyed] | None = Field(None, description="How its alerts are kept few.")
    why: Prose | None = Field(None, description="Why the threshold is where it is.")
    first_move: Prose | None = Field(None, description="What the one who is woken does first.")
    owner: Party | None = Field(None, description="Who keeps it useful.")


class RuleIndicator(IndicatorPart):
    """A risk tolerance made operational: if the KRI crosses, then the KCIs must hold, else act."""

    kri: Annotated[Watch, Keyed] = Field(description="What rises with the risk.")
    kci: Annotated[tuple[Condition, ...], Several] = Field(
        (), description="What shows that the mitigation works; blind or inconclusive counts as unmet."
    )
    when_met: Actions = Field((), description="What is done when it crosses and all conditions hold.")
    when_unmet: Actions = Field((), description="What is done when it crosses and a condition does not hold.")


class PlainIndicator(IndicatorPart):
    """A plain alert."""

    watch: Annotated[Watch, Keyed] = Field(description="What is watched.")
    act: Actions = Field((), description="What is done when it crosses.")


Indicator: TypeAlias = Annotated[
    Annotated[RuleIndicator, Tag("@kri")] | Annotated[PlainIndicator, Tag("@watch")],
    ByKey("an indicator", "kri", "watch"),
]


class Review(Part):
    """What people look at on a rhythm: done is a fact, overdue is an alert."""

    id: Name = Field(description="The review's name.")
    every: Span = Field(description="Its rhythm.")
    of: Annotated[tuple[WatchedName, ...], Some] = Field(
        description="The metrics and indicators that are looked at."
    )
    who: Party = Field(description="Who looks.")
    overdue: Actions = Field((), description="What is done when nobody did.")
