"""A plan, a measurement, a check and its report as objects of a notebook: they show themselves.

They are the command line's work in another dress: the same plan, the same ledger, the same facts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.kernel.canonical import Json
from holdfast.kernel.figures import figure
from holdfast.kernel.verdict import Verdict

if TYPE_CHECKING:
    from holdfast.gate.views.comparison import Comparison
    from holdfast.gate.views.context import Gate, Measurement, Result
    from holdfast.gate.views.context import Report as Told
    from holdfast.plan.model.loading import LoadedPlan
    from holdfast.plan.views.linting import LintReport
    from holdfast.web.ci.finding import Finding

REPORT_HEIGHT = 640
"""Pixels of a notebook's page that a report takes; it scrolls."""


class Plan:
    """A plan: read once, shown as its register.

    Parameters
    ----------
    path : str or Path
        Its file or folder.
    ledger : str, optional
        Where facts are kept; without it HOLDFAST_LEDGER, else the ledger beside the plan.

    Raises
    ------
    PlanError
        The plan is wrong; the message says where and what to do.

    Examples
    --------
    >>> import holdfast
    >>> plan = holdfast.Plan("examples/triage")  # doctest: +SKIP
    >>> plan.check().verdict  # doctest: +SKIP
    'inconclusive'
    """

    def __init__(self, path: str | Path = ".", *, ledger: str | None = None) -> None:
        self.path = Path(path)
        self._app = Application(read_settings(os.environ, ledger))
        _ = self._loaded  # wrong plans are told here, not in the next cell

    @cached_property
    def _loaded(self) -> LoadedPlan:
        from holdfast.plan.views.reading import read_plan

        return read_plan(self.path)

    @property
    def digest(self) -> str:
        """What every fact made under this plan carries."""
        return self._loaded.digest

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics."""
        return tuple(self._loaded.plan.metrics)

    @property
    def gates(self) -> tuple[str, ...]:
        """Names of the gates."""
        return tuple(gate.id for gate in self._loaded.plan.gates)

    def measure(
        self,
        metric: str,
        data: str | None = None,
        *,
        by: Iterable[str] | None = None,
        confidence: float = 0.95,
    ) -> Measured:
        """Measure a metric on one of the plan's data sources; nothing is recorded or judged.

        Parameters
        ----------
        data : str, optional
            The data source; without it, that of the gates which judge the metric.
        by : iterable of str, optional
            Columns to slice by; without it the metric's own, and `[]` for the whole.
        """
        from holdfast.gate.commands import MeasureMetric

        slices = None if by is None else tuple(by)
        command = MeasureMetric(self.path, metric, data, slices, confidence)
        return Measured(self._app.gate.measure(command, _quietly), self._app.gate.embedded)

    def check(self, bundle: str | None = None) -> Check:
        """Measure every gate, decide and record, as `holdfast check` does.

        Parameters
        ----------
        bundle : str, optional
            The version of the system that made the records; without it, what the plan's card says.
        """
        from holdfast.gate.commands import CheckRelease

        told = self._app.gate.check(CheckRelease(self.path, bundle), _quietly)
        return Check(told, self._app.gate.embedded, self._app.gate.html)

    def compare(self, one: str, other: str) -> Compared:
        """Put two arms through the same gates, as `holdfast compare` does, and record that.

        Parameters
        ----------
        one, other : str
            Names of the plan's `arms`; differences are other - one.
        """
        from holdfast.gate.commands import CompareArms

        told = self._app.gate.compare(CompareArms(self.path, (one, other)), _quietly)
        return Compared(told, self._app.gate.embedded, self._app.gate.comparison_html)

    def lint(self, *, data: bool = True) -> Linted:
        """Look for the mistakes that plans make, as `holdfast lint` does.

        Parameters
        ----------
        data : bool
            Whether to look at the data, too: at its columns, and whether it is enough to decide.
        """
        return Linted(self._app.plan.lint(self.path, look=data), self._app.plan.embedded)

    @property
    def page(self) -> Report:
        """The whole plan on one page: risks, layers, gates, indicators, rights, argument, frameworks."""
        return Report(f"the plan of {self._loaded.plan.system.name}", self._app.plan.html(self.path))

    def __repr__(self) -> str:
        from holdfast.plan.views.register import register

        return f"Plan({str(self.path)!r}): {register(self._loaded).headline}"

    def _repr_html_(self) -> str:
        return self._app.plan.embedded(self._loaded)


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


def _quietly(_: str) -> None:
    """Tell no steps: a cell shows its result."""
