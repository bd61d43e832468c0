"""From a wish about duties to the facts that follow from it, or to why not. Pure.

Texts arrive sealed; whether one was written at all was checked before it was sealed (`checking`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from holdfast.kernel.clock import iso
from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.kernel.sealed import Sealed
from holdfast.respond.commands.duties import (
    AnswerQuestion,
    DecideDuties,
    RecordSent,
    RecordStart,
    ReopenDuty,
    SetDays,
    SetPlaces,
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
from holdfast.respond.model.duties.regimes import STARTS, Regime, all_questions, all_regimes, find_regime
from holdfast.respond.model.duties.standing import Duty, Ground, StageStanding, duties, known_of
from holdfast.respond.model.duties.state import DutiesState
from holdfast.respond.model.duties.terms import CONTRACT, zone_of

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=5)
"""How far a person's watch may be ahead of the server's."""
MOST_PLACES, MOST_HOLIDAYS = 60, 400


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
        raise UsageError.of("HF740", f"no duty is called `{key[:60]}`", fix=did_you_mean(key[:60], known))
    return found


def check_moment(moment: datetime, now: datetime, what: str) -> None:
    """Refuse a time at which nothing can have happened.

    Raises
    ------
    UsageError
        HF741: it lies ahead, or before this century.
    """
    if moment > now + AHEAD:
        raise UsageError.of(
            "HF741",
            f"{what} lies ahead: {iso(moment)}",
            fix="record what happened, with the time at which it did",
        )
    if moment < EARLIEST:
        raise UsageError.of(
            "HF741", f"{what} lies before the year 2000", fix="write the year with four digits"
        )


def check_written(text: str, what: str) -> None:
    """Refuse a decision without its reason, or a sending without its receipt.

    Raises
    ------
    UsageError
        HF743.
    """
    if not text.strip():
        raise UsageError.of("HF743", f"{what} is missing", fix="write it down: it is what auditors ask for")


def answered(command: AnswerQuestion, note: Sealed | None) -> list[DutyAnswered]:
    """Answer a question of the tree.

    Raises
    ------
    UsageError
        HF740: the tree does not ask that.
    """
    known = all_questions()
    if command.question not in known:
        fix = did_you_mean(command.question[:60], known)
        raise UsageError.of("HF740", f"the tree has no question `{command.question[:60]}`", fix=fix)
    owner = command.owner if command.answer == "unknown" else None
    return [DutyAnswered(question=command.question, answer=command.answer, note=note, owner=owner or None)]


def placed(command: SetPlaces) -> list[DutyPlacesSet]:
    """Say whose law may apply.

    Raises
    ------
    UsageError
        HF742: what is named is no code of a place.
    """
    places = list(dict.fromkeys(place.strip().upper() for place in command.places if place.strip()))
    odd = next(
        (p for p in places if not (p.replace("-", "").isalnum() and p.isascii() and len(p) <= 20)), None
    )
    if odd is not None or len(places) > MOST_PLACES:
        said = (
            f"`{odd[:40]}` is no code of a place" if odd is not None else f"{len(places)} places are too many"
        )
        raise UsageError.of("HF742", said, fix="write codes such as EU, DE, UK, US-CA")
    return [DutyPlacesSet(places=places)]


def dated(command: SetDays) -> list[DutyDaysSet]:
    """Say in which zone days end, and which are holidays.

    Raises
    ------
    UsageError
        HF742: no such zone, or too many holidays.
    """
    try:
        zone_of(command.zone)
    except ValueError as error:
        raise UsageError.of(
            "HF742", f"`{command.zone[:60]}` is no time zone", fix="Europe/Berlin, UTC"
        ) from error
    holidays = None if command.holidays is None else sorted(set(command.holidays))
    if holidays is not None and len(holidays) > MOST_HOLIDAYS:
        raise UsageError.of("HF742", f"{len(holidays)} holidays are too many", fix="name those of two years")
    named = None if holidays is None else [day.isoformat() for day in holidays]
    return [DutyDaysSet(zone=command.zone, holidays=named)]


def started(command: RecordStart, note: Sealed | None, now: datetime) -> list[DutyStartRecorded]:
    """Record when something happened that starts a clock.

    Raises
    ------
    UsageError
        HF740 nothing of that name starts a clock, HF741 the time cannot be.
    """
    if command.start not in STARTS:
        fix = did_you_mean(command.start[:60], STARTS)
        raise UsageError.of("HF740", f"no clock is started by `{command.start[:60]}`", fix=fix)
    check_moment(command.happened_at, now, "what starts the clock")
    return [DutyStartRecorded(start=command.start, happened_at=iso(command.happened_at), note=note)]


def decided(
    state: DutiesState, ground: Ground, command: DecideDuties, reason: Sealed, plan_digest: str | None
) -> list[DutyDecided]:
    """Decide what becomes of duties; one that was decided so already, on the same grounds, is left.

    Raises
    ------
    UsageError
        HF740 no such duty, HF743 a contract's duty without its time, or none named at all.
    """
    wanted = [regime_of(key) for key in dict.fromkeys(command.regimes)]
    if not wanted:
        raise UsageError.of("HF743", "no duty is named", fix="name those that you decide on")
    now_stand = {duty.regime.id: duty for duty in duties(state, ground)}
    known = known_of(state, ground)
    return [
        _decision(now_stand[regime.id], command, reason, plan_digest, list(known.places), dict(known.answers))
        for regime in wanted
    ]


def _decision(
    duty: Duty,
    command: DecideDuties,
    reason: Sealed,
    plan_digest: str | None,
    places: list[str],
    answers: dict[str, Answer],
) -> DutyDecided:
    contract = any(stage.says == CONTRACT for stage in duty.regime.stages)
    if command.decided == "due" and contract and command.due_at is None:
        raise UsageError.of(
            "HF743", f"when {duty.regime.id} is due is missing", fix="say the time that the contract names"
        )
    asked = {question.removeprefix("not ") for clause in duty.regime.when for question in clause}
    return DutyDecided(
        regime=duty.regime.id,
        decided=command.decided,
        reason=reason,
        proposed=duty.proposal.says,
        answers={question: answer for question, answer in answers.items() if question in asked},
        places=places,
        owner=command.owner if command.decided == "open" else None,
        due_at=iso(command.due_at) if contract and command.due_at is not None else None,
        plan_digest=plan_digest,
    )


def sent(
    state: DutiesState,
    ground: Ground,
    command: RecordSent,
    receipt: Sealed,
    now: datetime,
    plan_digest: str | None,
) -> list[DutySent]:
    """Record that a notice was sent.

    Raises
    ------
    UsageError
        HF740 no such duty or notice, HF741 the time cannot be, HF744 all its notices were sent.
    """
    regime = regime_of(command.regime)
    check_moment(command.sent_at, now, "the sending")
    duty = next(each for each in duties(state, ground) if each.regime.id == regime.id)
    standing = _standing(duty, command.stage)
    return [
        DutySent(
            regime=regime.id,
            stage=standing.stage.name,
            sent_at=iso(command.sent_at),
            receipt=receipt,
            due_at=iso(standing.due) if standing.due is not None else None,
            plan_digest=plan_digest,
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
        fix = did_you_mean(stage[:60], [each.name for each in regime.stages])
        raise UsageError.of("HF740", f"{regime.id} has no notice `{stage[:60]}`", fix=fix)
    return named


def reopened(state: DutiesState, command: ReopenDuty, because: Sealed) -> list[DutyReopened]:
    """Have a duty decided again.

    Raises
    ------
    UsageError
        HF740 no such duty, HF744 nothing was decided or sent.
    """
    regime = regime_of(command.regime)
    if regime.id not in state.decisions and not state.sendings(regime.id):
        raise UsageError.of("HF744", f"nothing was decided about {regime.id}", fix="decide it")
    return [DutyReopened(regime=regime.id, because=because)]
