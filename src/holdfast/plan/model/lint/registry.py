"""Every rule by its code: what it finds, how grave it is, and what it must know to be sure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from holdfast.kernel.codes import CODES
from holdfast.plan.model.lint.abstaining import risk_without_coverage
from holdfast.plan.model.lint.acceptance import incomplete_acceptance, open_unknowns, stale
from holdfast.plan.model.lint.columns import wrong_columns
from holdfast.plan.model.lint.containment import levers_without_safe, no_way_back
from holdfast.plan.model.lint.evidence import controls_without_evidence
from holdfast.plan.model.lint.groups import unsliced_decisions
from holdfast.plan.model.lint.harms import vague_risks
from holdfast.plan.model.lint.layers import missing_layers, prevention_only
from holdfast.plan.model.lint.owners import ownerless
from holdfast.plan.model.lint.reach import reaching_nobody
from holdfast.plan.model.lint.samples import undecidable_gates
from holdfast.plan.model.lint.subject import Found, Level, Subject
from holdfast.plan.model.lint.watching import silent_indicators

Known: TypeAlias = Literal["data", "ledger"]
IGNORING = "HF100"
"""The code of comments that ignore nothing, or say no reason."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    level : str
        `error` where the plan says what cannot be, or lacks what a release waits for; else `warning`.
    find : callable
        Yields what it finds; never raises on a plan that loads.
    knows : frozenset of str
        What it must have looked at before its silence means anything.
    """

    code: str
    level: Level
    find: Callable[[Subject], Iterable[Found]]
    knows: frozenset[Known] = frozenset()

    @property
    def title(self) -> str:
        """What it finds, in a few words."""
        return CODES[self.code]


RULES: tuple[Rule, ...] = (
    Rule("HF101", "warning", vague_risks),
    Rule("HF102", "error", missing_layers),
    Rule("HF103", "error", controls_without_evidence, frozenset({"ledger"})),
    Rule("HF104", "warning", prevention_only),
    Rule("HF105", "warning", unsliced_decisions),
    Rule("HF106", "warning", no_way_back),
    Rule("HF107", "warning", ownerless),
    Rule("HF108", "error", incomplete_acceptance),
    Rule("HF109", "error", undecidable_gates, frozenset({"data"})),
    Rule("HF110", "warning", silent_indicators),
    Rule("HF111", "warning", levers_without_safe),
    Rule("HF112", "error", reaching_nobody),
    Rule("HF113", "error", wrong_columns, frozenset({"data"})),
    Rule("HF114", "warning", open_unknowns),
    Rule("HF115", "error", stale, frozenset({"ledger"})),
    Rule("HF116", "warning", risk_without_coverage),
)
"""In the order of their codes."""
