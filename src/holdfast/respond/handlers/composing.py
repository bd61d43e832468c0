"""Compose what is told: from the incident as it stands when it is sent, and the words that the vault has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.deliveries import DeliveryAsked
from holdfast.respond.handlers.acting import Room
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.ports.channels import DeliveryRefused, Link, Message, Section

REDACTED = "(redacted)"
UNKNOWN = "not assessed yet"


@dataclass(frozen=True)
class Composer:
    """Makes messages.

    Attributes
    ----------
    room : Room
    url : str
        Where people reach the server; empty: messages have no link to it.
    """

    room: Room
    url: str = ""

    def __call__(self, incident: Incident, asked: DeliveryAsked) -> Message:
        """Return the message of a delivery."""
        declared, severity = incident.declared, incident.classified.severity
        message = Message(
            kind=asked.kind,
            act=asked.act,
            incident=incident.id,
            title="",
            at=incident.deliveries.by_id[asked.delivery].happened,
            dedup_key=asked.thing,
            severity=severity.value if severity is not None else "",
            phase=incident.course.state,
            system=declared.system,
            known_as=incident.deliveries.known_as(asked.system, asked.route, asked.thing),
            drill=declared.drill is not None,
        )
        if asked.subject != "incident":
            return self._update(incident, asked, message)
        room = f"{self.url.rstrip('/')}/incidents/{incident.id}"
        return replace(
            message,
            title=self._said(declared.title),
            sections=tuple(self._document(incident) if asked.kind == "document" else self._brief(incident)),
            links=(Link("The incident's room", room),) if self.url else (),
            data={"source": declared.source.value, "near_miss": declared.near_miss},
        )

    def _update(self, incident: Incident, asked: DeliveryAsked, message: Message) -> Message:
        """Return what a person wrote and others approved where that is needed: nothing else.

        Raises
        ------
        DeliveryRefused
            There is no such update.
        """
        name, _, number = asked.subject.partition("/")
        update = incident.updates.all.get(name)
        version = next((v for v in update.versions if str(v.number) == number), None) if update else None
        loaded = self.room.systems.find(asked.system)
        if update is None or version is None or loaded is None:
            raise DeliveryRefused("there is no such update, or no plan of the system any more")
        plan, [text] = loaded.plan, self.room.vault.unseal([version.text])
        if text is None:
            raise DeliveryRefused("the update was redacted before it was sent")
        audience = plan.audiences.get(update.audience)
        system = plan.system.name or plan.system.id
        return replace(
            message,
            title=f"{system}: update for {update.audience}"
            if audience is None or not audience.external
            else system,
            sections=(Section("", text),),
            external=audience is None or audience.external,
        )

    def _brief(self, incident: Incident) -> Iterator[Section]:
        """Yield what somebody needs who is woken by it."""
        statement = incident.work.statement
        if statement is not None:
            yield Section("What happens", self._said(statement.text))
        elif incident.declared.account is not None:
            yield Section("What was seen", self._said(incident.declared.account))
        known = incident.classified
        why = f" ({'; '.join(known.reasons)})" if known.reasons else ""
        yield Section("Severity", f"{known.severity.value if known.severity else UNKNOWN}{why}")
        yield Section("System", incident.declared.system)

    def _document(self, incident: Incident) -> Iterator[Section]:
        """Yield what a page of the incident tells."""
        yield from self._brief(incident)
        work = incident.work
        told = {
            "Hypotheses": [(h.said.explains, f" ({h.state})") for h in work.hypotheses.values()],
            "Decisions": [(d.said.what, "") for d in work.decisions.values() if d.replaced_by is None],
            "Actions": [
                (a.said.what, f" ({a.state}, {a.owner}, due {a.due:%Y-%m-%d %H:%M} UTC)")
                for a in work.actions.values()
            ],
        }
        for heading, lines in told.items():
            if lines:
                words = self._words([sealed for sealed, _ in lines])
                rest = (after for _, after in lines)
                yield Section(
                    heading, "\n".join(f"- {word}{after}" for word, after in zip(words, rest, strict=True))
                )

    def _said(self, sealed: Sealed | None) -> str:
        return self._words([sealed])[0] if sealed is not None else ""

    def _words(self, sealed: list[Sealed]) -> list[str]:
        """Return sealed texts; one that was redacted is told to be."""
        return [REDACTED if word is None else word for word in self.room.vault.unseal(sealed)]
