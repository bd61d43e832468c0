"""How every duty stands: what the tree says, what a person decided, and when each notice is due. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from holdfast.respond.events.duties import Answer
from holdfast.respond.model.clocks import Clock, clock_id
from holdfast.respond.model.duties.regimes import ASSUMED, STARTS, Regime, Stage, all_regimes
from holdfast.respond.model.duties.state import Decision, DutiesState, Sent
from holdfast.respond.model.duties.terms import CONTRACT, Days, ends, year_end
from holdfast.respond.model.duties.tree import Known, Proposal, propose

Stands: TypeAlias = Literal["due", "sent", "not_applicable", "open", "to_confirm"]
"""to_confirm: the tree says that it does not apply, and no person has recorded a reason yet."""
StageStands: TypeAlias = Literal["sent", "due", "waiting", "none"]

REMINDER = timedelta(hours=24)
"""Where a law says `without undue delay` and no figure, Holdfast reminds after this long. It is ours."""
QUESTIONS = "questions"
"""The subject of the clock of what is open: the earliest end among the duties that may apply."""


@dataclass(frozen=True)
class Ground:
    """What duties stand on, besides what was recorded about them.

    Attributes
    ----------
    declared_at, declared_seq : datetime, int
        When the incident was declared: where an awareness is assumed to lie until it is recorded.
    places : tuple of str
        Whose law the plan and the impact checklist name.
    answers : mapping
        Answers that the impact checklist gives; one given to the tree itself goes before.
    days : Days
        Zone and holidays of the plan or the workspace.
    """

    declared_at: datetime
    declared_seq: int
    places: tuple[str, ...] = ()
    answers: Mapping[str, Answer] | None = None
    days: Days = Days()  # noqa: RUF009 -- immutable


@dataclass(frozen=True)
class Start:
    """What a clock counts from; `sure` is whether it was recorded, else it was assumed."""

    at: datetime
    seq: int
    what: str
    sure: bool = True


@dataclass(frozen=True)
class StageStanding:
    """How one notice stands.

    Attributes
    ----------
    stands : str
        sent, due, waiting (what starts its clock is not recorded), or none (it is not asked for).
    due : datetime or None
        UTC; None while it waits, or where a contract names the time and nobody has entered it.
    reminder : bool
        Whether `due` is Holdfast's own reminder, as the law names no figure.
    unnamed_holidays : bool
        Whether business days were counted although nobody has named a holiday.
    """

    stage: Stage
    stands: StageStands
    start: Start | None = None
    due: datetime | None = None
    reminder: bool = False
    unnamed_holidays: bool = False
    sent: tuple[Sent, ...] = ()


@dataclass(frozen=True)
class Duty:
    """How one duty stands.

    Attributes
    ----------
    changed : bool
        Whether answers have changed since a person decided, so that they must decide again.
    doubt : bool
        Whether it was decided as due although the tree now says that it does not apply.
    """

    regime: Regime
    proposal: Proposal
    stands: Stands
    stages: tuple[StageStanding, ...]
    decision: Decision | None = None
    changed: bool = False
    doubt: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do: sent, or not applicable by a person's decision."""
        return self.stands in ("sent", "not_applicable")

    @property
    def due(self) -> datetime | None:
        """When its next notice is due."""
        return min((s.due for s in self.stages if s.stands == "due" and s.due is not None), default=None)


def known_of(state: DutiesState, ground: Ground) -> Known:
    """Return what the tree goes by: what was answered, over what the checklist and the plan say."""
    answers: dict[str, Answer] = dict(ground.answers or {})
    answers.update({question: answered.answer for question, answered in state.answers.items()})
    places = ground.places if state.places is None else state.places
    aware = state.starts.get("awareness")
    return Known(answers, places, (aware.happened_at if aware else ground.declared_at).date())


def duties(state: DutiesState, ground: Ground) -> list[Duty]:
    """Return how every duty stands, in the order of the list."""
    known = known_of(state, ground)
    return [_duty(regime, state, ground, known) for regime in all_regimes()]


def _duty(regime: Regime, state: DutiesState, ground: Ground, known: Known) -> Duty:
    proposal = propose(regime, known)
    decision = state.decisions.get(regime.id)
    stages = tuple(_stage(regime, stage, state, ground, known) for stage in regime.stages)
    asked = [each for each in stages if each.stands != "none" and each.stage.every is None]
    if asked and all(each.stands == "sent" for each in asked):
        return Duty(regime, proposal, "sent", stages, decision)
    begun = any(each.sent for each in stages)
    stands, changed = _stands(proposal, decision, begun)
    doubt = decision is not None and decision.decided == "due" and proposal.says == "not_applicable"
    return Duty(regime, proposal, stands, stages, decision, changed, doubt)


def _stands(proposal: Proposal, decision: Decision | None, begun: bool) -> tuple[Stands, bool]:
    """Return how a duty stands that is not sent in full, and whether it must be decided again."""
    says: Stands = "to_confirm" if proposal.says == "not_applicable" else proposal.says
    if decision is None:
        return ("due" if begun else says), False
    if decision.decided == "due":
        return "due", False
    if decision.decided == "open":
        return ("due" if says == "due" else "open"), says != "open" and proposal.says != decision.proposed
    worse = {"not_applicable": 0, "open": 1, "due": 2}
    if worse[proposal.says] > worse[decision.proposed]:  # the reason was given for milder answers
        return says, True
    return "not_applicable", False


def _stage(regime: Regime, stage: Stage, state: DutiesState, ground: Ground, known: Known) -> StageStanding:
    sent = tuple(state.sendings(regime.id, stage.name))
    if stage.only is not None and known.answer(stage.only) == "no" and not sent:
        return StageStanding(stage, "none")
    if sent and stage.every is None:
        return StageStanding(stage, "sent", sent=sent, due=sent[-1].due_at)
    if stage.every is not None and stage.until in state.starts:
        return StageStanding(stage, "sent" if sent else "none", sent=sent)
    days = (state.days or ground.days).within(regime.zone)
    start = _start(regime, stage, state, ground, days)
    if stage.every is not None and sent:
        start = Start(sent[-1].sent_at, sent[-1].seq, f"the last {stage.name} notice")
    if start is None:
        return StageStanding(stage, "waiting", sent=sent)
    decision = state.decisions.get(regime.id)
    due, reminder = _end(stage, start, days, decision)
    business = stage.within is not None and stage.within.unit == "business days"
    return StageStanding(stage, "due", start, due, reminder, business and days.holidays is None, sent)


def _end(stage: Stage, start: Start, days: Days, decision: Decision | None) -> tuple[datetime | None, bool]:
    if stage.within is not None:
        return ends(stage.within, start.at, days), False
    if stage.says == CONTRACT:
        return (decision.due_at if decision is not None else None), False
    return start.at + REMINDER, True


def _start(regime: Regime, stage: Stage, state: DutiesState, ground: Ground, days: Days) -> Start | None:
    """Return what starts a stage's clock: the earliest that was recorded, else one that is assumed."""
    found = [start for name in stage.starts if (start := _one(name, regime, state, ground, days)) is not None]
    return min(found, key=lambda start: (not start.sure, start.at, start.seq), default=None)


def _one(name: str, regime: Regime, state: DutiesState, ground: Ground, days: Days) -> Start | None:
    word, _, of = name.partition(" ")
    if of:
        own = regime.stage(of)
        sendings = state.sendings(regime.id, of) if own else state.sendings(of)
        if not sendings:
            return None
        last = sendings[-1 if word == "latest" else 0]
        return Start(last.sent_at, last.seq, f"when the {of} notice was sent")
    if name == "year_end":
        discovered = _one("discovery", regime, state, ground, days)
        assert discovered is not None  # noqa: S101 -- an assumed start is always there; for the type checker
        at = year_end(discovered.at, days)
        return Start(at, discovered.seq, "the end of the year of discovery", discovered.sure)
    started = state.starts.get(name)
    if started is not None:
        return Start(started.happened_at, started.seq, STARTS[name])
    if name in ASSUMED:
        return Start(ground.declared_at, ground.declared_seq, STARTS[name], sure=False)
    return None


def duty_clocks(found: list[Duty]) -> list[Clock]:
    """Return the clocks that run: one for each notice that is due, and one for all that is open.

    A duty that is open counts: its time runs whether or not its questions are answered.
    """
    clocks = [
        _clock(duty.regime, each, each.start, each.due)
        for duty in found
        if duty.stands == "due"
        for each in duty.stages
        if each.stands == "due" and each.start is not None and each.due is not None
    ]
    open_ = [
        (each.due, each.start, duty)
        for duty in found
        if duty.stands == "open"
        for each in duty.stages
        if each.stands == "due" and each.start is not None and each.due is not None
    ]
    if open_:
        due, start, duty = min(open_, key=lambda each: (each[0], each[2].regime.id))
        count = len({each[2].regime.id for each in open_})
        noun = "duty" if count == 1 else "duties"
        title = f"open questions of {count} notification {noun}, {duty.regime.id} first"
        key = clock_id("duty", f"{QUESTIONS}/{duty.regime.id}", start.seq)
        clocks.append(Clock(key, "duty", QUESTIONS, title, due, start.at, start.seq, start.sure))
    return clocks


def _clock(regime: Regime, each: StageStanding, start: Start, due: datetime) -> Clock:
    repeated = f"/{len(each.sent) + 1}" if each.stage.every is not None else ""
    subject = f"{regime.id}/{each.stage.name}"
    title = f"{regime.law} {regime.article}: {each.stage.name} to {regime.notify}"
    key = clock_id("duty", subject + repeated, start.seq)
    return Clock(key, "duty", regime.id, title, due, start.at, start.seq, start.sure)
