"""What an incident is and how bad it is: bucket, failure mode, checklist, severity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from holdfast.kernel.events import Event, Recorded
from holdfast.kernel.incidents import Bucket, Severity
from holdfast.respond.commands.classifying import AssessImpact, ClassifyIncident, Escalate, SetSeverity
from holdfast.respond.events.classifying import (
    EscalatedAtOnce,
    ImpactAssessed,
    IncidentClassified,
    SeveritySet,
)
from holdfast.respond.events.working import QuestionAnswered, QuestionAsked
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.failure_modes import FAILURE_MODES
from holdfast.respond.model.incident.refusing import needs_reason, no_such
from holdfast.respond.model.severity.checklist import (
    ASKED,
    Checklist,
    checklist_of,
    recorded_checklist,
)
from holdfast.respond.model.severity.deciding import judge
from holdfast.respond.model.severity.matrix import matrix_of
from holdfast.respond.model.severity.starts import at_once

MODES = {mode.id: mode for mode in FAILURE_MODES}


@dataclass(frozen=True)
class Classified:
    """What is known of kind and weight; None where nobody said.

    Attributes
    ----------
    severity : Severity or None
        As it stands; None before anybody assessed it.
    reasons : tuple of str
        The cells that decided it, where the rules did.
    set_by : str
        `rules` or `person`.
    worst : Severity or None
        The worst that it ever was.
    impact : ImpactAssessed or None
        The checklist as it was filled in last.
    escalated : dict
        What was escalated at once -> when.
    """

    bucket: Bucket | None = None
    secondary: tuple[Bucket, ...] = ()
    mode: str | None = None
    near_miss: bool | None = None
    classified_at: datetime | None = None
    severity: Severity | None = None
    severity_at: datetime | None = None
    severity_seq: int = 0
    reasons: tuple[str, ...] = ()
    set_by: str = ""
    worst: Severity | None = None
    impact: ImpactAssessed | None = None
    impact_at: datetime | None = None
    escalated: tuple[tuple[str, datetime], ...] = ()

    @property
    def checklist(self) -> Checklist:
        """The answers of the checklist; all unknown where nobody filled it in."""
        return recorded_checklist(self.impact) if self.impact else Checklist(unknown=tuple(ASKED))

    @property
    def pages(self) -> bool:
        """Whether it is so bad that people are woken: SEV-1 or SEV-2."""
        return self.severity is not None and self.severity.rank <= 2

    def evolve(self, recorded: Recorded) -> Classified:
        """Take a fact into account."""
        event, at = recorded.event, recorded.at
        if isinstance(event, IncidentClassified):
            near = self.near_miss if event.near_miss is None else event.near_miss
            return replace(
                self,
                bucket=event.bucket,
                secondary=tuple(event.secondary),
                mode=event.mode,
                near_miss=near,
                classified_at=at,
            )
        if isinstance(event, ImpactAssessed):
            return replace(self, impact=event, impact_at=at)
        if isinstance(event, SeveritySet):
            worse = self.worst is None or event.severity.rank < self.worst.rank
            return replace(
                self,
                severity=event.severity,
                severity_at=at,
                severity_seq=recorded.seq,
                reasons=tuple(event.reasons),
                set_by=event.by,
                worst=event.severity if worse else self.worst,
            )
        if isinstance(event, EscalatedAtOnce):
            return replace(self, escalated=(*self.escalated, *((reason, at) for reason in event.reasons)))
        return self


def classify(command: ClassifyIncident, asking: Asking) -> Sequence[Event]:
    """Return the fact of what drives the incident.

    Raises
    ------
    UsageError
        HF706: a failure mode that is none.
    """
    if command.mode is not None and command.mode not in MODES:
        raise no_such("failure mode", command.mode, MODES)
    return [
        IncidentClassified(
            bucket=command.bucket,
            secondary=[each for each in command.secondary if each is not command.bucket],
            mode=command.mode,
            near_miss=command.near_miss,
            because=asking.sealed(command.because),
            key=asking.key,
        )
    ]


def assess(
    known: Classified, questions: Sequence[str], command: AssessImpact, asking: Asking
) -> Sequence[Event]:
    """Return the facts that a checklist makes: itself, its severity, what does not wait, its questions.

    Parameters
    ----------
    questions : sequence of str
        The questions of the checklist that stand open already.
    """
    checklist, matrix = checklist_of(command), matrix_of(asking.plan)
    judged = judge(checklist, matrix)
    facts: list[Event] = [_impact(command, checklist, asking)]
    worse = known.severity is None or (
        judged.severity is not None and judged.severity.rank < known.severity.rank
    )
    if judged.severity is not None and worse:  # a milder one needs a person and a reason
        facts.append(
            SeveritySet(
                severity=judged.severity,
                before=known.severity,
                by="rules",
                reasons=[str(reason) for reason in judged.reasons],
                matrix=matrix.name,
            )
        )
    told = {reason for reason, _ in known.escalated}
    if fresh := [reason for reason in at_once(checklist, matrix) if reason not in told]:
        facts.append(EscalatedAtOnce(reasons=fresh))
    facts += [
        QuestionAsked(
            question=f"impact-{name}",
            asks=name,
            owner=command.owners.get(name, f"role:{ASKED[name].owner}"),
        )
        for name in checklist.unknown
        if f"impact-{name}" not in questions
    ]
    facts += [
        QuestionAnswered(question=question)
        for question in questions
        if question.startswith("impact-") and question.removeprefix("impact-") not in checklist.unknown
    ]
    return facts


def _impact(command: AssessImpact, checklist: Checklist, asking: Asking) -> ImpactAssessed:
    people, share, money = command.people, command.share, command.money
    return ImpactAssessed(
        harm=command.harm,
        who=asking.sealed(command.who),
        high_stakes=command.high_stakes,
        exposure=command.exposure,
        data_kinds=None if command.data_kinds is None else list(command.data_kinds),
        people_low=people and people[0],
        people_high=people and people[1],
        share_low=share and share[0],
        share_high=share and share[1],
        critical_tenant=command.critical_tenant,
        jurisdictions=None if command.jurisdictions is None else list(command.jurisdictions),
        legal=command.legal,
        promises=asking.sealed(command.promises),
        money_low=money and money[0],
        money_high=money and money[1],
        currency=command.currency,
        reversible=command.reversible,
        judged=dict(command.judged),
        unknown=list(checklist.unknown),
        key=asking.key,
    )


def set_severity(known: Classified, command: SetSeverity, asking: Asking) -> Sequence[Event]:
    """Return the fact of a severity that a person sets.

    Raises
    ------
    UsageError
        HF707: it is lowered without a reason.
    """
    if command.severity is known.severity:
        return []
    lowered = known.severity is not None and command.severity.rank > known.severity.rank
    if lowered and command.because is None:
        raise needs_reason("lowering the severity")
    return [
        SeveritySet(
            severity=command.severity,
            before=known.severity,
            by="person",
            because=asking.sealed(command.because),
            key=asking.key,
        )
    ]


def escalate(known: Classified, command: Escalate, asking: Asking) -> Sequence[Event]:
    """Return the fact that something does not wait; none where it was said before."""
    if any(reason == command.reason for reason, _ in known.escalated):
        return []
    return [EscalatedAtOnce(reasons=[command.reason], key=asking.key)]
