"""What a check found out, before it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from holdfast.gate.model.decision import Decision
from holdfast.gate.model.importing import Brought
from holdfast.gate.model.releasing import release
from holdfast.gate.model.typed import Typed
from holdfast.kernel.verdict import Verdict
from holdfast.plan.model.loading import LoadedPlan


@dataclass(frozen=True)
class DataRead:
    """A data source as it was when it was measured.

    Attributes
    ----------
    digest : str
        Of the records and of how they are selected.
    rows : int
        Records that were read.
    files : mapping from name to digest
        As the plan names them.
    """

    digest: str
    rows: int
    files: Mapping[str, str]


@dataclass(frozen=True)
class CheckOutcome:
    """A check: the decisions, and what they were made from.

    Attributes
    ----------
    bundle_known : bool
        Whether the version of the system was said.
    elsewhere : tuple of (gate, stage)
        Gates that guard another stage and were not asked.
    recorded : frozenset of str
        Gates whose evidence had been recorded before.
    brought : mapping from gate to Brought
        What was imported from other tools' files.
    typed : Typed
        How the plan was asked for, so that the next command can be told.
    """

    plan: LoadedPlan
    bundle: str
    bundle_known: bool
    decisions: tuple[Decision, ...]
    elsewhere: tuple[tuple[str, str], ...]
    data: Mapping[str, DataRead]
    recorded: frozenset[str]
    at: datetime
    typed: Typed
    brought: Mapping[str, Brought] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """The worst of the blocking gates that are not overridden."""
        return release(self.decisions)
