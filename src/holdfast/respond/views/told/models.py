"""The shapes in which an incident is told to programs. A text that was redacted or erased is null."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Told(BaseModel):
    """What all of them have in common."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class ClockTold(Told):
    """A deadline that a fact started."""

    id: str
    """What comes due, of what, started by which fact."""
    kind: str
    """update, duty, action, lever, acceptance or escalation."""
    title: str = Field(examples=["commander: somebody leads"])
    """For people."""
    due: datetime
    """When."""
    standing: str = Field(examples=["soon"])
    """running, soon or overdue."""
    words: str = Field(examples=["due in 4 min"])
    """How much is left."""


class IncidentRow(Told):
    """An incident in a list."""

    id: str = Field(examples=["INC-2026-0001"])
    """Its id."""
    title: str | None
    """What happens, in a line."""
    system: str = Field(examples=["support-assistant"])
    """Id of the system."""
    state: str = Field(examples=["triaging"])
    """declared, triaging, contained, recovering, recovered or closed."""
    severity: str | None = Field(examples=["SEV-2"])
    """SEV-1 to SEV-4; null before anybody assessed it."""
    commander: str | None
    """Who leads: an actor's id; null: nobody."""
    declared_at: datetime
    """When it was declared."""
    changed_at: datetime
    """When something was recorded last."""
    drill: str | None
    """Id of the drill; null in earnest."""
    next: ClockTold | None
    """What is due first; null: nothing, or it is closed."""


class SeverityTold(Told):
    """How bad it is."""

    severity: str | None = Field(examples=["SEV-2"])
    """As it stands."""
    by: str
    """rules or person; empty before anybody assessed it."""
    reasons: tuple[str, ...]
    """The cells of the matrix that decided it."""
    rules_say: str | None
    """What the rules give the checklist now; lowering to it takes a person and a reason."""
    worst: str | None
    """The worst that it ever was."""
    escalated: tuple[str, ...]
    """What was escalated at once."""


class ImpactTold(Told):
    """The impact checklist; null is unknown."""

    harm: str | None
    who: str | None
    high_stakes: bool | None
    exposure: str | None
    data_kinds: tuple[str, ...] | None
    people: tuple[int, int] | None
    share: tuple[float, float] | None
    critical_tenant: bool | None
    jurisdictions: tuple[str, ...] | None
    legal: str | None
    promises: str | None
    money: tuple[float, float] | None
    currency: str
    reversible: str | None
    unknown: tuple[str, ...]


class RoleTold(Told):
    """Who has a role."""

    role: str
    who: str
    since: datetime
    before: str | None


class StatementTold(Told):
    """What happens, to whom, where, since when."""

    number: int
    text: str | None
    who: str | None
    where: str | None
    since: datetime | None
    until: datetime | None


class HypothesisTold(Told):
    """What may cause it."""

    id: str
    state: str
    """open, held or refuted."""
    observation: str | None
    explains: str | None
    next_test: str | None
    containment: str | None
    evidence: tuple[str, ...]
    because: str | None
    by: str
    at: datetime


class DecisionTold(Told):
    """What was decided."""

    id: str
    what: str | None
    why: str | None
    alternatives: str | None
    risk: str | None
    evidence: tuple[str, ...]
    favours: tuple[str, ...]
    over: tuple[str, ...]
    replaced_by: str | None
    by: str
    at: datetime
    happened_at: datetime | None
    """When it was made, where it was recorded later."""


class ActionTold(Told):
    """What somebody does."""

    id: str
    what: str | None
    state: str
    """open, done or dropped."""
    owner: str
    due: datetime


class QuestionTold(Told):
    """What somebody finds out."""

    id: str
    asks: str | None
    owner: str
    answer: str | None
    answered: bool


class LeverTold(Told):
    """Where a lever stands by what was recorded."""

    move: str
    lever: str
    position: str
    scope: dict[str, str]
    widens: bool
    until: datetime | None
    lasting: bool
    known: bool | None
    """true or false: somebody saw whether it is in force; null: it is on paper."""
    metric: str | None
    because: str | None
    by: str
    at: datetime


class AskedTold(Told):
    """A move that waits for a second person, or was answered."""

    move: str
    lever: str
    position: str
    second: str
    answer: str | None
    by: str
    at: datetime


class CheckTold(Told):
    """A question of the security and privacy list."""

    check: str
    asks: str
    answer: str | None
    """yes, no, unknown; null: nobody answered."""
    note: str | None
    evidence: tuple[str, ...]


class HarmTestTold(Told):
    """A minimal harm test."""

    id: str
    composition: str | None
    limits: str | None
    incident_samples: int
    red_team: int
    policy_regression: int
    segments: dict[str, int]
    result: str | None
    """run, not_run; null: not yet."""
    harmful: int | None
    n: int | None
    interval: tuple[float, float] | None
    """Of the share of harmful answers: Wilson, 95 %."""
    because: str | None


class RecoveryTold(Told):
    """A step of the recovery checklist."""

    step: str
    title: str
    shows: str
    required: bool
    """Whether it cannot be said not to apply."""
    result: str | None
    evidence: tuple[str, ...]
    tail: str | None
    because: str | None
    by: str | None


class RiskTold(Told):
    """A risk that stays."""

    id: str
    what: str | None
    exposed: str | None
    justified: str | None
    plan: str | None
    score: int
    until: datetime
    answer: str
    """proposed, accepted, refused or withdrawn."""
    by: str
    answered_by: str | None


class OpenTold(Told):
    """Something that stands against closing."""

    item: str
    words: str


class IncidentTold(IncidentRow):
    """An incident, whole. `version` goes back with a form, so that a stale one is found out."""

    version: int
    """The number of its last fact."""
    account: str | None
    """What was seen, in the words of who declared it."""
    declared_by: str
    source: str
    near_miss: bool
    onset: datetime | None
    """The earliest plausible onset."""
    plan_digest: str | None
    state_since: datetime
    bucket: str | None
    secondary: tuple[str, ...]
    mode: str | None
    assessed: SeverityTold
    impact: ImpactTold | None
    roles: tuple[RoleTold, ...]
    both: str | None
    """Who is both commander and technical lead at SEV-1 or SEV-2 without its having been said aloud."""
    statement: StatementTold | None
    hypotheses: tuple[HypothesisTold, ...]
    decisions: tuple[DecisionTold, ...]
    actions: tuple[ActionTold, ...]
    questions: tuple[QuestionTold, ...]
    systems: dict[str, str]
    levers: tuple[LeverTold, ...]
    moves_asked: tuple[AskedTold, ...]
    frozen: bool
    checks: tuple[CheckTold, ...]
    harm_tests: tuple[HarmTestTold, ...]
    recovery: tuple[RecoveryTold, ...]
    risks: tuple[RiskTold, ...]
    left_open: tuple[OpenTold, ...]
    clocks: tuple[ClockTold, ...]
