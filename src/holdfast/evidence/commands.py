"""What may be asked of the evidence room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # they bring numpy, which `--help` does not need
    from holdfast.measure.requests import SliceKey
    from holdfast.measure.states import State


@dataclass(frozen=True)
class RecordEvidence:
    """Record what a metric measured on a data set, for one bundle.

    Attributes
    ----------
    metric_digest : str
        Of the definition with its slicing, so that a metric that was changed in the plan is another metric.
    data_digest, reference_digest : str, str or None
        Of the records themselves and, for a drift, of its reference's.
    states : mapping from slice to state
        Keys hold the values of `by`, in its order.
    files : mapping from name to digest
        The files that were read, as the plan names them.
    """

    system: str
    bundle: str
    metric: str
    metric_digest: str
    plan_digest: str
    data: str
    data_digest: str
    rows: int
    states: Mapping[SliceKey, State]
    by: tuple[str, ...] = ()
    reference_digest: str | None = None
    reference_rows: int | None = None
    notes: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordResults:
    """Record what another tool's file says about a bundle; what it says comes beside the command.

    Attributes
    ----------
    path : str or None
        Where the file lies, from the plan's folder; None where it lies elsewhere: no path of a machine enters
        a fact.
    """

    system: str
    bundle: str
    plan_digest: str
    path: str | None = None


@dataclass(frozen=True)
class ImportFiles:
    """Import files of other tools.

    Attributes
    ----------
    files : tuple of Path
        As the user named them.
    tool : str or None
        The tool that wrote them; None where their content tells.
    plan : Path
        The plan's file or folder.
    bundle : str or None
        The version of the system that was tried; None for what the plan's card says.
    """

    files: tuple[Path, ...]
    tool: str | None
    plan: Path
    bundle: str | None = None


@dataclass(frozen=True)
class Attest:
    """Sign that something is so.

    Attributes
    ----------
    name : str
        `attest/<name>`, or the name of a control that is attested or of a review.
    role : str
        The role that is signed for.
    seen : str
        What was seen.
    until : date or None
        The last day on which it counts; None for as long as the plan says.
    file : Path or None
        What was looked at: recorded by name and digest.
    """

    plan: Path
    name: str
    role: str
    seen: str
    until: date | None = None
    file: Path | None = None


@dataclass(frozen=True)
class WithdrawAttestation:
    """Take an attestation back.

    Attributes
    ----------
    reference : str
        Its id, the beginning of it, or its number in the ledger.
    """

    plan: Path
    reference: str
    because: str
