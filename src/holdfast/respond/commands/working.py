"""Statement, hypotheses, decisions, actions, questions, systems, notes."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from holdfast.respond.commands.base import Command, Moment, Reference, Slug, Who, Words

Item = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$")]
"""The id of something in the incident: `a1`, `h2`, `impact-legal`."""
Objective = Literal["safety", "compliance", "trust", "uptime"]


class MakeStatement(Command):
    """Say in one statement what happens, to whom, since when and where."""

    NAME: ClassVar[str] = "statement"

    text: Words
    """What happens: `5 % of EU mobile users get unsafe advice since 10:30 UTC`."""
    who: Words | None = None
    """Who is affected."""
    where: Words | None = None
    """Surface, segment, tenant."""
    since: Moment | None = None
    """The earliest plausible onset: a deploy, a flag, a data refresh."""
    until: Moment | None = None
    """When it ended; nothing while it goes on."""

    @model_validator(mode="after")
    def _in_order(self) -> MakeStatement:
        if self.since and self.until and self.until < self.since:
            msg = "the window ends before it begins"
            raise ValueError(msg)
        return self

    def subject(self) -> str:
        """Return what it changes."""
        return "statement"


class ProposeHypothesis(Command):
    """Propose what causes it."""

    NAME: ClassVar[str] = "hypothesis"

    observation: Words
    """What was seen."""
    explains: Words
    """What would explain it."""
    next_test: Words | None = None
    """What would tell whether it holds."""
    containment: Words | None = None
    """What would contain it."""


class JudgeHypothesis(Command):
    """Say whether a hypothesis held, with what that rests on."""

    NAME: ClassVar[str] = "judge-hypothesis"

    hypothesis: Item
    """Its id: h1."""
    state: Literal["open", "held", "refuted"]
    """Held needs evidence."""
    evidence: tuple[Reference, ...] = ()
    """Ids of evidence."""
    because: Words | None = None
    """What that rests on, in words."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"hypothesis/{self.hypothesis}"


class MakeDecision(Command):
    """Record a decision."""

    NAME: ClassVar[str] = "decide"

    what: Words
    """What was decided."""
    why: Words
    """Why."""
    alternatives: Words | None = None
    """What else was weighed."""
    risk: Words | None = None
    """Which risk is accepted by it."""
    evidence: tuple[Reference, ...] = ()
    """Ids of evidence."""
    favours: tuple[Objective, ...] = ()
    """What it puts first."""
    over: tuple[Objective, ...] = ()
    """Over what."""
    replaces: Item | None = None
    """The decision that it takes the place of."""
    happened_at: Moment | None = None
    """When it was made, where it is recorded later."""

    @model_validator(mode="after")
    def _one_side(self) -> MakeDecision:
        if both := set(self.favours) & set(self.over):
            msg = f"{', '.join(sorted(both))} cannot be put first and last"
            raise ValueError(msg)
        return self


class AgreeAction(Command):
    """Agree that somebody does something by some time."""

    NAME: ClassVar[str] = "action"

    what: Words
    """What is to be done."""
    owner: Who
    """An actor, a group of the plan, or `role:technical`."""
    due: Moment
    """By when."""


class ChangeAction(Command):
    """Say that an action is done or dropped, or give it another owner or time."""

    NAME: ClassVar[str] = "change-action"

    action: Item
    """Its id: a1."""
    state: Literal["open", "done", "dropped"] | None = None
    """To drop it needs a note."""
    owner: Who | None = None
    """Who does it now."""
    due: Moment | None = None
    """By when now."""
    note: Words | None = None
    """What came of it, or why it is dropped or moved."""
    evidence: tuple[Reference, ...] = ()
    """Ids of evidence."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"action/{self.action}"


class AskQuestion(Command):
    """Write down what is not known, and who finds out."""

    NAME: ClassVar[str] = "question"

    text: Words
    """The question."""
    owner: Who
    """An actor, a group of the plan, or `role:privacy`."""


class AnswerQuestion(Command):
    """Answer a question."""

    NAME: ClassVar[str] = "answer"

    question: Item
    """Its id: q1."""
    answer: Words
    """The answer."""
    evidence: tuple[Reference, ...] = ()
    """Ids of evidence."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"question/{self.question}"


class RelateSystem(Command):
    """Say that another system belongs to the incident."""

    NAME: ClassVar[str] = "system"

    system: Slug
    """Id of the system."""
    how: Literal["touched", "upstream", "downstream", "unrelated"] = "touched"
    """Whether it fails too, feeds this one, is fed by it; or is unrelated after all."""
    because: Words | None = None
    """Why."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"system/{self.system}"


class AddNote(Command):
    """Write something down."""

    NAME: ClassVar[str] = "note"

    text: Words
    """The note."""
    happened_at: Moment | None = None
    """When it happened, where it is recorded later."""
    evidence: tuple[Reference, ...] = ()
    """Ids of evidence."""
