"""The whole plan on one page, as plain data: what stands out first, then every view.

Templates read this and compute nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from holdfast.kernel.figures import plural
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.risks import Risk
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.argument import AssuranceArgument, argument
from holdfast.plan.views.coverage import Coverage, CoverageRow, coverage
from holdfast.plan.views.crosswalk import Crosswalk, crosswalk
from holdfast.plan.views.evidence import Evidence, Proofs
from holdfast.plan.views.indicators import Indicators, indicators
from holdfast.plan.views.register import HIGH, Register, register
from holdfast.plan.views.rights import Rights, rights


@dataclass(frozen=True)
class Residual:
    """What remains of a risk, and who accepted it.

    Attributes
    ----------
    ended : bool
        Whether the acceptance is over.
    """

    severity: int
    likelihood: int
    score: int
    because: str | None
    accepted_by: str | None
    until: str | None
    ended: bool


@dataclass(frozen=True)
class RiskEntry:
    """One risk of the page.

    Attributes
    ----------
    number : int
        Its number on the matrix and in the register.
    held : CoverageRow
        Its score and its controls by layer.
    """

    number: int
    category: str | None
    harms: tuple[str, ...]
    maps_to: tuple[str, ...]
    unknowns: tuple[str, ...]
    residual: Residual | None
    indicators: tuple[Evidence, ...]
    held: CoverageRow


@dataclass(frozen=True)
class GateEntry:
    """One gate of the page."""

    id: str
    asks: str
    on: str
    blocking: bool
    stage: str | None
    holds: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True)
class StandsOut:
    """Something that somebody should look at, and the part of the page that tells more."""

    words: str
    part: str


@dataclass(frozen=True)
class PlanPage:
    """Everything that the page of a plan says.

    Attributes
    ----------
    answer : str
        What can go wrong, and what holds it, in two sentences.
    stands_out : tuple of StandsOut
        What is missing or wrong, what weighs most first; empty where nothing is.
    """

    system: str
    name: str
    purpose: str | None
    stage: str | None
    users: tuple[str, ...]
    out_of_scope: tuple[str, ...]
    owner: str | None
    reviewers: tuple[str, ...]
    approver: str | None
    digest: str
    files: tuple[str, ...]
    made: datetime
    known: bool
    answer: str
    stands_out: tuple[StandsOut, ...]
    risks: tuple[RiskEntry, ...]
    gates: tuple[GateEntry, ...]
    register: Register
    coverage: Coverage
    indicators: Indicators
    rights: Rights
    argument: AssuranceArgument
    crosswalk: Crosswalk


def plan_page(loaded: LoadedPlan, standing: Standing, now: datetime) -> PlanPage:
    """Return a plan with all of its views at a moment."""
    plan, system = loaded.plan, loaded.plan.system
    proofs = Proofs(plan, standing, now)
    rows, held = register(loaded), coverage(loaded, standing, now)
    by_id = {risk.id: risk for risk in plan.risks}
    entries = tuple(_risk(proofs, n, by_id[row.id], row) for n, row in enumerate(held.risks, start=1))
    watched, may = indicators(loaded, standing, now), rights(loaded, standing, now)
    argued, frameworks = argument(loaded, standing, now), crosswalk(loaded, standing, now)
    gates = tuple(
        GateEntry(
            row.id,
            row.asks,
            row.on,
            row.blocking,
            row.stage,
            tuple(risk.id for risk in plan.risks if row.id in risk.gates),
            proofs.of(row.id),
        )
        for row in rows.gates
    )
    owners = system.owners
    return PlanPage(
        system=system.id,
        name=system.name,
        purpose=None if system.purpose is None else " ".join(system.purpose.split()),
        stage=system.stage,
        users=system.users,
        out_of_scope=system.out_of_scope,
        owner=None if owners is None else owners.accountable,
        reviewers=() if owners is None else owners.reviewers,
        approver=None if owners is None else owners.approver,
        digest=plan.digest,
        files=loaded.files,
        made=now,
        known=standing.known,
        answer=rows.headline,
        stands_out=tuple(_stands_out(entries, gates, held, watched, may, argued, frameworks)),
        risks=entries,
        gates=tuple(sorted(gates, key=lambda gate: not gate.blocking)),
        register=rows,
        coverage=held,
        indicators=watched,
        rights=may,
        argument=argued,
        crosswalk=frameworks,
    )


def _risk(proofs: Proofs, number: int, risk: Risk, row: CoverageRow) -> RiskEntry:
    stays, today = risk.residual, proofs.now.date()
    residual = (
        None
        if stays is None
        else Residual(
            severity=stays.severity,
            likelihood=stays.likelihood,
            score=stays.score,
            because=None if stays.because is None else " ".join(stays.because.split()),
            accepted_by=stays.accepted_by,
            until=None if stays.until is None else stays.until.isoformat(),
            ended=stays.until is not None and stays.until < today,
        )
    )
    unknowns = tuple(
        one.what
        + (f", to be told by {one.test}" if one.test else ", without a test")
        + (f" until {one.due.isoformat()}" if one.due else ", without a date")
        for one in risk.unknowns
    )
    return RiskEntry(
        number=number,
        category=risk.category,
        harms=risk.stakeholders,
        maps_to=risk.maps_to,
        unknowns=unknowns,
        residual=residual,
        indicators=proofs.of_all(risk.indicators),
        held=row,
    )


def _stands_out(
    risks: tuple[RiskEntry, ...],
    gates: tuple[GateEntry, ...],
    held: Coverage,
    watched: Indicators,
    may: Rights,
    argued: AssuranceArgument,
    frameworks: Crosswalk,
) -> Iterator[StandsOut]:
    yield from _of_risks(risks)
    failing = [gate.id for gate in gates if gate.evidence.state == "failing"]
    if failing:
        yield StandsOut(f"{_named('gate', failing)} did not pass when last decided", "gates")
    undecided = [gate.id for gate in gates if gate.blocking and gate.evidence.state in ("open", "stale")]
    if undecided:
        yield StandsOut(f"{_named('blocking gate', undecided)} open or stale: evidence is missing", "gates")
    if risks and not gates:
        yield StandsOut("no gate decides a release", "gates")
    broken = [control.control for control in held.controls if control.state == "failing"]
    if broken:
        yield StandsOut(f"what was measured speaks against {_named('control', broken)}", "coverage")
    lost = [row.right for row in may.rights if row.problem]
    if not may.people:
        yield StandsOut("the plan names no people: nobody can decide, and nobody can be woken", "rights")
    elif lost:
        yield StandsOut(f"{_named('decision right', lost)} that nobody reachable holds", "rights")
    blind = [row.id for row in watched.tolerances if row.gap]
    if blind:
        yield StandsOut(f"{_named('tolerance', blind)} not watched in full", "watched")
    if risks and not watched.indicators:
        yield StandsOut("nothing watches production", "watched")
    weak = [f"{claim.id} {claim.state}" for claim in argued.claims if claim.state != "live"]
    if weak:
        yield StandsOut(f"{_named('claim', weak)} without live evidence", "argument")
    if frameworks.unknown:
        names = [one.reference for one in frameworks.unknown]
        yield StandsOut(f"{_named('unknown id', names)} in maps_to", "frameworks")


def _of_risks(risks: tuple[RiskEntry, ...]) -> Iterator[StandsOut]:
    bare = [risk.held.id for risk in risks if risk.held.gaps and risk.held.score >= HIGH]
    if bare:
        verb = "has" if len(bare) == 1 else "have"
        yield StandsOut(
            f"{_named('risk', bare)} at {HIGH} or more {verb} a layer without a control", "coverage"
        )
    owned = [risk.held.id for risk in risks if risk.held.owner is None]
    if owned:
        yield StandsOut(f"{_named('risk', owned)} without an owner", "risks")
    silent = [risk.held.id for risk in risks if risk.residual is None and risk.held.score >= HIGH]
    if silent:
        yield StandsOut(f"nobody has said what remains of {_named('risk', silent)}", "risks")
    said = [risk for risk in risks if risk.residual is not None]
    open_ = [risk.held.id for risk in said if risk.residual and risk.residual.accepted_by is None]
    over = [risk.held.id for risk in said if risk.residual and risk.residual.ended]
    if open_:
        yield StandsOut(f"what remains of {_named('risk', open_)} is accepted by nobody", "risks")
    if over:
        yield StandsOut(f"the acceptance of what remains of {_named('risk', over)} is over", "risks")


def _named(noun: str, names: list[str], most: int = 3) -> str:
    """Return so many of something, with the first names."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{plural(len(names), noun)} ({', '.join(names[:most])}{rest})"
