"""`holdfast measure --every`: one metric window by window, and when it crossed a level; recorded nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from holdfast.gate.commands import MeasureOverTime
from holdfast.gate.model.courses import Began, Course, Crossing, courses_of, watch_for
from holdfast.gate.model.criteria import Measured
from holdfast.gate.views.context import DataUsed, Span
from holdfast.gate.views.measurement import digests_of, used
from holdfast.kernel.errors import UsageError
from holdfast.kernel.figures import Unit, count, figure, plural
from holdfast.measure.estimates import Estimate
from holdfast.measure.slices import label
from holdfast.measure.states import Counts
from holdfast.plan.model.indicators import RuleIndicator, Watch
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.metrics import MeanMetric
from holdfast.plan.views.places import item_of, located
from holdfast.telemetry.over_time import measure_windows
from holdfast.telemetry.ports import Engine


@dataclass(frozen=True)
class Window:
    """One window.

    Attributes
    ----------
    value, interval
        Of this window alone; None without a record.
    band : Span or None
        The whole so far, with bounds that hold at every look.
    evidence : float or None
        Of the detector at the window's end, as a share of what it alarms at.
    beyond : bool
        Whether its figure is on the bad side of the level.
    """

    start: datetime
    end: datetime
    value: float | None
    interval: Span | None
    n: int
    k: int | None
    band: Span | None
    evidence: float | None
    beyond: bool = False


@dataclass(frozen=True)
class Onset:
    """When the shift that alarmed began: the start of the likeliest window, and the ends of the interval.

    `before` and `after` are the rates on either side of the likeliest, as value and n.
    """

    best: datetime
    earliest: datetime
    latest: datetime
    before: tuple[float | None, int]
    after: tuple[float | None, int]


@dataclass(frozen=True)
class Line:
    """One slice over time, or the whole.

    Attributes
    ----------
    alarm : datetime or None
        The end of the window that brought enough evidence.
    strongest : float or None
        The most evidence at any time, as a share of what it alarms at.
    onset : Onset or None
        Of a rate that alarmed; None where its begin cannot be located.
    """

    where: tuple[tuple[str, str | None], ...]
    label: str
    windows: tuple[Window, ...]
    value: float | None
    interval: Span | None
    n: int
    alarm: datetime | None
    strongest: float | None
    onset: Onset | None = None


@dataclass(frozen=True)
class Timeline:
    """A metric over time.

    Attributes
    ----------
    headline : str
        What stands out, in one sentence.
    every : float
        Seconds of a window.
    level, side : float or None, str
        What is bad; None where nothing says so.
    budget : str
        As people say it: "1 false alarm per 90 d"; empty without a detector.
    indicator : str or None
        The plan's indicator whose level and budget were taken.
    """

    metric: str
    describes: str
    unit: Unit
    data: str
    confidence: float
    headline: str
    every: float
    level: float | None
    side: str
    budget: str
    indicator: str | None
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    plan_digest: str
    used: tuple[DataUsed, ...]
    tools: tuple[tuple[str, str], ...]
    at: datetime


def timeline_of(
    engine: Engine,
    loaded: LoadedPlan,
    measured: Measured,
    command: MeasureOverTime,
    *,
    at: datetime,
    tools: tuple[tuple[str, str], ...],
) -> Timeline:
    """Measure and return what is to be told.

    Raises
    ------
    UsageError
        HF501: nothing says how long a window is, or it is no whole number of minutes; no detector watches
        this; more windows than anybody looks at.
    DataError
        HF311: the source does not say its time.
    """
    indicator, planned = _planned(loaded, measured)
    every = _every(command.every or (planned.window.seconds if planned is not None else None))
    crossing, budget = _crossing(command, planned)
    planned_metric = loaded.plan.metrics[measured.id]
    ends = planned_metric.between if isinstance(planned_metric, MeanMetric) else None
    bounds = None if ends is None else (ends[0], ends[1])
    watch = None if crossing is None else watch_for(measured.metric, crossing, bounds)
    digests = digests_of(engine, loaded, measured)
    with located(loaded, [measured.id]):
        item = item_of(loaded, measured.id, measured.data, measured.by)
        found = measure_windows(engine, item, every, command.since, command.until)
    courses = courses_of(measured.metric, found.windows, every, watch, command.confidence)
    lines = tuple(_line(course, measured, every, crossing) for course in courses)
    taken = command.above is None and command.below is None and crossing is not None
    notes = []
    if found.untimed:
        notes.append(f"{plural(found.untimed, 'record')} without a time: in no window")
    if watch is not None and len(lines) > 1:
        notes.append(f"{len(lines)} slices share one budget")
    return Timeline(
        metric=measured.id,
        describes=measured.describes,
        unit=measured.unit,
        data=measured.data,
        confidence=command.confidence,
        headline=_headline(measured, crossing, lines, every),
        every=every,
        level=None if crossing is None else crossing.level,
        side="above" if crossing is None else crossing.side,
        budget=budget,
        indicator=indicator if taken else None,
        lines=lines,
        notes=tuple(notes),
        plan_digest=loaded.digest,
        used=used(loaded, digests),
        tools=tools,
        at=at,
    )


def _planned(loaded: LoadedPlan, measured: Measured) -> tuple[str | None, Watch | None]:
    """Return the first indicator of the plan that watches this metric: on this data, else on any."""
    elsewhere: tuple[str | None, Watch | None] = (None, None)
    for indicator in loaded.plan.indicators:
        watch = indicator.kri if isinstance(indicator, RuleIndicator) else indicator.watch
        if (watch.metric, watch.data) == (measured.id, measured.data):
            return indicator.id, watch
        if watch.metric == measured.id and elsewhere[0] is None:
            elsewhere = indicator.id, watch
    return elsewhere


def _every(seconds: float | None) -> int:
    fix = "say how long a window is: --every 1h"
    if seconds is None:
        raise UsageError.of("HF501", "no indicator of the plan says how long a window is", fix=fix)
    if seconds < 60 or seconds % 60:
        raise UsageError.of("HF501", f"a window of {seconds:g} seconds: it is whole minutes", fix=fix)
    return int(seconds)


def _crossing(command: MeasureOverTime, planned: Watch | None) -> tuple[Crossing | None, str]:
    """Return what is bad, and the budget in words: what was asked for, else what the plan says."""
    above, below, seconds = command.above, command.below, command.budget
    if above is None and below is None and planned is not None:
        above = None if planned.above is None else planned.above.value
        below = None if planned.below is None else planned.below.value
        if seconds is None and planned.false_alarms is not None:
            seconds = planned.false_alarms.per.seconds / planned.false_alarms.count
    if above is not None and below is not None:
        raise UsageError.of("HF501", "`--above` and `--below` exclude each other", fix="give one of them")
    if above is None and below is None:
        if seconds is not None:
            fix = "say what is bad: --above 1% or --below 95%"
            raise UsageError.of("HF501", "false alarms of what? no level is said", fix=fix)
        return None, ""
    words = "" if seconds is None else f"1 false alarm per {_length(seconds)}"
    if above is not None:
        return Crossing(above, "above", seconds), words
    assert below is not None  # noqa: S101 -- one of both is there
    return Crossing(below, "below", seconds), words


def _length(seconds: float) -> str:
    """Return a length of time in its largest whole unit.

    Examples
    --------
    >>> _length(7_776_000), _length(5_400), _length(90)
    ('90 d', '90 min', '90 s')
    """
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{count(seconds / size)} {unit}"
    return f"{seconds:,.6g} s"


def _line(course: Course, measured: Measured, every: int, crossing: Crossing | None) -> Line:
    known = [look.evidence for look in course.looks if look.evidence is not None]
    return Line(
        where=tuple(zip(measured.by, course.key, strict=True)),
        label=label(course.key, measured.by),
        windows=tuple(
            Window(
                start=_moment(look.start),
                end=_moment(look.start + every),
                value=_value(look.estimate),
                interval=_ends(look.estimate),
                n=0 if look.estimate is None else int(look.estimate.n),
                k=None if look.estimate is None or look.estimate.k is None else int(look.estimate.k),
                band=look.band,
                evidence=look.evidence,
                beyond=crossing is not None and crossing.passed_by(_value(look.estimate)),
            )
            for look in course.looks
        ),
        value=course.whole.value,
        interval=_ends(course.whole),
        n=int(course.whole.n),
        alarm=None if course.alarm is None else _moment(course.alarm),
        strongest=max(known) if known else None,
        onset=None if course.began is None else _onset(course.began, every),
    )


def _onset(began: Began, every: int) -> Onset:
    before, after = (_rate(each) for each in (began.before, began.after))
    return Onset(_moment(began.best), _moment(began.earliest), _moment(began.latest + every), before, after)


def _rate(counts: Counts) -> tuple[float | None, int]:
    return counts.k / counts.n if counts.n else None, int(counts.n)


def _value(estimate: Estimate | None) -> float | None:
    return None if estimate is None else estimate.value


def _ends(estimate: Estimate | None) -> Span | None:
    if estimate is None or estimate.interval is None:
        return None
    return estimate.interval.low, estimate.interval.high


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _headline(measured: Measured, crossing: Crossing | None, lines: tuple[Line, ...], every: int) -> str:
    if not lines:
        return "no record in this time"
    windows = plural(len(lines[0].windows), "window")
    if crossing is None:
        return f"{windows} of {_length(every)}, nothing watched"
    bad = f"{crossing.side} {figure(crossing.level, measured.unit)}"
    if crossing.budget is None:
        beyond = [window.beyond for line in lines for window in line.windows]
        return f"{plural(sum(beyond), 'window')} of {count(len(beyond))} {bad}, each looked at alone"
    alarmed = sorted((line for line in lines if line.alarm is not None), key=lambda line: str(line.alarm))
    if not alarmed:
        return f"quiet: no evidence that {measured.id} is {bad}"
    first = alarmed[0]
    more = f", and {plural(len(alarmed) - 1, 'other slice')} later" if len(alarmed) > 1 else ""
    whose = f" in {first.label}" if first.where else ""
    return f"ALARM: {measured.id} {bad}{whose} at {first.alarm:%Y-%m-%d %H:%M} UTC{more}"
