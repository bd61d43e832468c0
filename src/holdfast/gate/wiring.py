"""What the app mounts of the gate room: its facts, and its work put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from holdfast.evidence.wiring import evidence_book
from holdfast.gate import handlers
from holdfast.gate.commands import CheckRelease, MeasureMetric
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
class OpenedLedger:
    """A ledger with where it is.

    Attributes
    ----------
    place : str
        For people.
    kept : bool
        Whether it was named, and so is one that stays between runs.
    """

    ledger: Ledger
    place: str
    kept: bool


@dataclass(frozen=True)
class GateServices:
    """The gate room's work; the app says how its outside is opened.

    Attributes
    ----------
    open_ledger : callable
        Takes the plan's folder.
    engine : callable
        Returns the engine that measures files.
    report_folder : callable
        Takes the plan's folder; returns where reports are written.
    """

    open_ledger: Callable[[Path], OpenedLedger]
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
        opened = self.open_ledger(loaded.root)
        with opened.ledger as ledger:
            room = handlers.Room(
                engine=self.engine(),
                book=evidence_book(ledger, tool),
                ledger=ledger,
                clock=self.clock,
                actor=self.actor,
                tool=tool,
                looks_known=opened.kept,
            )
            outcome = handlers.check(room, loaded, command.bundle, say)
            head = ledger.head()
        made = Made(opened.kept, opened.place, head.seq, head.hash, self.actor, tools)
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

    def report_path(self, plan: Path) -> Path:
        """Return where a plan's HTML report is written unless told otherwise."""
        folder = plan if plan.is_dir() else plan.parent
        return self.report_folder(folder) / "report.html"
