"""A gate as it was decided: the verdict, what it rests on, and the overrides that stand beside it."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.evidence.model.measured import Evidence
from holdfast.gate.model.criteria import Criterion
from holdfast.gate.model.overriding import Override, Stood
from holdfast.gate.model.signing import Signature
from holdfast.kernel.verdict import Verdict
from holdfast.measure.judgements import Judgement


@dataclass(frozen=True)
class Decision:
    """A gate as it was decided.

    Attributes
    ----------
    judgement : Judgement or None
        The figures; None where there was nothing to judge.
    look : int or None
        Which look at this bundle it is; None where there is no evidence.
    tried : int
        Bundles tried since the gate last passed, this one included.
    corrected : Verdict or None
        What the number of tried bundles would ask for; None where this is the only one.
    signatures : tuple of Signature
        Of a sign-off: those that count.
    missing : tuple of str
        Of a sign-off: the roles whose signature is missing.
    overrides : tuple of Stood
        The gate's overrides for this bundle, newest first, whatever their state; the verdict is the gate's
        own, whether or not one is in force.
    """

    criterion: Criterion
    verdict: Verdict
    reason: str
    judgement: Judgement | None = None
    evidence: Evidence | None = None
    look: int | None = None
    tried: int = 1
    corrected: Verdict | None = None
    notes: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    missing: tuple[str, ...] = ()
    overrides: tuple[Stood, ...] = ()

    @property
    def override(self) -> Override | None:
        """The override that lets a release pass this gate, or None."""
        if self.verdict is Verdict.PASS:
            return None
        held = [each.override for each in self.overrides if each.status == "in force"]
        return max(held, key=lambda each: (each.until, each.seq), default=None)
