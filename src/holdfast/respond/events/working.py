"""What people find out, decide and agree to do."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.base import IncidentEvent

LATE = "When it happened, ISO 8601 UTC, where it is recorded later; null: as it was recorded."
EVIDENCE = "Ids of evidence."


class StatementMade(IncidentEvent):
    """What happens, to whom, since when and where was said in one statement; each version is kept."""

    number: int = Field(description="The version, from 1.")
    text: Sealed = Field(description="What happens: `5 % of EU mobile users since 10:30 UTC`.")
    who: Sealed | None = Field(None, description="Who is affected.")
    where: Sealed | None = Field(None, description="Surface, segment, tenant.")
    since: str | None = Field(None, description="The earliest plausible onset, ISO 8601 UTC.")
    until: str | None = Field(None, description="When it ended, ISO 8601 UTC; null while it goes on.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return "statement"


class HypothesisProposed(IncidentEvent):
    """Somebody proposed what causes it: observation, hypothesis, next test, containment."""

    hypothesis: str = Field(description="Its id in the incident: h1.")
    observation: Sealed = Field(description="What was seen.")
    explains: Sealed = Field(description="What would explain it.")
    next_test: Sealed | None = Field(None, description="What would tell.")
    containment: Sealed | None = Field(None, description="What would contain it if it held.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"hypothesis/{self.hypothesis}"


class HypothesisJudged(IncidentEvent):
    """A hypothesis held, was refuted, or is open again; with what that rests on."""

    hypothesis: str = Field(description="Its id in the incident.")
    state: Literal["open", "held", "refuted"] = Field(description="open, held or refuted.")
    evidence: list[str] = Field(default_factory=list, description=EVIDENCE)
    because: Sealed | None = Field(None, description="What that rests on, in words.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"hypothesis/{self.hypothesis}"


class DecisionMade(IncidentEvent):
    """Somebody decided: what, why, against which alternatives, on what evidence, at which risk."""

    decision: str = Field(description="Its id in the incident: d1.")
    what: Sealed = Field(description="What was decided.")
    why: Sealed = Field(description="Why.")
    alternatives: Sealed | None = Field(None, description="What else was weighed.")
    risk: Sealed | None = Field(None, description="Which risk is accepted by it.")
    evidence: list[str] = Field(default_factory=list, description=EVIDENCE)
    favours: list[str] = Field(
        default_factory=list, description="Which of safety, compliance, trust and uptime it puts first."
    )
    over: list[str] = Field(default_factory=list, description="Over which of them.")
    replaces: str | None = Field(None, description="The decision that it takes the place of.")
    happened_at: str | None = Field(None, description=LATE)


class ActionAgreed(IncidentEvent):
    """Something is to be done, by somebody, by some time."""

    action: str = Field(description="Its id in the incident: a1.")
    what: Sealed = Field(description="What is to be done.")
    owner: str = Field(description="An actor, a group of the plan, or `role:` and a role.")
    due: str = Field(description="By when, ISO 8601 UTC.")
    runbook: str | None = Field(None, description="The runbook's step that it comes from.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"action/{self.action}"


class ActionChanged(IncidentEvent):
    """An action is done, dropped with a reason, or has another owner or time."""

    action: str = Field(description="Its id in the incident.")
    state: Literal["open", "done", "dropped"] = Field(description="open, done or dropped.")
    owner: str = Field(description="Who does it now.")
    due: str = Field(description="By when, ISO 8601 UTC.")
    note: Sealed | None = Field(None, description="What came of it, or why it was dropped or moved.")
    evidence: list[str] = Field(default_factory=list, description=EVIDENCE)

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"action/{self.action}"


class QuestionAsked(IncidentEvent):
    """Something is not known, and somebody finds out."""

    question: str = Field(
        description="Its id in the incident: q1, or impact- and a question of the checklist."
    )
    asks: str | None = Field(None, description="The question of the checklist; null where it is in words.")
    text: Sealed | None = Field(None, description="The question in words.")
    owner: str = Field(description="An actor, a group of the plan, or `role:` and a role.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"question/{self.question}"


class QuestionAnswered(IncidentEvent):
    """A question was answered; one of the checklist by filling it in again."""

    question: str = Field(description="Its id in the incident.")
    answer: Sealed | None = Field(None, description="The answer; null where the checklist says it.")
    evidence: list[str] = Field(default_factory=list, description=EVIDENCE)

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"question/{self.question}"


class SystemRelated(IncidentEvent):
    """Another system belongs to the incident, or after all does not."""

    system: str = Field(description="Id of the system.")
    how: Literal["touched", "upstream", "downstream", "unrelated"] = Field(
        description="touched, upstream, downstream, or unrelated after all."
    )
    because: Sealed | None = Field(None, description="Why.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"system/{self.system}"


class NoteAdded(IncidentEvent):
    """Somebody wrote something down; what happened earlier carries both times."""

    text: Sealed = Field(description="The note.")
    happened_at: str | None = Field(None, description=LATE)
    evidence: list[str] = Field(default_factory=list, description=EVIDENCE)


EVENTS: tuple[type[Event], ...] = (
    StatementMade,
    HypothesisProposed,
    HypothesisJudged,
    DecisionMade,
    ActionAgreed,
    ActionChanged,
    QuestionAsked,
    QuestionAnswered,
    SystemRelated,
    NoteAdded,
)
