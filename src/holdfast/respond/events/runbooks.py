"""Following a runbook in an incident: which one, what was done, by whom. A stream of its own for each run."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed

Origin = Literal["library", "plan", "file"]
Outcome = Literal["completed", "abandoned"]


class RunbookStarted(Event):
    """A runbook is followed in an incident from here on. The stream is `runbook/<incident>/<run>`."""

    incident: str = Field(description="Id of the incident.")
    run: int = Field(description="Which run of a runbook in this incident, from 1.")
    runbook: str = Field(description="The runbook's name.")
    version: str = Field(description="Its version, for people.")
    digest: str = Field(description="SHA-256 of its meaning: exactly what is followed.")
    origin: Origin = Field(description="Where it was found: library, plan or file.")
    failure_mode: str | None = Field(description="The failure mode that it answers; null for none.")
    first: str = Field(description="Id of the first step.")
    body: Sealed = Field(description="Its text as it was, so that it can be followed to its end.")
    drill: str | None = Field(None, description="Id of the drill that this is part of; null in earnest.")


class RunbookStepBegun(Event):
    """A lever is about to be moved by an act. Without an end, it is moved again by its key."""

    step: str = Field(description="Id of the step.")
    key: str = Field(description="The same for the same wish: moving twice with one key moves once.")
    lever: str = Field(description="The lever of the plan, or `safe_mode`.")
    position: str = Field(description="Where it is moved to.")
    scope: dict[str, str] = Field(description="Whom it is moved for: tenant, region, ...; empty for all.")
    until: str | None = Field(None, description="When somebody must renew or lift it, ISO 8601 UTC.")


class RunbookStepDone(Event):
    """A step was done. Of a confirmation: whether what was done helped."""

    step: str = Field(description="Id of the step.")
    leads_to: str = Field(description="Id of the step that follows, or `end`.")
    note: Sealed | None = Field(None, description="What was seen or done, in words.")
    helped: bool | None = Field(None, description="Of a confirmation; null for all else.")
    by_hand: bool = Field(False, description="Of an act that moves a lever: a person says that they did it.")
    in_force: bool | None = Field(
        None, description="Of a moved lever: whether it is known to be obeyed; null for all else."
    )
    receipts: list[str] = Field([], description="Of moved levers: references of facts or outside systems.")


class RunbookStepSkipped(Event):
    """A step was left out, with the reason."""

    step: str = Field(description="Id of the step.")
    leads_to: str = Field(description="Id of the step that follows, or `end`.")
    reason: Sealed = Field(description="Why, in words.")


class RunbookBranchTaken(Event):
    """A decision of the runbook was taken."""

    step: str = Field(description="Id of the step.")
    branch: str = Field(description="The branch that was chosen.")
    leads_to: str = Field(description="Id of the step that follows, or `end`.")
    reason: Sealed | None = Field(None, description="Why, in words.")


class RunbookEnded(Event):
    """The end of the runbook was reached, or it was abandoned."""

    outcome: Outcome = Field(description="completed or abandoned.")
    reason: Sealed | None = Field(None, description="Of an abandoned one: why.")


EVENTS: tuple[type[Event], ...] = (
    RunbookStarted,
    RunbookStepBegun,
    RunbookStepDone,
    RunbookStepSkipped,
    RunbookBranchTaken,
    RunbookEnded,
)
