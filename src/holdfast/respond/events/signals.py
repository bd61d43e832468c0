"""What came in from outside: reports of people, alerts of machines, and what became of them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed

SignalKind = Literal["report", "alert"]


class ReportReceived(Event):
    """A customer, an employee or anybody else reported what an AI system did. Stream: `report/<id>`."""

    report: str = Field(description="Id of the report: R- and sixteen signs that cannot be guessed.")
    system: str | None = Field(None, description="Id of the system, where the reporter named one.")
    reporter: Literal["customer", "employee", "partner", "other"] = Field(description="Who reports.")
    what: Sealed = Field(description="What they saw, in their words.")
    contact: Sealed | None = Field(None, description="How they can be answered, where they say so.")
    happened_at: str | None = Field(None, description="When it happened, ISO 8601 UTC; null if not said.")
    attachments: tuple[str, ...] = Field((), description="Ids of what they sent along, in the vault.")


class ReportAnswered(Event):
    """Somebody looked at a report and said what becomes of it."""

    report: str = Field(description="Id of the report.")
    answer: Literal["declared", "attached", "dismissed"] = Field(
        description="An incident was declared from it, it joined one, or it is none."
    )
    incident: str | None = Field(None, description="The incident; null where it was dismissed.")
    reason: Sealed | None = Field(None, description="Why it is no incident.")


class AlertFired(Event):
    """A monitoring system said that something began. Stream: `alert/<group>`; repetitions are no new fact."""

    alert: str = Field(description="Derived from source, fingerprint and beginning: the same for the same.")
    source: str = Field(description="alertmanager or pagerduty.")
    group: str = Field(description="Derived from what the source groups by.")
    name: str = Field(description="The alert's name, as the monitoring system's rule calls it.")
    system: str = Field(description="Id of the system that its labels name; `unassigned` without one.")
    urgency: str = Field(description="Its severity label in lower case; empty without one.")
    began_at: str = Field(description="When it began, ISO 8601 UTC, by the source's clock.")
    words: Sealed = Field(description="Its labels, annotations and link.")


class AlertResolved(Event):
    """A monitoring system said that an alert ended. That proves no recovery."""

    alert: str = Field(description="Id of the alert.")
    ended_at: str = Field(description="When it ended, ISO 8601 UTC, by the source's clock.")


class AlertsRouted(Event):
    """The alerts of a group were given to an incident, until that is closed."""

    incident: str = Field(description="Id of the incident.")
    declared: bool = Field(description="Whether it was declared because of them.")


class SignalAttached(Event):
    """A report or an alert joined an incident: two that are independent make a signal confirmed."""

    incident: str = Field(description="Id of the incident.")
    kind: SignalKind = Field(description="report or alert.")
    signal: str = Field(description="Id of the report, or of the alert.")
    origin: str = Field(description="Where it came from: reporter's kind, or source and alert's name.")


EVENTS: tuple[type[Event], ...] = (
    ReportReceived,
    ReportAnswered,
    AlertFired,
    AlertResolved,
    AlertsRouted,
    SignalAttached,
)
"""The facts; those of an incident's own stream come last."""
