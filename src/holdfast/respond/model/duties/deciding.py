"""From a wish about duties to the facts that follow from it, or to why not. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from holdfast.access.model.permissions import Permission, permitted
from holdfast.access.model.two_persons import counts_as_person
from holdfast.access.requests import DeniedError
from holdfast.kernel.clock import iso
from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.kernel.events import Event
from holdfast.kernel.zones import zone_of
from holdfast.respond.commands.duties import (
    AnswerDutyQuestion,
    DecideDuties,
    RecordDutySent,
    RecordDutyStart,
    ReopenDuty,
    SetDutyDays,
    SetDutyPlaces,
)
from holdfast.respond.events.duties import (
    Answer,
    DutyAnswered,
    DutyDaysSet,
    DutyDecided,
    DutyPlacesSet,
    DutyReopened,
    DutySent,
    DutyStartRecorded,
)
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.duties.regimes import STARTS, Regime, all_questions, all_regimes, find_regime
from holdfast.respond.model.duties.standing import Duty, Ground, StageStanding, duties, known_of
from holdfast.respond.model.duties.state import DutiesState
from holdfast.respond.model.duties.terms import CONTRACT

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=5)
"""How far a person's watch may be ahead of the server's."""
RIGHT = "notify_regulator"


def regime_of(key: str) -> Regime:
    """Return a duty by its id.

    Raises
    ------
    UsageError
        HF740: the list has none of that id.
    """
    found = find_regime(key)
    if found is None:
        known = [regime.id for regime in all_regimes()]
        raise UsageError.of("HF740", f"no duty is called `{key}`", fix=did_you_mean(key, known))
    return found


def answer(command: AnswerDutyQuestion, asking: Asking) -> Sequence[Event]:
    """Return the fact of an answer.

    Raises
    ------
    UsageError
        HF740: the tree does not ask that.
    """
    known = all_questions()
    if command.question not in known:
        fix = did_you_mean(command.question, known)
        raise UsageError.of("HF740", f"the tree has no question `{command.question}`", fix=fix)
    owner = command.owner if command.answer == "unknown" else None
    return [
        DutyAnswered(
            question=command.question,
            answer=command.answer,
            note=asking.sealed(command.note),
            owner=owner,
            key=asking.key,
        )
    ]


def set_places(command: SetDutyPlaces, asking: Asking) -> Sequence[Event]:
    """Return the fact of whose law may apply.

    Raises
    ------
    UsageError
        HF742: what is named is no code of a place.
    """
    places = list(dict.fromkeys(place.strip().upper() for place in command.places if place.strip()))
    for place in places:
        if not (place.isascii() and place.replace("-", "").isalnum()):
            raise UsageError.of("HF742", f"`{place}` is no code of a place", fix="write EU, DE, UK, US-CA")
    return [DutyPlacesSet(places=places, key=asking.key)]


def set_days(command: SetDutyDays, asking: Asking) -> Sequence[Event]:
    """Return the fact of zone and holidays.

    Raises
    ------
    UsageError
        HF742: there is no such zone.
    """
    try:
        zone_of(command.zone)
    except ValueError as error:
        raise UsageError.of(
            "HF742", f"`{command.zone}` is no time zone", fix="write Europe/Berlin"
        ) from error
    named = None if command.holidays is None else [day.isoformat() for day in sorted(set(command.holidays))]
    return [DutyDaysSet(zone=command.zone, holidays=named, key=asking.key)]


def record_start(command: RecordDutyStart, asking: Asking) -> Sequence[Event]:
    """Return the fact that something happened that starts a clock.

    Raises
    ------
    UsageError
        HF740 nothing of that name starts a clock, HF741 the time cannot be.
    """
    if command.start not in STARTS:
        fix = did_you_mean(command.start, STARTS)
        raise UsageError.of("HF740", f"no clock is started by `{command.start}`", fix=fix)
    return [
        DutyStartRecorded(
            start=command.start,
            happened_at=_moment(command.happened_at, asking, "what starts the clock"),
            note=asking.sealed(command.note),
            key=asking.key,
        )
    ]


def decide(state: DutiesState, ground: Ground, command: DecideDuties, asking: Asking) -> Sequence[Event]:
    """Return the facts of what becomes of duties.

    Raises
    ------
    DeniedError
        HF745 a machine decides nothing. HF791 that one does not apply is said by who may notify; the rest by
        whoever works in the room.
    UsageError
        HF740 no such duty, HF743 a contract's duty without its time.
    """
    _check_person(asking, "what becomes of a duty")
    if command.decided == "not_applicable" or not permitted(asking.principal, Permission.RESPOND):
        asking.granted(RIGHT)
    regimes = [regime_of(key) for key in dict.fromkeys(command.regimes)]
    stand = {duty.regime.id: duty for duty in duties(state, ground)}
    known = known_of(state, ground)
    return [_decision(stand[regime.id], known.answers, known.places, command, asking) for regime in regimes]


def _decision(
    duty: Duty, answers: Mapping[str, Answer], places: tuple[str, ...], command: DecideDuties, asking: Asking
) -> DutyDecided:
    contract = any(stage.says == CONTRACT for stage in duty.regime.stages)
    if command.decided == "due" and contract and command.due_at is None:
        raise UsageError.of(
            "HF743", f"when {duty.regime.id} is due is missing", fix="say the time that the contract names"
        )
    asked = {question.removeprefix("not ") for clause in duty.regime.when for question in clause}
    rested = {question: given for question, given in answers.items() if question in asked}
    return DutyDecided(
        regime=duty.regime.id,
        decided=command.decided,
        reason=asking.seal(command.reason),
        proposed=duty.proposal.says,
        answers=rested,
        places=list(places),
        owner=command.owner if command.decided == "open" else None,
        due_at=iso(command.due_at) if contract and command.due_at is not None else None,
        plan_digest=_plan(asking),
        key=asking.key,
    )


def record_sent(
    state: DutiesState, ground: Ground, command: RecordDutySent, asking: Asking
) -> Sequence[Event]:
    """Return the fact that a notice was sent.

    Raises
    ------
    DeniedError
        HF745 a machine says nothing of it. HF791 somebody else may notify.
    UsageError
        HF740 no such duty or notice, HF741 the time cannot be, HF744 all its notices were sent.
    """
    _check_person(asking, "that a notice was sent")
    asking.granted(RIGHT)
    regime = regime_of(command.regime)
    duty = next(each for each in duties(state, ground) if each.regime.id == regime.id)
    standing = _standing(duty, command.stage)
    return [
        DutySent(
            regime=regime.id,
            stage=standing.stage.name,
            sent_at=_moment(command.sent_at or asking.now, asking, "the sending"),
            receipt=asking.seal(command.receipt),
            due_at=iso(standing.due) if standing.due is not None else None,
            plan_digest=_plan(asking),
            key=asking.key,
        )
    ]


def _standing(duty: Duty, stage: str | None) -> StageStanding:
    """Return the notice that was sent: the named one, else the first that was not sent yet."""
    regime = duty.regime
    if stage is None:
        left = next((each for each in duty.stages if each.stands in ("due", "waiting")), None)
        if left is None:
            fix = "to record a correction, name the notice, or reopen the duty"
            raise UsageError.of("HF744", f"every notice of {regime.id} was sent", fix=fix)
        return left
    named = next((each for each in duty.stages if each.stage.name == stage), None)
    if named is None:
        fix = did_you_mean(stage, [each.name for each in regime.stages])
        raise UsageError.of("HF740", f"{regime.id} has no notice `{stage}`", fix=fix)
    return named


def reopen(state: DutiesState, command: ReopenDuty, asking: Asking) -> Sequence[Event]:
    """Return the fact that a duty is decided again.

    Raises
    ------
    UsageError
        HF740 no such duty, HF744 nothing was decided or sent.
    """
    regime = regime_of(command.regime)
    if regime.id not in state.decisions and not state.sendings(regime.id):
        raise UsageError.of("HF744", f"nothing was decided about {regime.id}", fix="decide it")
    return [DutyReopened(regime=regime.id, because=asking.seal(command.because), key=asking.key)]


def _check_person(asking: Asking, what: str) -> None:
    """Refuse a machine or a policy: they propose, a person decides."""
    if not counts_as_person(asking.principal):
        raise DeniedError.of(
            "HF745", f"`{asking.actor}` is no person, and cannot say {what}", fix="a person does"
        )


def _plan(asking: Asking) -> str | None:
    return asking.plan.digest if asking.plan is not None else None


def _moment(moment: datetime, asking: Asking, what: str) -> str:
    """Return a time as facts hold it; refuse one at which nothing can have happened."""
    if moment > asking.now + AHEAD:
        fix = "record what happened, with the time at which it did"
        raise UsageError.of("HF741", f"{what} lies ahead: {iso(moment)}", fix=fix)
    if moment < EARLIEST:
        raise UsageError.of(
            "HF741", f"{what} lies before the year 2000", fix="write the year with four digits"
        )
    return iso(moment)
