"""Bring what is kept up to date: only parts that are new, or say something else now, are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from holdfast.kernel.errors import DataError, Problem
from holdfast.kernel.figures import plural
from holdfast.kernel.progress import heard_by, hearer_now
from holdfast.measure.metrics import ALWAYS
from holdfast.measure.requests import MOST_SLICES, CountsRequest, LagRequest, Request
from holdfast.telemetry.checking import ColumnProblem
from holdfast.telemetry.files.identity import Digests
from holdfast.telemetry.ports import Engine
from holdfast.telemetry.rollups.cells import Cells, Combine, changed_minutes, rolled, united
from holdfast.telemetry.rollups.keys import request_digest
from holdfast.telemetry.rollups.model import DAY, HOUR, Grain, Part, Updated
from holdfast.telemetry.rollups.offering import Offer, offered
from holdfast.telemetry.rollups.ports import RollupStore
from holdfast.telemetry.rollups.shapes import asked_of, cells_of, shape_of
from holdfast.telemetry.sources import Source
from holdfast.telemetry.windows import MINUTE, Windows

RECORDS = CountsRequest(ALWAYS)
"""Asked of every source: how many records there are in each minute."""
TOLERANCE = timedelta(minutes=5)
"""How much later than now a record's time may be: clocks of hosts differ."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class _Job:
    """A part to be measured, for some requests."""

    offer: Offer
    requests: tuple[Request, ...]
    rewritten: bool


@dataclass
class _Tally:
    """What changed so far."""

    touched: set[int] = field(default_factory=set)
    added: Counter[int] = field(default_factory=Counter)
    untimed: int = 0
    rewritten: dict[str, None] = field(default_factory=dict)


class _Update:
    """One update of one source."""

    def __init__(self, store: RollupStore, engine: Engine, source: Source, now: datetime) -> None:
        self.store = store
        self.engine = engine
        self.source = source
        self.now = now
        self.tally = _Tally()
        self.grain = store.grain()

    def prepared(self, asked: Mapping[Request, Sequence[str]], complete: bool) -> tuple[list[str], list[str]]:
        """Make the source and what is asked of it known; return the metrics that begin and that end."""
        self.asked = list(asked)
        with self.store.writing():
            self.number = self.store.source(self.source)
            before = {one.digest: one for one in self.store.requests(self.number)}
            wanted: dict[Request, Sequence[str]] = {RECORDS: (), **_once(asked)}
            if self.source.time is not None and self.source.labelled is not None:
                wanted[LagRequest(self.source.time, self.source.labelled)] = ()
            self.numbers = {}
            for request, metrics in wanted.items():
                known = None if complete else before.get(request_digest(request))
                names = metrics if known is None or known.over else dict.fromkeys([*known.metrics, *metrics])
                self.numbers[request] = self.store.request(self.number, request, list(names))
            digests = {request_digest(request): request for request in wanted}
            over = [one for one in before.values() if one.digest not in digests and not one.over]
            for one in over if complete else ():
                self.store.end(one.number)
        asked_before = {digest for digest, one in before.items() if not one.over}
        begun = [name for key, one in digests.items() if key not in asked_before for name in wanted[one]]
        ended = [name for one in over for name in one.metrics] if complete else []
        return list(dict.fromkeys(begun)), list(dict.fromkeys(ended))

    def jobs(self, offers: Iterable[Offer], known: Mapping[str, Part]) -> list[_Job]:
        """Return what has to be measured."""
        names = {number: request for request, number in self.numbers.items()}
        has: dict[int, set[Request]] = {part.number: set() for part in known.values()}
        for block in self.store.blocks():
            if block.part in has and block.request in names:
                has[block.part].add(names[block.request])
        found = []
        for offer in offers:
            part = known.get(offer.name)
            same = part is not None and part.digest == offer.digest
            lacking = [r for r in self.numbers if not (same and part is not None and r in has[part.number])]
            if lacking:
                found.append(_Job(offer, tuple(lacking), rewritten=part is not None and not same))
        return found

    def measured(self, job: _Job, done: float) -> Windows:
        """Return what a part says; of all parts a share is done before."""
        hearer = hearer_now()
        if hearer is not None:
            hearer(done)
        # a part's own progress is none of the whole's
        with heard_by(lambda _: None):
            return self._measured(job)

    def _measured(self, job: _Job) -> Windows:
        try:
            return self._said(job)
        except DataError as error:
            raise DataError([self._whose(problem, job) for problem in error.problems]) from error

    def _whose(self, problem: Problem, job: _Job) -> Problem:
        """Return a problem with a column as that of the question that was asked."""
        if not isinstance(problem, ColumnProblem) or problem.asked < 0:
            return problem
        digest = request_digest(job.requests[problem.asked])
        places = [place for place, request in enumerate(self.asked) if request_digest(request) == digest]
        return replace(problem, asked=places[0] if places else -1)

    def _said(self, job: _Job) -> Windows:
        return job.offer.measured(self.engine, [asked_of(request) for request in job.requests])

    def put(self, job: _Job, windows: Windows) -> None:
        """Keep what a part says now, and tell what that changed."""
        offer = job.offer
        part = self.store.part(self.number, offer.name)
        digest = offer.digest or f"{offer.stamp.size} records"
        number = self.store.put_part(self.number, offer.name, digest, offer.stamp, windows.untimed, self.now)
        self.tally.untimed += max(0, windows.untimed - (0 if part is None else part.untimed))
        changed: set[int] = set()
        for request, answer in zip(job.requests, windows.answers, strict=True):
            shape, asked = shape_of(request), self.numbers[request]
            cells = grained(cells_of(shape, answer, *self.store.numbering(asked)), shape.combine, self.grain)
            before = self.store.cells(asked, number)
            self.store.put_cells(asked, number, cells)
            if before is not None:
                changed |= changed_minutes(before, cells)
            elif part is None:
                changed |= set(cells.minutes.tolist())
            if request == RECORDS:
                self._count(before, cells)
        if changed and job.rewritten:
            self.tally.rewritten[offer.name] = None
        self.tally.touched |= changed

    def drop(self, part: Part) -> None:
        """Take away what a part that is gone contributed."""
        before = self.store.cells(self.numbers[RECORDS], part.number)
        if before is not None:
            self.tally.touched |= set(before.minutes.tolist())
        self.store.drop_part(part.number)

    def _count(self, before: Cells | None, cells: Cells) -> None:
        for sign, each in ((-1, before), (1, cells)):
            if each is not None:
                for minute, n in zip(each.minutes.tolist(), each.numbers[1].tolist(), strict=True):
                    self.tally.added[minute] += sign * int(n)

    def minutes(self) -> dict[int, int]:
        """Return how many records there are in each minute."""
        found: Counter[int] = Counter()
        for cells in self.store.each(self.numbers[RECORDS]):
            for minute, n in zip(cells.minutes.tolist(), cells.numbers[1].tolist(), strict=True):
                found[minute] += int(n)
        return found


def update(
    store: RollupStore,
    engine: Engine,
    source: Source,
    asked: Mapping[Request, Sequence[str]],
    *,
    now: datetime,
    complete: bool = True,
    keep_vanished: bool = False,
    every_day: bool = False,
    say: Say = lambda _: None,
) -> Updated:
    """Bring the states of a source up to date.

    Parts that are only added are kept one by one, so that who is stopped in the middle goes on from there.
    Where a part says something else than before, or is gone, everything is kept at once: what was counted
    twice is never seen.

    Parameters
    ----------
    asked : mapping from Request to names
        What is measured, and for which metrics.
    now : datetime
        Aware.
    complete : bool
        Whether `asked` is all that is asked of this source: what is not in it has ended.
    keep_vanished : bool
        Whether files that are gone keep their contribution: logs that are deleted after a month.
    every_day : bool
        Whether all days of a table are measured again, and not only the newest.

    Raises
    ------
    DataError
        HF301 to HF305, HF309, HF311 or HF113 of the records (a `ColumnProblem` says which of `asked` it is
        about); HF321 to HF323 of what is kept.
    """
    work = _Update(store, engine, source, now)
    begun, ended = work.prepared(asked, complete)
    known, before = store.parts(work.number), work.minutes()
    offers = offered(engine, source, known, Digests(), every_day=every_day)
    gone = _moved(store, known, offers)
    jobs = work.jobs(offers, store.parts(work.number))
    say(f"measuring {source.name}: {plural(len(jobs), 'part')}")
    if any(job.rewritten for job in jobs) or (gone and not keep_vanished):
        answers = [work.measured(job, place / len(jobs)) for place, job in enumerate(jobs)]
        with store.writing():
            for job, answer in zip(jobs, answers, strict=True):
                work.put(job, answer)
            for part in () if keep_vanished else gone:
                work.drop(part)
    else:
        for place, job in enumerate(jobs):
            answer = work.measured(job, place / len(jobs))
            with store.writing():
                work.put(job, answer)
    after, tally = work.minutes(), work.tally
    newest, latest = max(before, default=None), int((now + TOLERANCE).timestamp()) // MINUTE
    return Updated(
        source=source.name,
        added=tuple(job.offer.name for job in jobs if job.offer.name not in known),
        rewritten=tuple(tally.rewritten),
        vanished=() if keep_vanished else tuple(part.name for part in gone),
        windows_new=_starts(tally.touched & after.keys() - before.keys()),
        windows_restated=_starts(tally.touched & after.keys() & before.keys()),
        windows_gone=_starts(tally.touched & before.keys() - after.keys()),
        records=sum(n for n in tally.added.values() if n > 0),
        late=sum(n for at, n in tally.added.items() if n > 0 and newest is not None and at < newest),
        untimed=tally.untimed,
        future=sum(n for minute, n in after.items() if minute > latest),
        begun=tuple(begun),
        ended=tuple(ended),
    )


def _once(asked: Mapping[Request, Sequence[str]]) -> dict[Request, list[str]]:
    """Return what is asked, the same question once with the metrics of all who ask it."""
    found: dict[str, tuple[Request, list[str]]] = {}
    for request, metrics in asked.items():
        if isinstance(request, CountsRequest):
            request = replace(request, most=MOST_SLICES)
        names = found.setdefault(request_digest(request), (request, []))[1]
        names += [name for name in metrics if name not in names]
    return dict(found.values())


def _starts(minutes: set[int]) -> frozenset[int]:
    return frozenset(minute * MINUTE for minute in minutes)


def _moved(store: RollupStore, known: Mapping[str, Part], offers: Sequence[Offer]) -> list[Part]:
    """Give parts that lie elsewhere now, or were touched, their new name and stamp; return those gone."""
    names = {offer.name for offer in offers}
    gone = [part for name, part in known.items() if name not in names]
    moved = []
    for offer in offers:
        part = known.get(offer.name)
        if part is not None and part.digest == offer.digest and part.stamp != offer.stamp:
            moved.append((part, offer))
        same = [one for one in gone if one.digest == offer.digest] if part is None else []
        if same:
            gone.remove(same[0])
            moved.append((same[0], offer))
    if moved:
        with store.writing():
            for part, offer in moved:
                store.rename_part(part.number, offer.name, offer.stamp)
    return gone


def grained(cells: Cells, combine: Sequence[Combine], grain: Grain) -> Cells:
    """Return cells as fine as what is kept of their time."""
    if not len(cells) or grain.at(int(cells.minutes.min())) == 1:
        return cells
    old = cells.between(None, grain.days_before)
    middle = cells.between(grain.days_before, max(grain.hours_before, grain.days_before))
    young = cells.between(max(grain.hours_before, grain.days_before), None)
    return united([rolled(old, combine, DAY), rolled(middle, combine, HOUR), young], combine)
