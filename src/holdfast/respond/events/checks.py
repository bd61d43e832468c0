"""Triage checks: the minimal harm test, and the security and privacy list."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.base import IncidentEvent


class HarmTestAssembled(IncidentEvent):
    """A minimal harm test was put together; its composition and limits are written down before it is run."""

    test: str = Field(description="Its id in the incident: t1.")
    incident_samples: int = Field(description="Cases from this incident.")
    red_team: int = Field(description="Known red-team cases.")
    policy_regression: int = Field(description="Cases of the policy regression set.")
    segments: dict[str, int] = Field(default_factory=dict, description="Segment -> cases of it.")
    harms: list[str] = Field(default_factory=list, description="The categories of harm that it looks for.")
    composition: Sealed | None = Field(None, description="What is in it, in words.")
    limits: Sealed = Field(description="What it cannot show.")
    evidence: list[str] = Field(default_factory=list, description="Ids of the cases, where they are kept.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"test/{self.test}"


class HarmTestFinished(IncidentEvent):
    """A minimal harm test was run, or it was said why not."""

    test: str = Field(description="Its id in the incident.")
    result: Literal["run", "not_run"] = Field(description="run or not_run.")
    harmful: int | None = Field(None, description="How many answers were harmful.")
    n: int | None = Field(None, description="Of how many.")
    by_segment: dict[str, tuple[int, int]] = Field(
        default_factory=dict, description="Segment -> harmful answers, and of how many."
    )
    run_by: str | None = Field(None, description="Who ran it: an actor or a program's id.")
    because: Sealed | None = Field(None, description="Why it was not run; or what was seen.")
    evidence: list[str] = Field(default_factory=list, description="Ids of evidence.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"test/{self.test}"


class CheckAnswered(IncidentEvent):
    """A question of the security and privacy list was answered; the last answer counts."""

    check: str = Field(
        description="cross_tenant, private_retrieval, secrets_in_logs, tool_calls, who_looked, ..."
    )
    answer: Literal["yes", "no", "unknown"] = Field(description="yes, no or unknown.")
    note: Sealed | None = Field(None, description="What was looked at.")
    evidence: list[str] = Field(
        default_factory=list, description="Ids of evidence; a yes or no has some or a note."
    )

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"check/{self.check}"


EVENTS: tuple[type[Event], ...] = (HarmTestAssembled, HarmTestFinished, CheckAnswered)
