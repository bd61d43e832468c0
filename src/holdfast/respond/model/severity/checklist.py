"""The impact checklist: five minutes, one page; unknown is an answer and becomes a question with an owner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from holdfast.kernel.incidents import Severity
from holdfast.respond.commands.classifying import AssessImpact
from holdfast.respond.events.classifying import ImpactAssessed

N = TypeVar("N", int, float)


@dataclass(frozen=True)
class Question:
    """One question of the checklist.

    Attributes
    ----------
    name : str
        The field of the checklist.
    asks : str
        The question, for people.
    owner : str
        The role of the incident that finds out what is unknown, unless somebody is named.
    """

    name: str
    asks: str
    owner: str


QUESTIONS: tuple[Question, ...] = (
    Question("harm", "What is the worst credible harm to people?", "commander"),
    Question("who", "Who might be harmed, and how?", "commander"),
    Question("high_stakes", "Does it bear on a high-stakes decision about people?", "commander"),
    Question("exposure", "Was data disclosed, or an action done without authority?", "security"),
    Question("data_kinds", "Which kinds of data are concerned?", "privacy"),
    Question("people", "How many people are affected, or which share of users?", "technical"),
    Question("share", "Which share of users is that?", "technical"),
    Question("critical_tenant", "Is a critical tenant affected?", "communications"),
    Question("jurisdictions", "Whose law may apply?", "legal"),
    Question("legal", "May the law ask for something: is a duty to notify likely?", "legal"),
    Question("promises", "What was promised: policy, marketing, contract?", "legal"),
    Question("money", "What may it cost, from and to?", "commander"),
    Question("reversible", "Can what happened be undone?", "technical"),
)
ASKED = {question.name: question for question in QUESTIONS}


@dataclass(frozen=True)
class Checklist:
    """The answers that the severity follows from; None is unknown.

    Attributes
    ----------
    people, share, money : tuple or None
        From and to. The severity looks at the upper end.
    judged : dict
        Dimension -> the row of the plan's own matrix that a person chose.
    unknown : tuple of str
        The questions that were left unknown.
    """

    harm: str | None = None
    high_stakes: bool | None = None
    exposure: str | None = None
    data_kinds: tuple[str, ...] | None = None
    people: tuple[int, int] | None = None
    share: tuple[float, float] | None = None
    critical_tenant: bool | None = None
    jurisdictions: tuple[str, ...] | None = None
    legal: str | None = None
    money: tuple[float, float] | None = None
    currency: str = "EUR"
    reversible: str | None = None
    judged: dict[str, Severity] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def checklist_of(command: AssessImpact) -> Checklist:
    """Return the answers that a person gave."""
    return Checklist(
        harm=command.harm,
        high_stakes=command.high_stakes,
        exposure=command.exposure,
        data_kinds=command.data_kinds,
        people=command.people,
        share=command.share,
        critical_tenant=command.critical_tenant,
        jurisdictions=command.jurisdictions,
        legal=command.legal,
        money=command.money,
        currency=command.currency,
        reversible=command.reversible,
        judged={str(dimension): severity for dimension, severity in command.judged.items()},
        unknown=_unknown(command),
    )


def recorded_checklist(event: ImpactAssessed) -> Checklist:
    """Return the answers that a fact holds."""
    people = _pair(event.people_low, event.people_high)
    return Checklist(
        harm=event.harm,
        high_stakes=event.high_stakes,
        exposure=event.exposure,
        data_kinds=None if event.data_kinds is None else tuple(event.data_kinds),
        people=people,
        share=_pair(event.share_low, event.share_high),
        critical_tenant=event.critical_tenant,
        jurisdictions=None if event.jurisdictions is None else tuple(event.jurisdictions),
        legal=event.legal,
        money=_pair(event.money_low, event.money_high),
        currency=event.currency,
        reversible=event.reversible,
        judged=dict(event.judged),
        unknown=tuple(event.unknown),
    )


def _pair(low: N | None, high: N | None) -> tuple[N, N] | None:
    return None if low is None or high is None else (low, high)


def _unknown(command: AssessImpact) -> tuple[str, ...]:
    """Return what was left unknown."""
    nobody = command.people is not None and command.people[1] == 0
    idle = {  # questions whose answer decides nothing
        "high_stakes": command.harm != "discrimination",
        "people": command.share is not None,
        "share": command.people is None or nobody,
    }
    left = (question.name for question in QUESTIONS if getattr(command, question.name) is None)
    return tuple(name for name in left if not idle.get(name, False))
