"""The triage checks of an incident: harm tests, and the security and privacy list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from holdfast.kernel.events import Event, Recorded
from holdfast.respond.commands.checks import AnswerCheck, AssembleHarmTest, FinishHarmTest
from holdfast.respond.events.checks import CheckAnswered, HarmTestAssembled, HarmTestFinished
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.incident.refusing import no_such
from holdfast.respond.model.incident.work import numbered

CHECKS: dict[str, str] = {
    "cross_tenant": "Could one tenant see another's content?",
    "private_retrieval": "Did retrieval bring private documents to who may not see them?",
    "secrets_in_logs": "Are secrets or personal data in prompts, logs or traces?",
    "tool_calls": "Did tool calls carry identifiers, or reach something that they should not?",
    "memorised": "Does the model repeat training data or its hidden instructions?",
    "access_path": "Did somebody get around authentication or authorisation?",
    "who_looked": "Do we know who looked at the sensitive records of this incident?",
}
"""The list, with its questions. A `yes` (of `who_looked`, a `no`) is a reason to assess the impact anew."""
DATA_CHECKS = ("cross_tenant", "private_retrieval", "secrets_in_logs", "tool_calls")
"""What must have been looked at before anybody says that no data is affected."""


@dataclass(frozen=True)
class HarmTest:
    """A minimal harm test."""

    id: str
    assembled: HarmTestAssembled
    by: str
    at: datetime
    finished: HarmTestFinished | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Answered:
    """An answer to a question of the list."""

    said: CheckAnswered
    by: str
    at: datetime
    seq: int


@dataclass(frozen=True)
class Checked:
    """What was tested and looked at."""

    tests: Mapping[str, HarmTest] = field(default_factory=dict)
    answers: Mapping[str, Answered] = field(default_factory=dict)

    @property
    def data_looked_at(self) -> bool:
        """Whether every check about data was answered with yes or no."""
        return all(
            name in self.answers and self.answers[name].said.answer != "unknown" for name in DATA_CHECKS
        )

    @property
    def alarming(self) -> tuple[str, ...]:
        """The checks whose answer is a reason to assess the impact anew."""
        bad = {name: "no" if name == "who_looked" else "yes" for name in CHECKS}
        return tuple(name for name, each in self.answers.items() if each.said.answer == bad[name])

    def evolve(self, recorded: Recorded) -> Checked:
        """Take a fact into account."""
        event = recorded.event
        match event:
            case HarmTestAssembled():
                test = HarmTest(event.test, event, recorded.actor, recorded.at)
                return replace(self, tests={**self.tests, test.id: test})
            case HarmTestFinished():
                done = replace(self.tests[event.test], finished=event, finished_at=recorded.at)
                return replace(self, tests={**self.tests, done.id: done})
            case CheckAnswered():
                given = Answered(event, recorded.actor, recorded.at, recorded.seq)
                return replace(self, answers={**self.answers, event.check: given})
            case _:
                return self


def assemble(known: Checked, command: AssembleHarmTest, asking: Asking) -> Sequence[Event]:
    """Return the fact of a harm test."""
    return [
        HarmTestAssembled(
            test=numbered("t", known.tests),
            incident_samples=command.incident_samples,
            red_team=command.red_team,
            policy_regression=command.policy_regression,
            segments=dict(command.segments),
            harms=list(command.harms),
            composition=asking.sealed(command.composition),
            limits=asking.seal(command.limits),
            evidence=list(command.evidence),
            key=asking.key,
        )
    ]


def finish(known: Checked, command: FinishHarmTest, asking: Asking) -> Sequence[Event]:
    """Return the fact of a test's result.

    Raises
    ------
    UsageError
        HF706: there is no such test.
    """
    if command.test not in known.tests:
        raise no_such("harm test", command.test, known.tests)
    ran = command.result == "run"
    return [
        HarmTestFinished(
            test=command.test,
            result=command.result,
            harmful=command.harmful if ran else None,
            n=command.n if ran else None,
            by_segment=dict(command.by_segment) if ran else {},
            run_by=(command.run_by or asking.actor) if ran else None,
            because=asking.sealed(command.because),
            evidence=list(command.evidence),
            key=asking.key,
        )
    ]


def answer(command: AnswerCheck, asking: Asking) -> Sequence[Event]:
    """Return the fact of an answer."""
    return [
        CheckAnswered(
            check=command.check,
            answer=command.answer,
            note=asking.sealed(command.note),
            evidence=list(command.evidence),
            key=asking.key,
        )
    ]
