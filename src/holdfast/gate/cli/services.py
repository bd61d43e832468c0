"""What the gate's commands ask of the app, which alone knows handlers, pages and engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # what is told loads what decides: not for a command's help
    from holdfast.gate.commands import (
        AnswerOverride,
        CheckRelease,
        CompareArms,
        DecideGates,
        FindSegments,
        MeasureMetric,
        MeasureOverTime,
        RequestOverride,
        SignFor,
    )
    from holdfast.gate.views.acts import Told
    from holdfast.gate.views.comparison import Comparison
    from holdfast.gate.views.context import Measurement, Report
    from holdfast.gate.views.history import Past
    from holdfast.gate.views.segments import SegmentsTold
    from holdfast.gate.views.timeline import Timeline


class Services(Protocol):
    """The gate room's work, ready to be asked for. `say` is told the step that begins."""

    def check(self, command: CheckRelease, say: Callable[[str], None]) -> Report:
        """Measure every gate, decide, record; return what is to be told."""
        ...

    def decide(self, command: DecideGates, say: Callable[[str], None]) -> Report:
        """Measure some gates, decide, record; return what is to be told."""
        ...

    def sign(self, command: SignFor) -> Told:
        """Sign a gate for a role."""
        ...

    def withdraw(self, command: SignFor) -> Told:
        """Take a role's signature back."""
        ...

    def request_override(self, command: RequestOverride) -> Told:
        """Ask for an override."""
        ...

    def answer_override(self, command: AnswerOverride) -> Told:
        """Approve or refuse an override."""
        ...

    def history(self, plan: Path, gate: str | None, limit: int) -> Past:
        """Return what was decided about a plan's gates, newest first."""
        ...

    def measure(self, command: MeasureMetric, say: Callable[[str], None]) -> Measurement:
        """Measure one metric; record nothing."""
        ...

    def segments(self, command: FindSegments, say: Callable[[str], None]) -> SegmentsTold:
        """Look for segments that differ; record nothing."""
        ...

    def measure_over_time(self, command: MeasureOverTime, say: Callable[[str], None]) -> Timeline:
        """Measure one metric window by window; record nothing."""
        ...

    def compare(self, command: CompareArms, say: Callable[[str], None]) -> Comparison:
        """Put two arms through the same gates; return what is to be told."""
        ...

    def comparison_html(self, comparison: Comparison) -> str:
        """Return a comparison as one self-contained page."""
        ...

    def comparison_markdown(self, comparison: Comparison) -> str:
        """Return a comparison as Markdown."""
        ...

    def html(self, report: Report) -> str:
        """Return a report as one self-contained page."""
        ...

    def markdown(self, report: Report) -> str:
        """Return a report as Markdown."""
        ...

    def report_path(self, plan: Path, name: str = "report.html") -> Path:
        """Return where a plan's HTML report is written unless told otherwise."""
        ...


class App(Protocol):
    """What the app hands to the commands of this room."""

    @property
    def gate(self) -> Services:
        """The gate room's services."""
        ...
