"""What a gate asks for, as the plan says it, ready to be judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias

from holdfast.kernel.canonical import Json
from holdfast.kernel.figures import Unit
from holdfast.kernel.ids import digest
from holdfast.measure.judgements import Requirement
from holdfast.measure.metrics import Metric

Kind: TypeAlias = Literal["metric", "zero tolerance", "import", "check", "sign"]


@dataclass(frozen=True)
class Measured:
    """The measured part of a gate: which metric, on which data, in which slices.

    Attributes
    ----------
    definition : JSON value
        The metric as the plan writes it, with its slicing: what its digest is taken of.
    describes : str
        The metric in words.
    """

    id: str
    kind: str
    metric: Metric
    data: str
    by: tuple[str, ...]
    reference: str | None
    definition: Json
    describes: str
    unit: Unit

    @property
    def digest(self) -> str:
        """Digest of what is measured: a metric that was changed is another metric."""
        return digest(self.definition)


@dataclass(frozen=True)
class Foreign:
    """The part of a gate that another tool measures: whose figure, from which files.

    Attributes
    ----------
    pattern : str
        A path or a pattern, from the plan's folder.
    metric : str or None
        The figure's name there; None for the only one, or the total.
    """

    tool: str
    pattern: str
    metric: str | None

    @property
    def definition(self) -> Json:
        """What its digest is taken of; where the files lie changes nothing about what is asked."""
        return {"tool": self.tool, "metric": self.metric}


@dataclass(frozen=True)
class Checked:
    """The checked part of a gate: which records, against which schema or for personal data.

    Attributes
    ----------
    schema : str or None
        The schema's file, from the plan's folder; None where personal data is looked for.
    """

    data: str
    schema: str | None = None

    @property
    def name(self) -> str:
        """What evidence of it is called, where that of a metric bears the metric's name."""
        return "no personal data" if self.schema is None else f"the schema {self.schema}"

    @property
    def definition(self) -> Json:
        """What its digest is taken of; what stands in the schema is part of the evidence."""
        return {"pii": "none"} if self.schema is None else {"schema": self.schema}


@dataclass(frozen=True)
class Criterion:
    """One gate.

    Attributes
    ----------
    words : str
        The requirement as the plan writes it: ">= 98%".
    measured : Measured or None
        None for the kinds of gate that are not measured on records.
    foreign : Foreign or None
        What another tool measures, for the gates that import it.
    checked : Checked or None
        What is checked of records, for the gates that do.
    allow, trials : int or None
        Zero tolerance: hits that are allowed, and how many trials there must be.
    sign : tuple of str
        A sign-off: the roles that must sign.
    waits_for : str
        For the kinds that are not measured: what they wait for, in words.
    """

    gate: str
    kind: Kind
    words: str
    blocking: bool = True
    stage: str | None = None
    measured: Measured | None = None
    requirement: Requirement | None = None
    confidence: float = 0.95
    major: float | None = None
    minimum: int | None = None
    point: bool = False
    allow: int | None = None
    trials: int | None = None
    fresh_for: timedelta | None = None
    waits_for: str = ""
    sign: tuple[str, ...] = ()
    foreign: Foreign | None = None
    checked: Checked | None = None

    @property
    def _asked(self) -> Json:
        asked = self.foreign or self.checked or self.measured
        return asked.definition if asked is not None else None

    @property
    def _data(self) -> str | None:
        asked = self.checked or self.measured
        return asked.data if asked is not None else None

    @property
    def digest(self) -> str:
        """Digest of what is required: a threshold that was changed is another criterion."""
        return digest(
            {
                "gate": self.gate,
                "kind": self.kind,
                "words": self.words,
                "measured": self._asked,
                "data": self._data,
                "confidence": self.confidence,
                "major": self.major,
                "minimum": self.minimum,
                "point": self.point,
                "allow": self.allow,
                "trials": self.trials,
                "fresh_for": self.fresh_for.total_seconds() if self.fresh_for else None,
            }
        )
