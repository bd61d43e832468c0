"""Where frameworks know what the plan addresses: by risks, controls and other parts; and what is left.

The plan *addresses* an entry where a risk is mapped to it, a control is known for it, or a part of the plan
is what it asks for. That is no audit: no sentence here says that a plan complies with anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.kernel.figures import plural
from holdfast.plan.model.frameworks.catalogue import Entry, Framework, all_frameworks, find_entry, meant
from holdfast.plan.model.library.catalogue import find
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.answers import ANSWERS
from holdfast.plan.views.promise import as_json

LIMITS = (
    "The plan addresses an entry where a risk is mapped to it, a control is known for it, or a part of the"
    " plan is what it asks for. Whether it does so well, and whether the system complies with anything, this"
    " table does not say."
)


@dataclass(frozen=True)
class By:
    """Parts of the plan of one kind that address an entry."""

    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class EntryRow:
    """An entry of a framework, and what of the plan addresses it; nothing where `by` is empty."""

    id: str
    title: str
    group: str
    verified: str
    by: tuple[By, ...]


@dataclass(frozen=True)
class FrameworkRow:
    """One framework, one edition.

    Attributes
    ----------
    addressed : int
        How many of its entries the plan addresses.
    """

    id: str
    name: str
    note: str
    entries: tuple[EntryRow, ...]
    addressed: int


@dataclass(frozen=True)
class Unmapped:
    """A reference in `maps_to` that no known framework has."""

    risk: str
    reference: str
    meant: str


@dataclass(frozen=True)
class Crosswalk:
    """Every framework, and what of `maps_to` leads nowhere."""

    system: str
    name: str
    made: datetime
    limits: str
    frameworks: tuple[FrameworkRow, ...]
    unknown: tuple[Unmapped, ...]

    @property
    def headline(self) -> str:
        """What the plan addresses, in one sentence."""
        told = [
            f"{row.addressed} of {len(row.entries)} in {row.name}" for row in self.frameworks if row.addressed
        ]
        said = f"The plan addresses {', '.join(told)}" if told else "The plan addresses no entry"
        lost = f"; {plural(len(self.unknown), 'unknown id')} in maps_to" if self.unknown else ""
        return f"{said}{lost}."

    def as_json(self) -> dict[str, Any]:
        """Return the crosswalk for `--json`."""
        return as_json("crosswalk", self)


def crosswalk(loaded: LoadedPlan, standing: Standing, now: datetime) -> Crosswalk:
    """Return what a plan addresses of each framework. What the ledger knows makes no difference."""
    del standing
    plan = loaded.plan
    found = _by_risks(plan)
    for reference, by in (*_by_controls(plan), *_by_parts(plan)):
        found.setdefault(reference, []).append(by)
    return Crosswalk(
        system=plan.system.id,
        name=plan.system.name,
        made=now,
        limits=LIMITS,
        frameworks=tuple(_framework(framework, found) for framework in all_frameworks()),
        unknown=tuple(
            Unmapped(risk.id, reference, meant(reference))
            for risk in plan.risks
            for reference in risk.maps_to
            if find_entry(reference) is None
        ),
    )


def _by_risks(plan: Plan) -> dict[str, list[By]]:
    """Return, by reference, the risks that are mapped to it, and the gates and indicators that hold them."""
    found: dict[str, list[By]] = {}
    for reference in dict.fromkeys(name for risk in plan.risks for name in risk.maps_to):
        risks = [risk for risk in plan.risks if reference in risk.maps_to]
        parts = {
            "risk": [risk.id for risk in risks],
            "gate of the risk": [gate for risk in risks for gate in risk.gates],
            "indicator of the risk": [name for risk in risks for name in risk.indicators],
        }
        found[reference] = [By(kind, tuple(dict.fromkeys(names))) for kind, names in parts.items() if names]
    return found


def _by_controls(plan: Plan) -> list[tuple[str, By]]:
    known = {name: find(name) for name in plan.controls}
    references = dict.fromkeys(
        reference for control in known.values() if control is not None for reference in control.frameworks
    )
    return [
        (
            reference,
            By(
                "control",
                tuple(
                    name
                    for name, control in known.items()
                    if control is not None and reference in control.frameworks
                ),
            ),
        )
        for reference in references
    ]


def _by_parts(plan: Plan) -> list[tuple[str, By]]:
    return [
        (reference, By(kind, names))
        for reference, answers in ANSWERS.items()
        for kind, parts in answers
        if (names := tuple(parts(plan)))
    ]


def _framework(framework: Framework, found: dict[str, list[By]]) -> FrameworkRow:
    rows = tuple(_entry(entry, found) for entry in framework.entries)
    return FrameworkRow(framework.id, framework.name, framework.note, rows, sum(bool(row.by) for row in rows))


def _entry(entry: Entry, found: dict[str, list[By]]) -> EntryRow:
    return EntryRow(entry.id, entry.title, entry.group, entry.verified, _merged(found.get(entry.id, [])))


def _merged(parts: list[By]) -> tuple[By, ...]:
    """Return one part for each kind, each name once."""
    kinds: dict[str, list[str]] = {}
    for part in parts:
        kinds.setdefault(part.kind, []).extend(part.names)
    return tuple(By(kind, tuple(dict.fromkeys(names))) for kind, names in kinds.items())
