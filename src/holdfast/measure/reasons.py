"""Why a verdict is what it is, in one sentence for people, made from the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.kernel.figures import Unit, count, figure, plural
from holdfast.kernel.verdict import Verdict
from holdfast.measure.judgements import Requirement, SliceJudgement
from holdfast.measure.requests import SliceKey
from holdfast.measure.slices import label


def not_counted(gone: int, n: int) -> str:
    """Return the note about records that could not be used.

    Examples
    --------
    >>> not_counted(12, 212)
    '12 of 224 records (5.36 %) are not counted: something they need is null'
    """
    share, records = figure(gone / (gone + n)), plural(gone + n, "record")
    return f"{count(gone)} of {records} ({share}) are not counted: something they need is null"


def percent(confidence: float) -> str:
    """Return a confidence as people write it.

    Examples
    --------
    >>> percent(0.95), percent(0.999)
    ('95 %', '99.9 %')
    """
    return f"{100 * confidence:.10g} %"


@dataclass(frozen=True)
class Voice:
    """How a gate speaks of its metric; `slices` is how many are judged."""

    name: str
    unit: Unit
    names: tuple[str, ...]
    requirement: Requirement
    confidence: float
    slices: int = 1

    def by_interval(self, made: SliceJudgement, verdict: Verdict) -> str:
        """Say why the interval passes, fails or decides nothing."""
        # the bound that passes or fails is the one that faces the threshold
        upper = self.requirement.upper
        passing = made.value is not None and self.requirement.holds(made.value)
        corrected = verdict is Verdict.FAIL or (verdict is Verdict.INCONCLUSIVE and not passing)
        span = made.outer if corrected else made.inner
        end = span[1 if upper != corrected else 0] if span else None
        bound = figure(end, self.unit, beside=self.requirement.threshold)
        high = upper != corrected
        sure = f"{percent(self.confidence)} confidence"
        if corrected and self.slices > 1:
            sure += f", corrected for {self.slices} slices"
        said, required = self._said(made), self._required()
        if verdict is Verdict.PASS:
            return f"{said}, at {'most' if high else 'least'} {bound} with {sure}: meets {required}"
        if verdict is Verdict.FAIL:
            return f"{said}, at {'most' if high else 'least'} {bound} with {sure}: breaks {required}"
        may = f"may be as {'high' if high else 'low'} as {bound} ({sure})"
        return f"{said} but {may}, required {required}: {self._wanting(made)}"

    def by_point(self, made: SliceJudgement, verdict: Verdict) -> str:
        """Say that the bare value was compared."""
        verb = "meets" if verdict is Verdict.PASS else "breaks"
        return f"{self._said(made)}: the bare value {verb} {self._required()}"

    def no_evidence(self, made: SliceJudgement, lacking: Sequence[str]) -> str:
        """Say why there is no value."""
        where = self._where(made)
        if lacking:
            return f"{where}{self.name} cannot be judged: {'; '.join(lacking)}"
        if made.n == 0 and made.missing:
            gone = plural(made.missing, "record")
            return f"{where}no evidence: something that {self.name} needs is null or no number in all {gone}"
        if made.n == 0:
            return f"{where}no evidence: no record is one that {self.name} is measured on"
        why = "; ".join(made.notes) or "it is not defined on these records"
        return f"{where}{self.name} cannot be judged on {plural(made.n, 'record')}: {why}"

    def no_interval(self, made: SliceJudgement, lacking: Sequence[str]) -> str:
        """Say why there is a value that nothing can be said about."""
        why = "; ".join(lacking or made.notes) or "these records say nothing about how far it may be off"
        return f"{self._said(made)} but has no interval: {why}"

    def too_few(
        self,
        made: SliceJudgement,
        short: Sequence[tuple[SliceKey, float]],
        minimum: int,
        over: tuple[str, ...],
    ) -> str:
        """Say which slice or group has fewer records than the gate asks for."""
        parts = [
            f"{label(key, over)} has {plural(n, 'record')}" if key else f"there are {plural(n, 'record')}"
            for key, n in short
        ]
        where = self._where(made) if short[0][0] != made.slice else ""
        return f"{where}{'; '.join(parts)}, fewer than the minimum of {count(minimum)}"

    def of_the_rest(self, made: SliceJudgement) -> str:
        """Say why slices that are counted together cannot pass together."""
        why = "what holds of further values together need not hold of each"
        return f"{self._said(made)}: {why}; slice by columns of few values, or say `major`"

    def together(
        self,
        judged: Sequence[SliceJudgement],
        deciding: SliceJudgement | None,
        verdict: Verdict,
        slices: int,
        major: float | None,
    ) -> str:
        """Say what all slices together come to, and give the word to the one that decides."""
        if deciding is None and slices and major is not None:
            some = plural(slices, "slice")
            return f"nothing could be judged: none of {some} holds {figure(major)} of the records"
        if deciding is None:
            return f"nothing could be judged: there are no records that {self.name} is measured on"
        if len(judged) == 1:
            return deciding.reason
        if verdict is Verdict.PASS:
            return f"all {len(judged)} slices pass; the closest: {deciding.reason}"
        many = sum(each.verdict is verdict for each in judged)
        how = "fail" if verdict is Verdict.FAIL else "cannot be decided"
        if many == 1 and verdict is Verdict.FAIL:
            how = "fails"
        return f"{many} of {len(judged)} slices {how}; {deciding.reason}"

    def _where(self, made: SliceJudgement) -> str:
        return f"for {label(made.slice, self.names)}, " if made.slice else ""

    def _required(self) -> str:
        return self.requirement.words(self.unit)

    def _said(self, made: SliceJudgement) -> str:
        value = figure(made.value, self.unit, beside=self.requirement.threshold)
        on = plural(made.n, "record") if made.k is None else f"{count(made.k)} of {count(made.n)}"
        return f"{self._where(made)}{self.name} is {value} ({on})"

    def _wanting(self, made: SliceJudgement) -> str:
        if made.needs is None:
            return "no number of further records would decide at this rate"
        return f"{plural(made.needs, 'more record')} would decide at this rate"
