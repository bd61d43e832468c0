"""The notification duties of an incident as a page: whom must we tell, by when, and why not the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from holdfast.access.model.permissions import Permission, permitted
from holdfast.access.model.principal import Principal
from holdfast.kernel.sealed import Sealed
from holdfast.plan.model.plan import Plan
from holdfast.respond.model.authority import Granted, holders, may
from holdfast.respond.model.clocks import Clock, in_order
from holdfast.respond.model.duties.deciding import RIGHT
from holdfast.respond.model.duties.regimes import (
    AS_OF,
    NOT_ADVICE,
    STARTS,
    Question,
    Regime,
    all_questions,
    all_regimes,
)
from holdfast.respond.model.duties.standing import Duty, duties, duty_clocks, known_of
from holdfast.respond.model.duties.state import Answered, Decision, Sent, Started
from holdfast.respond.model.duties.terms import Days
from holdfast.respond.model.duties.tree import covers, to_ask
from holdfast.respond.model.gathering import REDACTED
from holdfast.respond.model.grounds import duty_ground
from holdfast.respond.model.incident.state import Incident

Unseal = Callable[[Sequence[Sealed]], Sequence[str | None]]


@dataclass(frozen=True)
class AskedTold:
    """A question of the tree.

    Attributes
    ----------
    hanging : int
        How many duties are open because of it.
    given : str
        What the impact checklist says; empty where it says nothing.
    """

    question: Question
    hanging: int
    answered: Answered | None
    note: str
    given: str

    @property
    def answer(self) -> str:
        """The answer that counts; empty where there is none."""
        return self.answered.answer if self.answered is not None else self.given


@dataclass(frozen=True)
class StartTold:
    """Something that starts a clock, and when it happened as far as is recorded."""

    id: str
    what: str
    started: Started | None
    note: str
    regimes: tuple[str, ...]


@dataclass(frozen=True)
class SentTold:
    """A notice that was sent, with its receipt."""

    sent: Sent
    receipt: str


@dataclass(frozen=True)
class DutyTold:
    """A duty with the words that belong to it."""

    duty: Duty
    reason: str
    sent: tuple[SentTold, ...]
    undone: str

    @property
    def regime(self) -> Regime:
        """The duty's row of the list."""
        return self.duty.regime

    @property
    def decision(self) -> Decision | None:
        """What a person decided."""
        return self.duty.decision


@dataclass(frozen=True)
class DutiesPage:
    """The page.

    Attributes
    ----------
    may_notify : bool
        Whether the viewer may say that a duty does not apply, or was sent.
    who_may : tuple of str
        Who may, where the viewer may not.
    unnamed : tuple of str
        Places of the incident that no duty of the list is about.
    named : callable
        Turns an actor into what readers know them by.
    """

    incident: str
    version: int
    seq: int
    due: tuple[DutyTold, ...]
    open: tuple[DutyTold, ...]
    to_confirm: tuple[DutyTold, ...]
    settled: tuple[DutyTold, ...]
    questions: tuple[AskedTold, ...]
    answered: tuple[AskedTold, ...]
    starts: tuple[StartTold, ...]
    places: tuple[str, ...]
    unnamed: tuple[str, ...]
    days: Days
    clocks: tuple[Clock, ...]
    may_notify: bool
    may_respond: bool
    who_may: tuple[str, ...]
    as_of: str = AS_OF.isoformat()
    not_advice: str = NOT_ADVICE
    named: Callable[[str], str] = str

    @property
    def next(self) -> Clock | None:
        """What is due first."""
        return self.clocks[0] if self.clocks else None


def duties_page(
    incident: Incident,
    plan: Plan | None,
    principal: Principal,
    unseal: Unseal,
    named: Callable[[str], str] = str,
) -> DutiesPage:
    """Return the page for a viewer."""
    state, ground = incident.duties, duty_ground(incident, plan)
    found, known = duties(state, ground), known_of(state, ground)
    words = _opened(incident, unseal)
    told = [_told(duty, incident, words) for duty in found]
    due = sorted(
        (d for d in told if d.duty.stands == "due"), key=lambda d: (d.duty.due is None, d.duty.due or 0)
    )
    hanging = {
        question.id: count
        for question, count in to_ask([duty.proposal for duty in found if not duty.settled])
    }
    given = ground.answers or {}
    asked = [
        AskedTold(
            question,
            hanging.get(question.id, 0),
            state.answers.get(question.id),
            words(state.answers[question.id].note) if question.id in state.answers else "",
            given.get(question.id, ""),
        )
        for question in all_questions().values()
        if question.id in hanging or question.id in state.answers or question.id in given
    ]
    right = may(plan, RIGHT, principal)
    held = holders(plan, RIGHT)
    return DutiesPage(
        incident=incident.id,
        version=incident.version,
        seq=incident.seq,
        due=tuple(due),
        open=tuple(d for d in told if d.duty.stands == "open"),
        to_confirm=tuple(d for d in told if d.duty.stands == "to_confirm"),
        settled=tuple(d for d in told if d.duty.settled),
        questions=tuple(each for each in asked if each.answer in ("", "unknown") and each.hanging),
        answered=tuple(each for each in asked if each.answer not in ("", "unknown")),
        starts=tuple(_starts(found, incident, words)),
        places=known.places,
        unnamed=tuple(place for place in known.places if not _about(place)),
        days=state.days or ground.days,
        clocks=tuple(in_order(duty_clocks(found))),
        may_notify=isinstance(right, Granted),
        may_respond=permitted(principal, Permission.RESPOND),
        named=named,
        who_may=held.parties if held is not None else (f"the role of a {Permission.COMMAND.value}er",),
    )


class _Words:
    """Every text of an incident's duties, opened at once."""

    def __init__(self, sealed: Sequence[Sealed], unseal: Unseal) -> None:
        texts = unseal(sealed)
        self._texts = {
            each.id: REDACTED if text is None else text for each, text in zip(sealed, texts, strict=True)
        }

    def __call__(self, sealed: Sealed | None) -> str:
        return self._texts.get(sealed.id, REDACTED) if sealed is not None else ""


def _opened(incident: Incident, unseal: Unseal) -> _Words:
    state = incident.duties
    wanted = [
        *(answered.note for answered in state.answers.values()),
        *(started.note for started in state.starts.values()),
        *(decision.reason for decision in state.decisions.values()),
        *(sent.receipt for sent in state.sent),
        *state.undone.values(),
    ]
    return _Words([each for each in wanted if each is not None], unseal)


def _told(duty: Duty, incident: Incident, words: _Words) -> DutyTold:
    regime, state = duty.regime.id, incident.duties
    undone = state.undone.get(regime)
    return DutyTold(
        duty,
        words(duty.decision.reason) if duty.decision is not None else "",
        tuple(SentTold(sent, words(sent.receipt)) for sent in state.sendings(regime)),
        words(undone) if duty.decision is None and undone is not None else "",
    )


def _starts(found: Sequence[Duty], incident: Incident, words: _Words) -> list[StartTold]:
    """Return what starts clocks of duties that are due or open, and everything that was recorded."""
    running = [duty for duty in found if duty.stands in ("due", "open")]
    told = []
    for name, what in STARTS.items():
        started = incident.duties.starts.get(name)
        regimes = tuple(
            duty.regime.id
            for duty in running
            if any(name in stage.starts or stage.until == name for stage in duty.regime.stages)
        )
        if regimes or started is not None:
            told.append(StartTold(name, what, started, words(started.note) if started else "", regimes))
    return told


def _about(place: str) -> bool:
    """Return whether any duty of the list is about a place."""
    return any(covers(regime, place) for regime in all_regimes() if regime.where)
