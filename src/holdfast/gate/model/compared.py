"""What a comparison of two arms found out, before it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.gate.events import ArmsCompared
from holdfast.gate.model.comparing import Choice, Ends, Figures, standing
from holdfast.gate.model.deciding import finite
from holdfast.gate.model.decision import Decision
from holdfast.gate.model.outcome import CheckOutcome
from holdfast.kernel.ids import derived
from holdfast.measure.pairs import Pairing
from holdfast.plan.model.loading import LoadedPlan


@dataclass(frozen=True)
class ArmOutcome:
    """One arm as its gates were decided; `outcome` holds every gate, measured or not."""

    name: str
    describes: str
    outcome: CheckOutcome


@dataclass(frozen=True)
class ComparisonOutcome:
    """A comparison.

    Attributes
    ----------
    arms : (ArmOutcome, ArmOutcome)
        Arm a and arm b.
    pairings : mapping from data source to Pairing
        Of the sources whose records pair.
    unpaired : tuple of str
        Data sources of which nothing says how records pair.
    shared : tuple of str
        Data sources of which both arms read the very same records.
    waiting : tuple of str
        Gates that are not measured on records, and so are not compared.
    look : int
        Which comparison of these two bundles it is, from 1.
    """

    plan: LoadedPlan
    arms: tuple[ArmOutcome, ArmOutcome]
    figures: tuple[Figures, ...]
    choice: Choice
    pairings: Mapping[str, Pairing]
    unpaired: tuple[str, ...]
    shared: tuple[str, ...]
    waiting: tuple[str, ...]
    look: int
    at: datetime

    @property
    def chosen(self) -> str | None:
        """The name of the arm that is chosen."""
        side = self.choice.side
        return None if side is None else self.arms["ab".index(side)].name


def fact_of(outcome: ComparisonOutcome, *, looks_known: bool, tool: str) -> ArmsCompared:
    """Return the fact that records a comparison."""
    arms = [
        {
            "arm": arm.name,
            "bundle": arm.outcome.bundle,
            "verdict": standing(arm.outcome.decisions).value,
        }
        for arm in outcome.arms
    ]
    looks = [_look(arm, decision) for arm in outcome.arms for decision in arm.outcome.decisions]
    known = [look for look in looks if look is not None]
    system, plan_digest, reason = outcome.plan.plan.system.id, outcome.plan.digest, outcome.choice.reason
    parts = [str(part) for arm in arms for part in arm.values()]
    parts += [str(part) for look in known for part in look.values()]
    return ArmsCompared(
        comparison_id=derived("comparison", system, plan_digest, *parts, outcome.choice.outcome, reason),
        system=system,
        plan_digest=plan_digest,
        arms=arms,
        looks=known,
        figures=[_figures(each) for each in outcome.figures],
        pairs={name: _pairing(pairing) for name, pairing in outcome.pairings.items()},
        outcome=outcome.choice.outcome,
        chosen=outcome.chosen,
        reason=reason,
        look=outcome.look,
        looks_known=looks_known,
        tool=tool,
    )


def _look(arm: ArmOutcome, decision: Decision) -> dict[str, Any] | None:
    evidence, judgement = decision.evidence, decision.judgement
    if evidence is None:
        return None
    return {
        "gate": decision.criterion.gate,
        "bundle": arm.outcome.bundle,
        "evidence": evidence.id,
        "data_digest": evidence.data_digest,
        "verdict": decision.verdict.value,
        "look": decision.look or 1,
        "k": None if judgement is None or judgement.k is None else int(judgement.k),
    }


def _figures(each: Figures) -> dict[str, Any]:
    difference = each.difference
    return {
        "gate": each.gate,
        "slice": list(each.slice),
        "a": finite(difference.a) if difference else None,
        "b": finite(difference.b) if difference else None,
        "difference": finite(difference.value) if difference else None,
        "interval": _ends(each.shown),
        "simultaneous": _ends(each.sure),
        "n": difference.n if difference else 0,
        "paired": difference.paired if difference else False,
        "better": each.better,
    }


def _ends(ends: Ends) -> list[float | None] | None:
    return None if ends is None else [finite(end) for end in ends]


def _pairing(pairing: Pairing) -> dict[str, Any]:
    return {
        "key": pairing.key,
        "pairs": pairing.pairs,
        "only": list(pairing.only),
        "repeated": list(pairing.repeated),
        "unkeyed": list(pairing.unkeyed),
    }
