"""Notification duties: answer, record, decide. Words are sealed first; then is decided, then recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from holdfast.access.model.principal import Principal
from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed
from holdfast.plan.model.loading import LoadedPlan
from holdfast.respond.commands.duties import (
    AnswerQuestion,
    DecideDuties,
    RecordSent,
    RecordStart,
    ReopenDuty,
    SetDays,
    SetPlaces,
)
from holdfast.respond.handlers.acting import Acted, Room, act
from holdfast.respond.model.duties import deciding
from holdfast.respond.model.grounds import duty_ground
from holdfast.respond.model.incident.state import Incident


def answer(room: Room, incident: str, command: AnswerQuestion, principal: Principal) -> Acted:
    """Answer a question of the tree.

    Raises
    ------
    UsageError
        HF701, HF740.
    """
    deciding.answered(command, None)
    note = _sealed(room, incident, command.note)
    return act(room, incident, principal, lambda _: deciding.answered(command, note))


def set_places(room: Room, incident: str, command: SetPlaces, principal: Principal) -> Acted:
    """Say whose law may apply.

    Raises
    ------
    UsageError
        HF701, HF742.
    """
    return act(room, incident, principal, lambda _: deciding.placed(command))


def set_days(room: Room, incident: str, command: SetDays, principal: Principal) -> Acted:
    """Say in which zone days end, and which are holidays.

    Raises
    ------
    UsageError
        HF701, HF742.
    """
    return act(room, incident, principal, lambda _: deciding.dated(command))


def record_start(room: Room, incident: str, command: RecordStart, principal: Principal) -> Acted:
    """Record when something happened that starts a clock.

    Raises
    ------
    UsageError
        HF701, HF740, HF741.
    """
    deciding.started(command, None, room.clock.now())
    note = _sealed(room, incident, command.note)
    return act(room, incident, principal, lambda _: deciding.started(command, note, room.clock.now()))


def decide(room: Room, incident: str, command: DecideDuties, principal: Principal) -> Acted:
    """Decide what becomes of duties, with the reason.

    Raises
    ------
    UsageError
        HF701, HF740, HF743.
    """
    deciding.check_written(command.reason, "the reason")

    def decided(state: Incident, loaded: LoadedPlan | None, reason: Sealed) -> Sequence[Event]:
        plan = loaded.digest if loaded is not None else None
        return deciding.decided(state.duties, duty_ground(state, loaded), command, reason, plan)

    return _with_words(room, incident, principal, command.reason, decided)


def record_sent(room: Room, incident: str, command: RecordSent, principal: Principal) -> Acted:
    """Record that a notice was sent, with its receipt.

    Raises
    ------
    UsageError
        HF701, HF740, HF741, HF743, HF744.
    """
    deciding.check_written(command.receipt, "the receipt")

    def sent(state: Incident, loaded: LoadedPlan | None, receipt: Sealed) -> Sequence[Event]:
        plan = loaded.digest if loaded is not None else None
        ground = duty_ground(state, loaded)
        return deciding.sent(state.duties, ground, command, receipt, room.clock.now(), plan)

    return _with_words(room, incident, principal, command.receipt, sent)


def reopen(room: Room, incident: str, command: ReopenDuty, principal: Principal) -> Acted:
    """Have a duty decided again.

    Raises
    ------
    UsageError
        HF701, HF740, HF743, HF744.
    """
    deciding.check_written(command.because, "the reason")

    def reopened(state: Incident, _: LoadedPlan | None, because: Sealed) -> Sequence[Event]:
        return deciding.reopened(state.duties, command, because)

    return _with_words(room, incident, principal, command.because, reopened)


def _with_words(
    room: Room,
    incident: str,
    principal: Principal,
    words: str,
    decide_: Callable[[Incident, LoadedPlan | None, Sealed], Sequence[Event]],
) -> Acted:
    """Seal a text, then decide with what the plan says now."""
    loaded = room.systems.find(room.find(incident).declared.system)
    sealed = room.vault.seal(incident, words)
    return act(room, incident, principal, lambda state: decide_(state, loaded, sealed))


def _sealed(room: Room, incident: str, text: str) -> Sealed | None:
    room.find(incident)
    return room.vault.seal(incident, text) if text.strip() else None
