"""The comparison's context: all that its page, Markdown, terminal and JSON may say, as plain data.

Arm a stands first; every difference is b - a, in the metric's unit. Each arm's gates are those of a check
(`holdfast.gate.views.context`), decided by the same rules on the arm's own records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from holdfast.gate.views.context import Gate, Report, Span
from holdfast.kernel.figures import Unit
from holdfast.kernel.verdict import Verdict
from holdfast.measure.pairs import Pairing


@dataclass(frozen=True)
class ComparedArm:
    """One arm.

    Attributes
    ----------
    verdict : Verdict
        Over the blocking gates that records can decide.
    report : Report
        Its gates with everything beside them, as `holdfast check` would tell them.
    """

    name: str
    describes: str
    bundle: str
    verdict: Verdict
    report: Report


@dataclass(frozen=True)
class ComparedFigure:
    """A gate's figure of both arms: of the whole, or of one slice.

    Attributes
    ----------
    label : str
        The slice in words; empty for the whole.
    where : tuple of (column, value)
        The same for machines.
    a, b, value : float or None
        The arms' values, and b - a. Of the pairs where `paired`.
    interval, sure : Span or None
        Of b - a at 95 %; and the wider one that holds for all compared figures at once.
    better : str
        The arm that is better with simultaneous confidence; empty where the figure tells neither.
    worse : tuple of str
        The arms that are shown to be worse here, or not shown to stay within the margin.
    alone : (int, int)
        Records that an arm's gate counts and that are in no complete pair.
    judged : bool
        False for slices that are listed only: they decide no choice.
    """

    label: str
    where: tuple[tuple[str, str | None], ...]
    a: float | None
    b: float | None
    value: float | None
    interval: Span | None
    sure: Span | None
    n: int
    paired: bool
    better: str
    worse: tuple[str, ...]
    p_value: float | None
    method: str
    needs: int | None
    alone: tuple[int, int]
    notes: tuple[str, ...]
    judged: bool
    margin: float | None


@dataclass(frozen=True)
class ComparedGate:
    """One gate, as each arm meets it and as they differ on it."""

    id: str
    blocking: bool
    requirement: str
    unit: Unit
    lower_is_better: bool
    a: Gate
    b: Gate
    figures: tuple[ComparedFigure, ...]


@dataclass(frozen=True)
class Paired:
    """How the records of one data source pair.

    Attributes
    ----------
    pairing : Pairing or None
        None where nothing says how they pair, or both arms read the same.
    says : str
        In words.
    """

    data: str
    pairing: Pairing | None
    says: str


@dataclass(frozen=True)
class Comparison:
    """A comparison as it is told to people.

    Attributes
    ----------
    outcome : "chosen", "open" or "neither"
    chosen : str or None
        The arm that is chosen.
    word, headline : str
        "CHOOSE trees", and why, in one sentence.
    next_step : str
        What to do now.
    waiting : tuple of str
        Gates that are not measured on records, and so are not compared.
    figures : int
        How many figures were compared at once.
    """

    system: str
    name: str
    outcome: Literal["chosen", "open", "neither"]
    chosen: str | None
    word: str
    headline: str
    next_step: str
    exit_code: int
    a: ComparedArm
    b: ComparedArm
    gates: tuple[ComparedGate, ...]
    waiting: tuple[str, ...]
    paired: tuple[Paired, ...]
    figures: int
    look: int
    notes: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """The outcome as a colour and a shape: a chosen arm's own verdict, for better is not yet good."""
        if self.outcome == "chosen":
            return next(arm.verdict for arm in self.arms if arm.name == self.chosen)
        return Verdict.FAIL if self.outcome == "neither" else Verdict.INCONCLUSIVE

    @property
    def arms(self) -> tuple[ComparedArm, ComparedArm]:
        """Both arms, a first."""
        return self.a, self.b
