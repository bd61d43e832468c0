"""What the facts of an incident have in common: what they are about, and which wish they answer."""

from __future__ import annotations

from pydantic import Field

from holdfast.kernel.events import Event

MOMENT = "ISO 8601 UTC"


class IncidentEvent(Event):
    """A fact in the stream of an incident.

    What it is about is a subject such as `severity` or `action/a3`: a form that was filled in before a fact
    about the same subject was recorded is stale; a fact about another one does not matter to it.
    """

    key: str | None = Field(
        None, description="Derived from the wish that asked for it: the same wish is done once. Null: none."
    )

    def subject(self) -> str | None:
        """Return what the fact is about; None where it only adds something."""
        return None
