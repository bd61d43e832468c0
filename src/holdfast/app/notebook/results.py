"""A measurement, a check, a comparison and their reports as objects of a notebook: they show themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.kernel.canonical import Json
from holdfast.kernel.figures import figure
from holdfast.kernel.verdict import Verdict

if TYPE_CHECKING:
    from holdfast.gate.views.comparison import Comparison
    from holdfast.gate.views.context import Gate, Measurement, Result
    from holdfast.gate.views.context import Report as Told
    from holdfast.gate.views.segments import SegmentsTold
    from holdfast.gate.views.timeline import Line, Timeline
    from holdfast.measure.segment_echoes import Segment
    from holdfast.plan.views.linting import LintReport
    from holdfast.web.ci.finding import Finding
    from holdfast.web.pictures.picture import Picture

REPORT_HEIGHT = 640
"""Pixels of a notebook's page that a report takes; it scrolls."""


class Measured:
    """A metric as it was measured, shown as a table of its slices."""

    def __init__(self, told: Measurement, embedded: Callable[[Measurement], str]) -> None:
        self.told = told
        self._embedded = embedded

    @property
    def results(self) -> tuple[Result, ...]:
        """One a slice, with value, interval, n and k."""
        return self.told.results

    @property
    def value(self) -> float | None:
        """The value of the whole; None where it is sliced or there is no evidence."""
        return self.told.results[0].value if len(self.told.results) == 1 else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The two-sided interval of the whole; None where it is sliced or there is no evidence."""
        return self.told.results[0].interval if len(self.told.results) == 1 else None

    @property
    def picture(self) -> Picture:
        """The slices as a forest plot; a drift as both histograms. Needs `holdfast[charts]`."""
        from holdfast.gate.views.drawing import measurement_picture

        return measurement_picture(self.told)

    def to_dict(self) -> dict[str, Json]:
        """Return what `holdfast measure --json` prints."""
        from holdfast.gate.views.promise import measure_json

        return measure_json(self.told)

    def __repr__(self) -> str:
        from holdfast.gate.views.words import where_words
        from holdfast.web.templates import measured

        lines = [
            f"{where_words(each.where)}: {measured(each.value, each.interval, each.n, self.told.unit)}"
            for each in self.told.results
        ]
        return "\n".join([f"{self.told.metric} of {self.told.data}", *lines])

    def _repr_html_(self) -> str:
        return self._embedded(self.told)


class Segments:
    """The segments that differ from the rest, shown as their picture."""

    def __init__(self, told: SegmentsTold) -> None:
        self.told = told

    @property
    def found(self) -> tuple[Segment, ...]:
        """Those that differ, the farthest from zero first; their intervals hold together."""
        return self.told.segments.found

    @property
    def picture(self) -> Picture:
        """How far each is from the rest. Needs `holdfast[charts]`."""
        from holdfast.gate.views.drawing import segments_picture

        return segments_picture(self.told)

    def to_dict(self) -> dict[str, Json]:
        """Return what `holdfast measure --segments --json` prints."""
        from holdfast.gate.views.segments_told import segments_json

        return segments_json(self.told)

    def __repr__(self) -> str:
        from holdfast.gate.views.segments_told import headline

        return f"{self.told.metric} of {self.told.data}: {headline(self.told)}"

    def _repr_html_(self) -> str:
        return self.picture._repr_html_()


class OverTime:
    """A metric window by window, shown as its picture."""

    def __init__(self, told: Timeline) -> None:
        self.told = told

    @property
    def lines(self) -> tuple[Line, ...]:
        """One a slice, with its windows, and when the detector alarmed."""
        return self.told.lines

    @property
    def alarmed(self) -> bool:
        """Whether a detector alarmed in any slice."""
        return any(line.alarm is not None for line in self.told.lines)

    @property
    def picture(self) -> Picture:
        """The slice to look at first, over time. Needs `holdfast[charts]`."""
        from holdfast.gate.views.timeline_telling import timeline_picture

        return timeline_picture(self.told)

    def to_dict(self) -> dict[str, Json]:
        """Return what `holdfast measure --every ... --json` prints."""
        from holdfast.gate.views.timeline_telling import timeline_json

        return timeline_json(self.told)

    def __repr__(self) -> str:
        return f"{self.told.metric} of {self.told.data}: {self.told.headline}"

    def _repr_html_(self) -> str:
        return self.picture._repr_html_()


class Check:
    """A check: the verdict and every gate, shown as a table; `report` is the whole report."""

    def __init__(self, told: Told, embedded: Callable[[Told], str], html: Callable[[Told], str]) -> None:
        self.told = told
        self._embedded = embedded
        self._html = html

    @property
    def verdict(self) -> str:
        """`pass`, `inconclusive` or `fail`."""
        return self.told.verdict.value

    @property
    def passed(self) -> bool:
        """Whether it may ship. What cannot be decided has not passed."""
        return self.told.verdict is Verdict.PASS

    @property
    def gates(self) -> dict[str, Gate]:
        """Gate id -> the gate as it was decided."""
        return {gate.id: gate for gate in self.told.gates}

    @property
    def report(self) -> Report:
        """The report, as `holdfast check` writes it."""
        return Report(f"the check of {self.told.name}", self._html(self.told))

    def to_dict(self) -> dict[str, Json]:
        """Return what `holdfast check --json` prints."""
        from holdfast.gate.views.promise import check_json

        return check_json(self.told, None)

    def __bool__(self) -> bool:
        msg = "a verdict is pass, inconclusive or fail: ask `.verdict` or `.passed`"
        raise TypeError(msg)

    def __repr__(self) -> str:
        lines = [
            f"{gate.verdict.value:12} {gate.id}: {gate.requirement}, {figure(gate.value, gate.unit)}"
            for gate in self.told.gates
        ]
        return "\n".join([self.told.headline, *lines])

    def _repr_html_(self) -> str:
        return self._embedded(self.told)


class Compared:
    """Two arms compared, shown as a table of differences; `report` is the whole comparison."""

    def __init__(
        self, told: Comparison, embedded: Callable[[Comparison], str], html: Callable[[Comparison], str]
    ) -> None:
        self.told = told
        self._embedded = embedded
        self._html = html

    @property
    def chosen(self) -> str | None:
        """The arm to choose; None where the data cannot say, or neither may ship."""
        return self.told.chosen

    @property
    def report(self) -> Report:
        """The report, as `holdfast compare` writes it."""
        return Report(f"the comparison of {self.told.name}", self._html(self.told))

    def to_dict(self) -> dict[str, Json]:
        """Return what `holdfast compare --json` prints."""
        from holdfast.gate.views.comparison_promise import compare_json

        return compare_json(self.told, None)

    def __repr__(self) -> str:
        return f"{self.told.word}\n{self.told.headline}"

    def _repr_html_(self) -> str:
        return self._embedded(self.told)


class Linted:
    """What lint found, shown as a table."""

    def __init__(self, told: LintReport, embedded: Callable[[LintReport], str]) -> None:
        self.told = told
        self._embedded = embedded

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, with code, level, message, place and fix."""
        return self.told.findings

    @property
    def clean(self) -> bool:
        """Whether nothing was found; notes do not count."""
        return self.told.exit_code == 0

    def to_dict(self) -> dict[str, Json]:
        """Return what `holdfast lint --format json` prints."""
        from holdfast.plan.views.linting import lint_json

        return lint_json(self.told)

    def __repr__(self) -> str:
        from holdfast.plan.views.linting import as_text

        return "\n".join(text for _, text in as_text(self.told))

    def _repr_html_(self) -> str:
        return self._embedded(self.told)


class Report:
    """A report: one self-contained page, shown in a frame of its own."""

    def __init__(self, name: str, html: str) -> None:
        self.name = name
        self.html = html

    def save(self, path: str | Path) -> Path:
        """Write the page; return where.

        Raises
        ------
        UsageError
            HF503: it cannot be written.
        """
        from holdfast.web.files import write

        write(Path(path), self.html)
        return Path(path)

    def __repr__(self) -> str:
        return f"Report on {self.name}: {len(self.html):,} characters of HTML; `.save(path)` writes it"

    def _repr_html_(self) -> str:
        from holdfast.web.embedding import framed

        return framed(self.html, height=REPORT_HEIGHT, title=f"Report on {self.name}")
