"""What was changed last by whom, and which wishes were done: for stale forms and for repeated requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from holdfast.kernel.clock import iso
from holdfast.kernel.events import Recorded
from holdfast.respond.events.base import IncidentEvent
from holdfast.respond.model.incident.refusing import StaleError


class Touch(NamedTuple):
    """The last fact about a subject."""

    version: int
    seq: int
    by: str
    at: datetime
    event: str


@dataclass(frozen=True)
class Touched:
    """The last touch of each subject, and the version at which each wish was done.

    The two tables are shared by all states of an incident and only ever grow: a fact of a stream is the same
    for whoever reads it, so what one state added is true for every other; copying them for each fact would
    make the folding of long incidents slow.
    """

    subjects: dict[str, Touch] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)

    def evolve(self, recorded: Recorded) -> Touched:
        """Take a fact into account."""
        event = recorded.event
        if not isinstance(event, IncidentEvent):
            return self
        subject = event.subject()
        if subject is not None:
            known = self.subjects.get(subject)
            if known is None or known.version < recorded.version:
                self.subjects[subject] = Touch(
                    recorded.version, recorded.seq, recorded.actor, recorded.at, event.type_name()
                )
        if event.key is not None:
            self.keys.setdefault(event.key, recorded.version)
        return self

    def done(self, key: str | None, version: int) -> bool:
        """Return whether a wish was done, in an incident as it was at a version."""
        return key is not None and self.keys.get(key, version + 1) <= version

    def check_fresh(self, subject: str | None, expected: int | None) -> None:
        """Refuse a form that was filled in before somebody changed the same thing.

        Raises
        ------
        StaleError
            HF790: who changed it, and when.
        """
        if subject is None or expected is None:
            return
        last = self.subjects.get(subject)
        if last is None or last.version <= expected:
            return
        error = StaleError.of(
            "HF790",
            f"`{last.by}` changed {subject} at {iso(last.at)[:19]}Z ({last.event}), after your form was made",
            fix="look at what they wrote, then send yours again if it still holds",
        )
        error.subject, error.by, error.at = subject, last.by, last.at
        error.version, error.seq, error.event = last.version, last.seq, last.event
        raise error
