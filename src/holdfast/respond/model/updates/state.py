"""What an incident knows of its updates, folded from its facts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from holdfast.kernel.events import Recorded
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.updates import (
    UpdateApproved,
    UpdateDropped,
    UpdateRefused,
    UpdateSent,
    UpdateSetAside,
    UpdateWritten,
)


@dataclass(frozen=True)
class Version:
    """One version of an update; `fact` is the number of its fact in the incident."""

    number: int
    text: Sealed
    by: str
    at: datetime
    seq: int
    grounds: int
    as_drafted: bool
    flags: tuple[str, ...] = ()
    fact: int = 0


@dataclass(frozen=True)
class Approval:
    """Somebody approved a version for a need: a group, or `approver`."""

    need: str
    version: int
    by: str
    at: datetime
    seq: int
    because: Sealed | None = None


@dataclass(frozen=True)
class Refusal:
    """Somebody sent a version back."""

    version: int
    by: str
    at: datetime
    seq: int
    because: Sealed


@dataclass(frozen=True)
class Aside:
    """A text that came too late: somebody had changed the version that it was based on."""

    based_on: int
    against: int
    text: Sealed
    by: str
    at: datetime
    seq: int


@dataclass(frozen=True)
class Release:
    """A version went out to one channel; None: by hand."""

    version: int
    channel: str | None
    by: str
    at: datetime
    seq: int
    receipt: Sealed | None = None


@dataclass(frozen=True)
class Update:
    """One update to one audience, with everything that became of it."""

    id: str
    audience: str
    versions: tuple[Version, ...] = ()
    approvals: tuple[Approval, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    asides: tuple[Aside, ...] = ()
    sent: tuple[Release, ...] = ()
    dropped: bool = False

    @property
    def last(self) -> Version:
        """The newest version."""
        return self.versions[-1]

    @property
    def writers(self) -> frozenset[str]:
        """Everybody who wrote a version of it: none of them approves it."""
        return frozenset(version.by for version in self.versions)

    @property
    def open(self) -> bool:
        """Whether it may still be changed: neither sent nor dropped."""
        return not self.sent and not self.dropped

    @property
    def refused(self) -> Refusal | None:
        """Why its newest version was sent back, where it was."""
        return next((each for each in reversed(self.refusals) if each.version == self.last.number), None)

    def consents(self) -> dict[str, list[str]]:
        """Return who approved the newest version, by need; none where it was sent back meanwhile."""
        refused = self.refused.seq if self.refused is not None else 0
        found: dict[str, list[str]] = {}
        for each in self.approvals:
            if each.version == self.last.number and each.seq > refused:
                found.setdefault(each.need, []).append(each.by)
        return found


@dataclass(frozen=True)
class UpdatesState:
    """All updates of an incident, by id, oldest first."""

    all: Mapping[str, Update] = field(default_factory=dict)

    def evolve(self, recorded: Recorded) -> UpdatesState:
        """Take a fact into account."""
        event, by, at, seq = recorded.event, recorded.actor, recorded.at, recorded.seq
        match event:
            case UpdateWritten():
                known = self.all.get(event.update, Update(event.update, event.audience))
                written = Version(
                    event.version,
                    event.text,
                    by,
                    at,
                    seq,
                    event.grounds,
                    event.as_drafted,
                    tuple(event.flags),
                    recorded.version,
                )
                return self._with(replace(known, versions=(*known.versions, written)))
            case UpdateSetAside():
                known = self.all[event.update]
                aside = Aside(event.based_on, event.against, event.text, by, at, seq)
                return self._with(replace(known, asides=(*known.asides, aside)))
            case UpdateApproved():
                known = self.all[event.update]
                approval = Approval(event.need, event.version, by, at, seq, event.because)
                return self._with(replace(known, approvals=(*known.approvals, approval)))
            case UpdateRefused():
                known = self.all[event.update]
                refusal = Refusal(event.version, by, at, seq, event.because)
                return self._with(replace(known, refusals=(*known.refusals, refusal)))
            case UpdateSent():
                known = self.all[event.update]
                release = Release(event.version, event.channel, by, at, seq, event.receipt)
                return self._with(replace(known, sent=(*known.sent, release)))
            case UpdateDropped():
                return self._with(replace(self.all[event.update], dropped=True))
        return self

    def _with(self, update: Update) -> UpdatesState:
        return UpdatesState({**self.all, update.id: update})

    def of(self, audience: str) -> list[Update]:
        """Return the updates to an audience, oldest first."""
        return [update for update in self.all.values() if update.audience == audience]

    def open_for(self, audience: str) -> Update | None:
        """Return the update to an audience that is being written, the newest first."""
        return next((update for update in reversed(self.of(audience)) if update.open), None)

    def last_sent(self, audience: str) -> Release | None:
        """Return when an audience heard something last."""
        sent = [release for update in self.of(audience) for release in update.sent]
        return max(sent, key=lambda release: release.seq, default=None)
