"""What is said and to whom: duties and updates, decided on the incident and the plan of its system."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.kernel.clock import iso
from holdfast.kernel.events import Event
from holdfast.respond.commands import duties as asked
from holdfast.respond.commands import updates as said
from holdfast.respond.events.updates import UpdateSetAside
from holdfast.respond.handlers.acting import Acted
from holdfast.respond.model import gathering
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.duties import deciding as on_duties
from holdfast.respond.model.grounds import duty_ground
from holdfast.respond.model.incident.refusing import StaleError
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.updates import deciding as on_updates
from holdfast.respond.model.updates.facts import Facts


def answer_question(_: Incident, command: asked.AnswerDutyQuestion, asking: Asking) -> Sequence[Event]:
    """Answer a question of the tree."""
    return on_duties.answer(command, asking)


def set_places(_: Incident, command: asked.SetDutyPlaces, asking: Asking) -> Sequence[Event]:
    """Say whose law may apply."""
    return on_duties.set_places(command, asking)


def set_days(_: Incident, command: asked.SetDutyDays, asking: Asking) -> Sequence[Event]:
    """Say in which zone days end, and which are holidays."""
    return on_duties.set_days(command, asking)


def record_start(_: Incident, command: asked.RecordDutyStart, asking: Asking) -> Sequence[Event]:
    """Record when something happened that starts a clock."""
    return on_duties.record_start(command, asking)


def decide_duties(incident: Incident, command: asked.DecideDuties, asking: Asking) -> Sequence[Event]:
    """Decide what becomes of duties."""
    return on_duties.decide(incident.duties, duty_ground(incident, asking.plan), command, asking)


def record_sent(incident: Incident, command: asked.RecordDutySent, asking: Asking) -> Sequence[Event]:
    """Record that a notice was sent."""
    return on_duties.record_sent(incident.duties, duty_ground(incident, asking.plan), command, asking)


def reopen_duty(incident: Incident, command: asked.ReopenDuty, asking: Asking) -> Sequence[Event]:
    """Have a duty decided again."""
    return on_duties.reopen(incident.duties, command, asking)


def write(incident: Incident, command: said.WriteUpdate, asking: Asking) -> Sequence[Event]:
    """Keep a text as a new version."""
    audiences = gathering.audiences(asking.plan)
    return on_updates.write(incident.updates, _facts(incident, asking), audiences, command, asking)


def approve(incident: Incident, command: said.ApproveUpdate, asking: Asking) -> Sequence[Event]:
    """Approve a version."""
    audiences = gathering.audiences(asking.plan)
    return on_updates.approve(incident.updates, _facts(incident, asking), audiences, command, asking)


def refuse(incident: Incident, command: said.RefuseUpdate, asking: Asking) -> Sequence[Event]:
    """Send a version back."""
    audiences = gathering.audiences(asking.plan)
    return on_updates.refuse(incident.updates, _facts(incident, asking), audiences, command, asking)


def send(incident: Incident, command: said.SendUpdate, asking: Asking) -> Sequence[Event]:
    """Release a version."""
    audiences = gathering.audiences(asking.plan)
    return on_updates.send(incident.updates, _facts(incident, asking), audiences, command, asking)


def drop(incident: Incident, command: said.DropUpdate, asking: Asking) -> Sequence[Event]:
    """Do not send an update."""
    return on_updates.drop(incident.updates, command, asking)


def tell_conflict(done: Acted) -> None:
    """Refuse a text that came too late, once it is kept.

    Raises
    ------
    StaleError
        HF730: who was first, and that both texts are kept.
    """
    for recorded in done.recorded:
        event = recorded.event
        if isinstance(event, UpdateSetAside):
            last = done.incident.updates.all[event.update].last
            error = StaleError.of(
                "HF730",
                f"`{last.by}` wrote version {last.number} of {event.update} at {iso(last.at)[:19]}Z,"
                f" after you began from version {event.based_on}",
                fix="both texts are kept: read theirs, put the two together, keep the result",
            )
            error.subject, error.by, error.at = event.subject(), last.by, last.at
            error.seq, error.event = last.seq, "UpdateWritten"
            error.version = last.fact
            raise error


def _facts(incident: Incident, asking: Asking) -> Facts:
    return gathering.facts_of(incident, asking.plan, asking.now, asking.unseal, asking.named)
