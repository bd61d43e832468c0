"""A plan as an object of a notebook: the command line's work in another dress.

The same plan, the same ledger, the same facts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.bootstrap import Application
from holdfast.app.notebook.results import Check, Compared, Linted, Measured, OverTime, Report, Segments
from holdfast.app.settings import read_settings

if TYPE_CHECKING:
    from holdfast.plan.model.loading import LoadedPlan


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

    def segments(
        self,
        metric: str,
        data: str | None = None,
        *,
        over: Iterable[str] = (),
        minimum: int = 30,
        confidence: float = 0.95,
    ) -> Segments:
        """Look for the segments in which a metric differs from the rest; nothing is recorded.

        Parameters
        ----------
        over : iterable of str
            Columns to look at; without it, all that have few values.
        minimum : int
            Fewest records of a segment, and of its rest.
        confidence : float
            Of all intervals together.
        """
        from holdfast.gate.commands import FindSegments

        command = FindSegments(self.path, metric, data, tuple(over), confidence, minimum)
        return Segments(self._app.gate.segments(command, _quietly))

    def over_time(
        self,
        metric: str,
        data: str | None = None,
        *,
        every: timedelta | None = None,
        by: Iterable[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        above: float | None = None,
        below: float | None = None,
        false_alarm_every: timedelta | None = None,
        confidence: float = 0.95,
    ) -> OverTime:
        """Measure a metric window by window, as `holdfast measure --every` does; nothing is recorded.

        Parameters
        ----------
        every : timedelta, optional
            How long a window is: whole minutes. Without it, as the plan's indicator says.
        since, until : datetime, optional
            From when on, and up to but without when, records count; naive is UTC.
        above, below : float, optional
            The level beyond which it is bad; without both, that of the plan's indicator.
        false_alarm_every : timedelta, optional
            How long it takes on average until a false alarm, at least.
        """
        from holdfast.gate.commands import MeasureOverTime

        command = MeasureOverTime(
            self.path,
            metric,
            data,
            None if by is None else tuple(by),
            confidence,
            every=None if every is None else every.total_seconds(),
            since=since,
            until=until,
            above=above,
            below=below,
            budget=None if false_alarm_every is None else false_alarm_every.total_seconds(),
        )
        return OverTime(self._app.gate.measure_over_time(command, _quietly))

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


def _quietly(_: str) -> None:
    """Tell no steps: a cell shows its result."""
