"""A runbook as it is read, shown and followed: every step with the steps that it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from holdfast.kernel.canonical import Json
from holdfast.plan.model.values import Duration
from holdfast.respond.model.runbooks.document import END, Phase, Reach

StepKind: TypeAlias = Literal["observe", "decide", "act", "confirm", "communicate"]


@dataclass(frozen=True)
class Way:
    """A way on from a decision: its name, when it is chosen, and the step that follows."""

    name: str
    when: str
    then: str


@dataclass(frozen=True)
class Move:
    """What an act moves.

    Attributes
    ----------
    lever, kind : str or None
        A lever of the plan by its name, else any of a kind; both None for the safe mode.
    to : Json
        The position.
    scope : str or None
        What it is narrowed to, where the lever can be.
    lasts : Duration or None
        When somebody must renew or lift it.
    """

    lever: str | None
    kind: str | None
    to: Json
    scope: str | None = None
    lasts: Duration | None = None

    @property
    def safe_mode(self) -> bool:
        """Whether it moves every lever of the plan's safe mode."""
        return self.lever is None and self.kind is None


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes
    ----------
    then : str
        The step that follows, or `end`; of a decision, empty.
    ways : tuple of Way
        Of a decision.
    otherwise : str or None
        Of a confirmation: the step that follows where it did not help.
    move : Move or None
        Of an act; None where it is done by hand.
    contains : str or None
        Of an act that contains: how far it reaches.
    metric : str or None
        Of a confirmation: the metric that shows it.
    audience : tuple of str
        Of a communication.
    by : Duration or None
        Of a communication: how long after the declaration, at the latest.
    approval : str or None
        Of a communication: the decision right that it needs.
    """

    id: str
    kind: StepKind
    says: str
    phase: Phase
    then: str
    who: str | None = None
    within: Duration | None = None
    note: str | None = None
    ways: tuple[Way, ...] = ()
    otherwise: str | None = None
    move: Move | None = None
    contains: Reach | None = None
    costs: str | None = None
    undo: str | None = None
    metric: str | None = None
    audience: tuple[str, ...] = ()
    by: Duration | None = None
    approval: str | None = None

    @property
    def leads_to(self) -> tuple[str, ...]:
        """Every step that may follow, each once; `end` among them."""
        reached = (*(way.then for way in self.ways), self.then, self.otherwise or "")
        return tuple(dict.fromkeys(name for name in reached if name))

    def way(self, name: str) -> Way | None:
        """Return a way on by its name, or None."""
        return next((way for way in self.ways if way.name == name), None)


@dataclass(frozen=True)
class Call:
    """When somebody is called or told."""

    when: str
    who: tuple[str, ...]
    within: Duration | None = None


@dataclass(frozen=True)
class Shown:
    """What shows that the system has recovered."""

    proof: str
    metric: str | None = None
    gate: str | None = None


@dataclass(frozen=True)
class Runbook:
    """A runbook.

    Attributes
    ----------
    failure_mode : str or None
        The id of the failure mode that it answers.
    question : str or None
        The diagnostic question.
    """

    id: str
    version: str
    title: str
    steps: tuple[Step, ...]
    failure_mode: str | None = None
    owner: str | None = None
    when: str | None = None
    detected_by: tuple[str, ...] = ()
    question: str | None = None
    escalate: tuple[Call, ...] = ()
    tell: tuple[Call, ...] = ()
    recovery: tuple[Shown, ...] = ()
    do_not: tuple[str, ...] = ()
    learn: str | None = None

    def step(self, id_: str) -> Step | None:
        """Return a step by its id, or None."""
        return self._by_id.get(id_)

    def number(self, id_: str) -> int:
        """Return which step from the top it is, from 1."""
        return list(self._by_id).index(id_) + 1

    @property
    def first(self) -> Step:
        """The step that it starts with."""
        return self.steps[0]

    @property
    def containment(self) -> tuple[Step, ...]:
        """The acts that contain, in the order in which they are tried."""
        return tuple(step for step in self.steps if step.contains is not None)

    def between(self, start: str) -> Iterator[Step]:
        """Yield a step and all that may follow it, each once, from top to bottom."""
        reached, waiting = set(), [start]
        while waiting:
            here = waiting.pop()
            if here in reached or here == END or here not in self._by_id:
                continue
            reached.add(here)
            waiting += self._by_id[here].leads_to
        yield from (step for step in self.steps if step.id in reached)

    @cached_property
    def _by_id(self) -> dict[str, Step]:
        return {step.id: step for step in self.steps}
