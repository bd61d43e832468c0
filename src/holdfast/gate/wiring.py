"""What the app mounts of the gate room: its facts, and its work put together."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from holdfast.evidence.wiring import evidence_book
from holdfast.gate.commands import CheckRelease, MeasureMetric
from holdfast.gate.handlers.concluding import Room, conclude
from holdfast.gate.handlers.gathering import Find, gather
from holdfast.gate.pages.embedded import embed_check, embed_measurement
from holdfast.gate.pages.html import render_html
from holdfast.gate.pages.markdown import render_markdown
from holdfast.gate.views.context import Measurement, Report
from holdfast.gate.views.measurement import asked, measurement_of
from holdfast.gate.views.report import Made, report_of
from holdfast.kernel.clock import Clock
from holdfast.ledger.ports import Ledger
from holdfast.plan.views.reading import read_plan
from holdfast.telemetry.ports import Engine


@dataclass(frozen=True)
class NamedLedger:
    """A ledger by where it is.

    Attributes
    ----------
    open : callable
        Opens it, and makes it where there is none yet.
    exists : bool
        Whether there is one.
    place : str
        For people.
    kept : bool
        Whether it was named, and so is one that stays between runs.
    """

    open: Callable[[], Ledger]
    exists: bool
    place: str
    kept: bool


@dataclass(frozen=True)
class GateServices:
    """The gate room's work; the app says how its outside is opened.

    Attributes
    ----------
    ledger : callable
        Takes the plan's folder.
    engine : callable
        Returns the engine that measures files.
    report_folder : callable
        Takes the plan's folder; returns where reports are written.
    """

    ledger: Callable[[Path], NamedLedger]
    engine: Callable[[], Engine]
    report_folder: Callable[[Path], Path]
    clock: Clock
    actor: str
    tools: Callable[[], tuple[tuple[str, str], ...]]

    def check(self, command: CheckRelease, say: Callable[[str], None]) -> Report:
        """Measure every gate, decide, record; return what is to be told."""
        say("reading the plan")
        loaded = read_plan(command.plan)
        tools = self.tools()
        tool = " ".join(tools[0])
        named, engine = self.ledger(loaded.root), self.engine()
        with ExitStack() as stack:
            find: Find = _nothing
            if named.exists:
                ledger = stack.enter_context(named.open())
                find = evidence_book(ledger, tool).find
            gathered = gather(engine, find, loaded, command.bundle, say)
            if not named.exists:
                # a new ledger is made when there is something to record: wrong input leaves no trace
                ledger = stack.enter_context(named.open())
            room = Room(
                book=evidence_book(ledger, tool),
                ledger=ledger,
                clock=self.clock,
                actor=self.actor,
                tool=tool,
                looks_known=named.kept,
            )
            outcome = conclude(room, loaded, gathered, say)
            head = ledger.head()
        made = Made(named.kept, named.place, head.seq, head.hash, self.actor, tools)
        return report_of(outcome, made)

    def measure(self, command: MeasureMetric, say: Callable[[str], None]) -> Measurement:
        """Measure one metric; record nothing."""
        say("reading the plan")
        loaded = read_plan(command.plan)
        measured = asked(loaded, command.metric, command.data, command.by)
        say(f"measuring {command.metric}")
        return measurement_of(
            self.engine(),
            loaded,
            measured,
            confidence=command.confidence,
            at=self.clock.now(),
            tools=self.tools(),
        )

    def html(self, report: Report) -> str:
        """Return a report as one self-contained page."""
        return render_html(report)

    def markdown(self, report: Report) -> str:
        """Return a report as Markdown."""
        return render_markdown(report)

    def embedded(self, told: Report | Measurement) -> str:
        """Return a report's verdict and gates, or a measurement, as a piece of somebody else's page."""
        return embed_check(told) if isinstance(told, Report) else embed_measurement(told)

    def report_path(self, plan: Path) -> Path:
        """Return where a plan's HTML report is written unless told otherwise."""
        folder = plan if os.path.isdir(plan) else plan.parent  # noqa: PTH112 -- never raises
        return self.report_folder(folder) / "report.html"


def _nothing(_: str) -> None:
    """Find no evidence: there is no ledger yet."""
