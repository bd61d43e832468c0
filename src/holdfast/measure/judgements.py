"""What is required, and what a verdict carries: all that a report draws and says, with nothing to compute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from holdfast.kernel.figures import Unit, figure
from holdfast.kernel.verdict import Verdict
from holdfast.measure.disparity import GroupFigure
from holdfast.measure.requests import SliceKey

Sign: TypeAlias = Literal["<", "<=", ">", ">="]
Span: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Requirement:
    """What a figure must meet: `<= 0.05`. Shares are shares, not percentages.

    Examples
    --------
    >>> limit = Requirement("<=", 0.05)
    >>> str(limit), limit.holds(0.05), limit.met_by((0.01, 0.04)), limit.broken_by((0.06, 0.09))
    ('<= 0.05', True, True, True)
    """

    sign: Sign
    threshold: float

    def __str__(self) -> str:
        return f"{self.sign} {self.threshold:g}"

    @property
    def upper(self) -> bool:
        """Whether the threshold is an upper limit."""
        return self.sign in ("<", "<=")

    def holds(self, value: float) -> bool:
        """Whether a bare value meets it."""
        match self.sign:
            case "<":
                return value < self.threshold
            case "<=":
                return value <= self.threshold
            case ">":
                return value > self.threshold
            case ">=":
                return value >= self.threshold

    def met_by(self, span: Span) -> bool:
        """Whether every value of a closed interval meets it."""
        return self.holds(span[1] if self.upper else span[0])

    def broken_by(self, span: Span) -> bool:
        """Whether no value of a closed interval meets it."""
        return not self.holds(span[0] if self.upper else span[1])

    def words(self, unit: Unit = "share") -> str:
        """Return it for people, in its unit.

        Examples
        --------
        >>> Requirement(">=", 0.98).words(), Requirement("<", 400).words("number")
        ('>= 98.0 %', '< 400')
        """
        return f"{self.sign} {figure(self.threshold, unit)}"


@dataclass(frozen=True)
class SliceJudgement:
    """One slice, judged or listed.

    Attributes
    ----------
    slice : tuple
        Its key; () is the whole.
    judged : bool
        False where it is listed only: below the share that the gate calls major.
    verdict : Verdict or None
        None where it is listed only.
    inner : (low, high) or None
        One-sided bounds at the gate's confidence each: what can pass. None without evidence.
    outer : (low, high) or None
        The same, corrected for the number of judged slices: what is shown and what can fail.
    n, k : int or None
        Records, and hits where the metric counts something.
    missing : int
        Records that could not be used because something they need is null.
    share : float
        Of all records, those that could not be used included.
    needs : int or None
        Further records of this slice that would decide it at the present rate; None where no number would,
        and where it is decided.
    groups : tuple of GroupFigure
        For a gap: the rate of every group.
    """

    slice: SliceKey
    judged: bool
    verdict: Verdict | None
    value: float | None
    inner: Span | None
    outer: Span | None
    n: int
    k: int | None = None
    missing: int = 0
    share: float = 1.0
    needs: int | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    extra: tuple[tuple[str, float], ...] = ()
    groups: tuple[GroupFigure, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """The verdict of a gate, with everything it rests on.

    Attributes
    ----------
    requirement : Requirement or None
        None for zero tolerance.
    deciding : SliceJudgement or None
        The slice that decided: the worst one, or of slices that all pass the one that passes most narrowly.
        None where nothing was judged.
    needs : int or None
        Further records that would decide the gate at the present rates: those that the slices lack, together.
    reason : str
        One sentence for people.
    point : bool
        Whether the bare value was compared.
    """

    verdict: Verdict
    requirement: Requirement | None
    confidence: float
    slices: tuple[SliceJudgement, ...]
    deciding: SliceJudgement | None
    reason: str
    needs: int | None = None
    notes: tuple[str, ...] = ()
    look: int = 1
    point: bool = False

    @property
    def value(self) -> float | None:
        """The value of the deciding slice."""
        return self.deciding.value if self.deciding else None

    @property
    def interval(self) -> Span | None:
        """The bounds that decided: the corrected ones for a fail, else those at the gate's confidence."""
        if self.deciding is None:
            return None
        return self.deciding.outer if self.verdict is Verdict.FAIL else self.deciding.inner

    @property
    def n(self) -> int:
        """Records of the deciding slice."""
        return self.deciding.n if self.deciding else 0

    @property
    def k(self) -> int | None:
        """Hits of the deciding slice, where the metric counts something."""
        return self.deciding.k if self.deciding else None

    @property
    def missing(self) -> int:
        """Records of all slices that could not be used."""
        return sum(each.missing for each in self.slices)
