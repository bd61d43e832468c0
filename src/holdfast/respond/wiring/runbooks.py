"""Runbooks put together: the desk of the command line, and following one inside an incident."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.access.model.principal import Principal
from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import Clock
from holdfast.respond.commands.runbooks import AbandonRunbook, DoStep, SkipStep, StartRunbook, TakeBranch
from holdfast.respond.handlers import runbooks as following
from holdfast.respond.handlers.acting import Room
from holdfast.respond.model.runbooks.cacao.exporting import as_cacao
from holdfast.respond.model.runbooks.run import Run
from holdfast.respond.pages.runbook_sheet import render_sheet
from holdfast.respond.ports.runbooks import Found
from holdfast.respond.views.runbooks.desk import RunbookDesk
from holdfast.respond.views.runbooks.following import RunRow, RunView, run_rows, run_view
from holdfast.respond.views.runbooks.shelf import Row, find_runbook, rows_of
from holdfast.respond.views.timeline import named


def runbook_desk(clock: Clock) -> RunbookDesk:
    """Return the runbooks that there are, for the command line."""
    return RunbookDesk(clock, render_sheet)


class IncidentRunbooks:
    """Following runbooks inside incidents. Every act takes who asks."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._following = following.Following(room, find_runbook)

    def systems(self) -> Sequence[tuple[str, str]]:
        """Return ids and names of the systems that have a plan."""
        plans = self._room.systems.every()
        return [(system, plan.plan.system.name or system) for system, plan in sorted(plans.items())]

    def system_of(self, incident: str) -> str:
        """Return the system of an incident."""
        return self._room.find(incident).declared.system

    def mode_of(self, incident: str) -> str | None:
        """Return the failure mode that an incident was classified as."""
        return self._room.find(incident).classified.mode

    def seen(self) -> int:
        """Return the seq of the last fact that there is."""
        return self._room.ledger.head().seq

    def shelf(self, system: str | None) -> Sequence[Row]:
        """Return every runbook of a system's plan and the library."""
        return tuple(rows_of(self._room.systems.find(system) if system else None))

    def find(self, name: str, system: str | None) -> Found:
        """Return a runbook by its name."""
        return self._following.shelf(name, self._room.systems.find(system) if system else None)

    def as_cacao(self, found: Found) -> dict[str, Json]:
        """Return a runbook as a CACAO 2.0 playbook."""
        return as_cacao(found.loaded.runbook, self._room.clock.now())

    def named(self, words: str) -> str:
        """Return words in which actors are told by their names."""
        return named(words, self._room.name)

    def rows(self, incident: str) -> Sequence[RunRow]:
        """Return the runs of an incident, open ones first."""
        self._room.find(incident)
        return run_rows(list(self._following.runs(incident)))

    def look(self, incident: str, number: int) -> RunView:
        """Return a run as it stands; one whose text was erased is shown by its facts."""
        declared = self._room.find(incident).declared
        run = self._following.load(incident, number)
        following.check_exists(run)
        book, problem = self._following.readable(run)
        plan = self._following.plan(run)
        sealed = [track.said for track in run.tracks if track.said is not None]
        said = dict(zip((one.id for one in sealed), self._room.vault.unseal(sealed), strict=True))
        names = self._room.names({run.started_by, *(track.by for track in run.tracks)})
        movable = self._room.levers is not None
        of_plan = plan.plan if plan else None
        return run_view(run, book, of_plan, declared.at, said, names, problem, movable=movable)

    def start(self, command: StartRunbook, principal: Principal) -> Run:
        """Start to follow a runbook."""
        return following.start(self._following, command, principal)

    def do_step(self, command: DoStep, principal: Principal) -> Run:
        """Record that a step is done; of an act that moves a lever, move it first."""
        return following.do_step(self._following, command, principal)

    def skip_step(self, command: SkipStep, principal: Principal) -> Run:
        """Leave a step out, with the reason."""
        return following.skip_step(self._following, command, principal)

    def take_branch(self, command: TakeBranch, principal: Principal) -> Run:
        """Take a decision of the runbook."""
        return following.take_branch(self._following, command, principal)

    def abandon(self, command: AbandonRunbook, principal: Principal) -> Run:
        """Stop following a runbook, with the reason."""
        return following.abandon(self._following, command, principal)
