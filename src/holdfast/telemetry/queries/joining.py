"""Groupings that read the same columns, joined into one and parted again: the columns are scanned once.

Two rates by sex and by age band read the same decision and label. Grouped by both columns together they are
read once, and the few groups that come back add up to either. Only numbers that add up exactly are joined
(counts of records), and only where both columns together have few values: a full cube of slices is a sixth
of the raw data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from holdfast.measure.requests import SliceKey
from holdfast.measure.slices import ordered
from holdfast.telemetry.aggregates import Count, Figure, Grouping
from holdfast.telemetry.checking import all_columns
from holdfast.telemetry.queries.planning import Group

JOINT = 1_000
"""Groups that a joint grouping may be expected to have."""
_COLUMNS = 3
"""Columns that it may group by: hashing more of them takes longer than reading the numbers again."""
_ADDING = {"n", "nan", "known"}
"""Figures that are counts."""


class TooManySlices(Exception):
    """A grouping has more slices than it may have; `part` says which."""

    def __init__(self, part: int) -> None:
        super().__init__(f"part {part}")
        self.part = part


@dataclass
class _Joint:
    """A grouping that stands for several: which of them, and where each one's columns and figures are."""

    grouping: Grouping
    reads: frozenset[str]
    parts: list[int] = field(default_factory=list)
    keys: list[tuple[int, ...]] = field(default_factory=list)
    figures: list[tuple[int, ...]] = field(default_factory=list)

    def add(self, index: int, grouping: Grouping) -> None:
        """Let it stand for one more."""
        self.reads |= _reads(grouping)
        by = (*self.grouping.by, *(name for name in grouping.by if name not in self.grouping.by))
        known = list(self.grouping.figures)
        places = []
        for figure in grouping.figures:
            same = [at for at, each in enumerate(known) if repr(each) == repr(figure)]
            if not same:
                known.append(figure)
            places.append(same[0] if same else len(known) - 1)
        most = grouping.most if not self.parts else 50 * JOINT
        self.grouping = replace(self.grouping, by=by, figures=tuple(known), most=most)
        self.parts.append(index)
        self.keys.append(tuple(by.index(name) for name in grouping.by))
        self.figures.append(tuple(places))


@dataclass(frozen=True)
class Joined:
    """Groupings as they are asked, and how to get those back that were wanted."""

    wanted: tuple[Grouping, ...]
    joints: tuple[_Joint, ...]

    @property
    def groupings(self) -> list[Grouping]:
        """What the engine is asked."""
        return [joint.grouping for joint in self.joints]

    def parts(self, joint: int) -> list[int]:
        """Return for which of the groupings that are wanted one that is asked stands."""
        return self.joints[joint].parts

    def parted(self, groups: Sequence[Sequence[Group]]) -> list[Sequence[Group]]:
        """Return the groups of each grouping that was wanted, from those of the joint ones.

        Raises
        ------
        TooManySlices
            Of a joint one, where a grouping has more slices than it may have.
        """
        found: dict[int, Sequence[Group]] = {}
        for at, (joint, rows) in enumerate(zip(self.joints, groups, strict=True)):
            if len(joint.parts) == 1:
                found[joint.parts[0]] = rows
                continue
            for index, keys, figures in zip(joint.parts, joint.keys, joint.figures, strict=True):
                found[index] = _summed(rows, keys, figures)
                if len(found[index]) > self.wanted[index].most:
                    raise TooManySlices(at)
        return [found[index] for index in range(len(self.wanted))]


def _summed(rows: Sequence[Group], keys: tuple[int, ...], figures: tuple[int, ...]) -> list[Group]:
    # the whole is a group also where there are no records
    sums: dict[SliceKey, list[float]] = {} if keys else {(): [0.0] * len(figures)}
    for row in rows:
        total = sums.setdefault(tuple(row.key[at] for at in keys), [0.0] * len(figures))
        for place, at in enumerate(figures):
            total[place] += row.numbers[at]
    return [Group(key, (), None, tuple(sums[key])) for key in ordered(sums)]


def join(groupings: Sequence[Grouping], values: Mapping[str, int]) -> Joined:
    """Join groupings that read the same columns where the slices of both are few.

    Parameters
    ----------
    groupings : sequence of Grouping
    values : mapping
        How many values each column to slice by has, as far as is known; one that is absent is not joined.
    """
    joints: list[_Joint] = []
    for index, grouping in enumerate(groupings):
        reads = _reads(grouping) if _adds_up(grouping) else frozenset()
        home = next((joint for joint in joints if _fits(joint, grouping, reads, values)), None)
        if home is None:
            home = _Joint(replace(grouping, figures=()) if reads else grouping, reads)
            joints.append(home)
            if not reads:
                home.parts.append(index)
                continue
        home.add(index, grouping)
    return Joined(tuple(groupings), tuple(joints))


def _fits(joint: _Joint, grouping: Grouping, reads: frozenset[str], values: Mapping[str, int]) -> bool:
    if not reads or not joint.reads or not (reads <= joint.reads or joint.reads <= reads):
        return False
    by = {*joint.grouping.by, *grouping.by}
    if len(by) > _COLUMNS or not by <= values.keys():
        return False
    product = 1
    for name in by:
        product *= max(1, values[name])
    return product <= JOINT


def _adds_up(grouping: Grouping) -> bool:
    """Return whether it is nothing but counts of records by slice."""
    counts = all(
        isinstance(figure, Count) or (isinstance(figure, Figure) and figure.what in _ADDING)
        for figure in grouping.figures
    )
    plain = Grouping(grouping.by, figures=grouping.figures, most=grouping.most)
    return counts and bool(grouping.figures) and grouping == plain


def _reads(grouping: Grouping) -> frozenset[str]:
    """Return the columns that its figures read."""
    names: set[str] = set()
    for figure in grouping.figures:
        if isinstance(figure, Figure):
            names.add(figure.column)
        if figure.where is not None:
            names |= {column.name for column in all_columns([figure.where])}
    return frozenset(names)
