"""What people found out, decided and agreed: statement, hypotheses, decisions, actions, questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from holdfast.kernel.clock import parse_iso
from holdfast.kernel.events import Recorded
from holdfast.respond.events.working import (
    ActionAgreed,
    ActionChanged,
    DecisionMade,
    HypothesisJudged,
    HypothesisProposed,
    QuestionAnswered,
    QuestionAsked,
    StatementMade,
    SystemRelated,
)
from holdfast.respond.model.clocks import Clock, clock_id

Value = TypeVar("Value")


@dataclass(frozen=True)
class Hypothesis:
    """What may cause it."""

    id: str
    proposed: Recorded
    said: HypothesisProposed
    state: str = "open"
    judged: HypothesisJudged | None = None
    judged_at: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """What was decided."""

    id: str
    recorded: Recorded
    said: DecisionMade
    replaced_by: str | None = None


@dataclass(frozen=True)
class Action:
    """What somebody does."""

    id: str
    agreed: Recorded
    said: ActionAgreed
    state: str
    owner: str
    due: datetime
    changed: Recorded | None = None


@dataclass(frozen=True)
class Question:
    """What somebody finds out."""

    id: str
    asked: Recorded
    said: QuestionAsked
    answered: QuestionAnswered | None = None


@dataclass(frozen=True)
class Working:
    """The work of the room, by subject; every table in the order in which things came up."""

    statement: StatementMade | None = None
    statement_at: datetime | None = None
    statements: int = 0
    hypotheses: Mapping[str, Hypothesis] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    systems: Mapping[str, str] = field(default_factory=dict)

    @property
    def held(self) -> tuple[Hypothesis, ...]:
        """The hypotheses that held: what ends the search for the cause."""
        return tuple(each for each in self.hypotheses.values() if each.state == "held")

    @property
    def open_actions(self) -> tuple[Action, ...]:
        """The actions that are neither done nor dropped."""
        return tuple(each for each in self.actions.values() if each.state == "open")

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions that nobody answered."""
        return tuple(each for each in self.questions.values() if each.answered is None)

    def clocks(self) -> Iterator[Clock]:
        """Yield a clock for every open action."""
        for each in self.open_actions:
            started = each.changed or each.agreed
            name = clock_id("action", each.id, started.seq)
            yield Clock(name, "action", each.id, f"action {each.id}", each.due, started.at, started.seq)

    def evolve(self, recorded: Recorded) -> Working:
        """Take a fact into account."""
        event = recorded.event
        match event:
            case StatementMade():
                return replace(self, statement=event, statement_at=recorded.at, statements=event.number)
            case HypothesisProposed():
                new = Hypothesis(event.hypothesis, recorded, event)
                return replace(self, hypotheses=_with(self.hypotheses, new.id, new))
            case HypothesisJudged():
                known = self.hypotheses[event.hypothesis]
                judged = replace(known, state=event.state, judged=event, judged_at=recorded.at)
                return replace(self, hypotheses=_with(self.hypotheses, known.id, judged))
            case DecisionMade():
                return replace(self, decisions=self._decided(recorded, event))
            case ActionAgreed():
                due = parse_iso(event.due)
                agreed = Action(event.action, recorded, event, "open", event.owner, due)
                return replace(self, actions=_with(self.actions, agreed.id, agreed))
            case ActionChanged():
                changed = replace(
                    self.actions[event.action],
                    state=event.state,
                    owner=event.owner,
                    due=parse_iso(event.due),
                    changed=recorded,
                )
                return replace(self, actions=_with(self.actions, changed.id, changed))
            case QuestionAsked():
                asked = Question(event.question, recorded, event)
                return replace(self, questions=_with(self.questions, asked.id, asked))
            case QuestionAnswered():
                answered = replace(self.questions[event.question], answered=event)
                return replace(self, questions=_with(self.questions, answered.id, answered))
            case SystemRelated():
                systems = {name: how for name, how in self.systems.items() if name != event.system}
                added = {} if event.how == "unrelated" else {event.system: event.how}
                return replace(self, systems=systems | added)
            case _:
                return self

    def _decided(self, recorded: Recorded, event: DecisionMade) -> Mapping[str, Decision]:
        decisions = _with(self.decisions, event.decision, Decision(event.decision, recorded, event))
        if event.replaces in decisions:
            before = replace(decisions[event.replaces], replaced_by=event.decision)
            decisions = _with(decisions, event.replaces, before)
        return decisions


def _with(table: Mapping[str, Value], key: str, value: Value) -> dict[str, Value]:
    return {**table, key: value}
