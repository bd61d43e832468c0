"""A run of a runbook, folded from its stream: where it is, and who did what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from holdfast.kernel.events import Recorded
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.runbooks import (
    RunbookBranchTaken,
    RunbookEnded,
    RunbookStarted,
    RunbookStepBegun,
    RunbookStepDone,
    RunbookStepSkipped,
)

What: TypeAlias = Literal["done", "skipped", "branch"]


def run_stream(incident: str, run: int) -> str:
    """Return the stream of a run.

    Examples
    --------
    >>> run_stream("INC-2026-0001", 2)
    'runbook/INC-2026-0001/2'
    """
    return f"runbook/{incident}/{run}"


@dataclass(frozen=True)
class Track:
    """What became of a step.

    Attributes
    ----------
    said : Sealed or None
        The note or the reason.
    branch : str or None
        Of a decision.
    helped : bool or None
        Of a confirmation.
    """

    step: str
    what: What
    by: str
    at: datetime
    seq: int
    said: Sealed | None = None
    branch: str | None = None
    helped: bool | None = None
    by_hand: bool = False
    in_force: bool | None = None


@dataclass(frozen=True)
class Run:
    """A run.

    Attributes
    ----------
    present : str
        Id of the step that is to be done, or `end`.
    reached : datetime or None
        Since when it is.
    begun : RunbookStepBegun or None
        A move that began at the present step and was not recorded as done.
    ended : RunbookEnded or None
        How it ended; None while it goes on.
    """

    incident: str
    number: int
    version: int = 0
    started: RunbookStarted | None = None
    started_by: str = ""
    started_at: datetime | None = None
    present: str = ""
    reached: datetime | None = None
    begun: RunbookStepBegun | None = None
    begun_seq: int | None = None
    tracks: tuple[Track, ...] = ()
    ended: RunbookEnded | None = None
    ended_by: str = ""
    ended_at: datetime | None = None

    @property
    def exists(self) -> bool:
        """Whether it was started."""
        return self.started is not None

    @property
    def open(self) -> bool:
        """Whether it goes on."""
        return self.exists and self.ended is None

    @property
    def stream(self) -> str:
        """Its stream."""
        return run_stream(self.incident, self.number)

    def track(self, step: str) -> Track | None:
        """Return what became of a step; None where it was not come to yet."""
        return next((track for track in self.tracks if track.step == step), None)


def evolve(run: Run, recorded: Recorded) -> Run:
    """Return the run after one more fact of its stream."""
    event = recorded.event
    run = replace(run, version=recorded.version)
    if isinstance(event, RunbookStarted):
        return replace(
            run,
            started=event,
            started_by=recorded.actor,
            started_at=recorded.at,
            present=event.first,
            reached=recorded.at,
        )
    if isinstance(event, RunbookStepBegun):
        return replace(run, begun=event, begun_seq=recorded.seq)
    if isinstance(event, RunbookEnded):
        return replace(run, ended=event, ended_by=recorded.actor, ended_at=recorded.at)
    if not isinstance(event, RunbookStepDone | RunbookStepSkipped | RunbookBranchTaken):
        return run
    return replace(
        run,
        present=event.leads_to,
        reached=recorded.at,
        begun=None,
        begun_seq=None,
        tracks=(*run.tracks, _track(event, recorded)),
    )


def fold(run: Run, facts: Iterable[Recorded]) -> Run:
    """Return the run after several facts of its stream."""
    for recorded in facts:
        run = evolve(run, recorded)
    return run


def _track(event: RunbookStepDone | RunbookStepSkipped | RunbookBranchTaken, recorded: Recorded) -> Track:
    track = Track(event.step, "done", recorded.actor, recorded.at, recorded.seq)
    if isinstance(event, RunbookStepSkipped):
        return replace(track, what="skipped", said=event.reason)
    if isinstance(event, RunbookBranchTaken):
        return replace(track, what="branch", said=event.reason, branch=event.branch)
    return replace(
        track, said=event.note, helped=event.helped, by_hand=event.by_hand, in_force=event.in_force
    )
