"""Triage checks: assembling and finishing a harm test, answering the security and privacy list."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from holdfast.respond.commands.base import Command, Reference, Slug, Who, Words
from holdfast.respond.commands.working import Item

Many = Annotated[int, Field(ge=0, le=1_000_000)]
Check = Literal[
    "cross_tenant",
    "private_retrieval",
    "secrets_in_logs",
    "tool_calls",
    "memorised",
    "access_path",
    "who_looked",
]


class AssembleHarmTest(Command):
    """Put a minimal harm test together, and say what it cannot show."""

    NAME: ClassVar[str] = "harm-test"

    incident_samples: Many = 0
    """Cases from this incident."""
    red_team: Many = 0
    """Known red-team cases."""
    policy_regression: Many = 0
    """Cases of the policy regression set."""
    segments: dict[Slug, Many] = Field(default_factory=dict)
    """Segment -> cases of it: languages, dialects, groups where allowed."""
    harms: tuple[Slug, ...] = ()
    """The categories of harm that it looks for: unsafe-advice, harassment, privacy, discrimination."""
    composition: Words | None = None
    """What is in it, in words."""
    limits: Words
    """What it cannot show."""
    evidence: tuple[Reference, ...] = ()
    """Ids of the cases, where they are kept."""

    @model_validator(mode="after")
    def _some(self) -> AssembleHarmTest:
        if not (
            self.incident_samples or self.red_team or self.policy_regression or any(self.segments.values())
        ):
            msg = "a test without a single case"
            raise ValueError(msg)
        return self


class FinishHarmTest(Command):
    """Record the result of a harm test, or why it was not run."""

    NAME: ClassVar[str] = "harm-test-result"

    test: Item
    """Its id: t1."""
    result: Literal["run", "not_run"] = "run"
    """Whether it was run."""
    harmful: Many | None = None
    """How many answers were harmful."""
    n: Many | None = None
    """Of how many."""
    by_segment: dict[Slug, tuple[Many, Many]] = Field(default_factory=dict)
    """Segment -> harmful answers, and of how many."""
    run_by: Who | None = None
    """Who ran it; oneself, where nobody is named."""
    because: Words | None = None
    """Why it was not run; or what was seen."""
    evidence: tuple[Reference, ...] = ()
    """Ids of evidence."""

    @model_validator(mode="after")
    def _counted(self) -> FinishHarmTest:
        pairs = [*self.by_segment.values()]
        if self.result == "run":
            if self.harmful is None or self.n is None or self.n == 0:
                msg = "a test that was run says how many of how many answers were harmful"
                raise ValueError(msg)
            pairs.append((self.harmful, self.n))
        elif self.because is None:
            msg = "a test that was not run says why"
            raise ValueError(msg)
        if any(k > n for k, n in pairs):
            msg = "more harmful answers than answers"
            raise ValueError(msg)
        return self

    def subject(self) -> str:
        """Return what it changes."""
        return f"test/{self.test}"


class AnswerCheck(Command):
    """Answer a question of the security and privacy list."""

    NAME: ClassVar[str] = "check"

    check: Check
    """Which."""
    answer: Literal["yes", "no", "unknown"]
    """Yes and no need evidence or a note of what was looked at."""
    note: Words | None = None
    """What was looked at."""
    evidence: tuple[Reference, ...] = ()
    """Ids of evidence."""

    @model_validator(mode="after")
    def _shown(self) -> AnswerCheck:
        if self.answer != "unknown" and not (self.note or self.evidence):
            msg = "yes and no need evidence, or a note of what was looked at"
            raise ValueError(msg)
        return self

    def subject(self) -> str:
        """Return what it changes."""
        return f"check/{self.check}"
