"""Compose what is told: from the incident as it stands when it is sent, and the words that the vault has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.deliveries import DeliveryAsked
from holdfast.respond.handlers.acting import Room
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.ports.channels import Link, Message, Section

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
        sections = tuple(self._document(incident) if asked.kind == "document" else self._brief(incident))
        return Message(
            kind=asked.kind,
            act=asked.act,
            incident=incident.id,
            title=self._said(declared.title),
            at=incident.deliveries.by_id[asked.delivery].at,
            dedup_key=asked.thing,
            severity=severity.value if severity is not None else "",
            system=declared.system,
            sections=sections,
            links=(Link("The incident's room", f"{self.url.rstrip('/')}/incidents/{incident.id}"),)
            if self.url
            else (),
            known_as=incident.deliveries.known_as(asked.system, asked.route, asked.thing),
            data={"source": declared.source.value, "near_miss": declared.near_miss},
            drill=declared.drill is not None,
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
