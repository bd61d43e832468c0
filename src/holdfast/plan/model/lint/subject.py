"""What lint looks at, and what it finds: plain data, so that every rule is a pure function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from holdfast.kernel.errors import Place, Problem
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.standing import Standing
from holdfast.plan.model.tree import Path

Level: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Trials:
    """How many records of one slice (of a gap: one group) a gate would judge.

    Attributes
    ----------
    label : str
        "sex = female"; empty for the whole.
    n : int
        Records that count: those with a label, among those that are looked at.
    """

    label: str
    n: int


@dataclass(frozen=True)
class Data:
    """What is known of a plan's records.

    Attributes
    ----------
    columns : mapping from data source to (column -> type)
        Of the sources that could be looked at.
    rows : mapping from data source to a number of records
    trials : mapping from gate to its slices
        Of the gates whose slices were counted.
    wrong : tuple of Problem
        Columns that the plan names and the data does not have, each with its place.
    unseen : mapping from data source to the reason
        Of the files that could not be looked at.
    elsewhere : tuple of str
        Sources that are no files, and are read where they are kept.
    complete : bool
        Whether everything was looked at, so that finding nothing means something.
    """

    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    trials: Mapping[str, tuple[Trials, ...]] = field(default_factory=dict)
    wrong: tuple[Problem, ...] = ()
    unseen: Mapping[str, str] = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()
    complete: bool = False


@dataclass(frozen=True)
class Subject:
    """A plan and what is known about it at one moment.

    Attributes
    ----------
    now : datetime
        Aware UTC.
    standing : Standing
        What the ledger knows of its evidence.
    data : Data or None
        None where nobody looked.
    """

    loaded: LoadedPlan
    now: datetime
    standing: Standing = field(default_factory=Standing)
    data: Data | None = None

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.loaded.plan

    @property
    def today(self) -> date:
        """The day on which lint looks."""
        return self.now.date()


@dataclass(frozen=True)
class Found:
    """What a rule found.

    Attributes
    ----------
    path : tuple
        Where in the plan (`LoadedPlan.place`).
    message : str
        What is wrong and why it matters, in one line.
    fix : str
        What to do, in one line.
    place : Place or None
        Where, when it is known better than by the path.
    """

    path: Path
    message: str
    fix: str
    place: Place | None = None


@dataclass(frozen=True)
class LintFinding:
    """One finding.

    Attributes
    ----------
    code : str
        `HF103`.
    level : str
        `error`: the plan says what cannot be; `warning`: it leaves something out; `note`: for information.
    title : str
        What the code finds, in a few words.
    path : tuple
        The part of the plan that it is about.
    """

    code: str
    level: Level
    title: str
    message: str
    place: Place
    fix: str
    path: Path


@dataclass(frozen=True)
class Ignored:
    """A finding that a comment in the plan ignores, with its reason."""

    finding: LintFinding
    because: str
