"""The plan's pictures: which parts of a view go into which mark."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from holdfast.kernel.figures import plural
from holdfast.plan.views.argument import Accepted, Assumed, ClaimRow, Tolerated
from holdfast.plan.views.coverage import HeldBy
from holdfast.plan.views.evidence import Evidence
from holdfast.plan.views.page import PlanPage, RiskEntry
from holdfast.plan.views.register import HIGH
from holdfast.web.charts.argument import Node, Structure, argument_picture
from holdfast.web.charts.matrix import Placed, risk_matrix

FEW_RISKS = 8
"""So many risks are all told in full; of more, those at 12 or more, and the rest one step away."""


def matrix(risks: Sequence[RiskEntry]) -> Markup:
    """Return the matrix of the risks as they are, before controls."""
    placed = [Placed(risk.number, risk.held.severity, risk.held.likelihood) for risk in risks]
    told = "; ".join(f"risk {one.number} at S {one.severity}, L {one.likelihood}" for one in placed)
    return risk_matrix(placed, title=f"{plural(len(placed), 'risk')} before controls", description=told)


def contents(page: PlanPage) -> list[tuple[str, str, str]]:
    """Return the parts of the page: id, words, and how many things are in it."""
    addressed = sum(row.addressed for row in page.crosswalk.frameworks)
    return [
        ("risks", "Risks", str(len(page.risks))),
        ("coverage", "Controls by layer", str(len(page.coverage.controls))),
        ("gates", "Gates", str(len(page.gates))),
        ("watched", "Watched", str(len(page.indicators.indicators))),
        ("rights", "Decision rights", str(len(page.rights.rights))),
        ("argument", "Argument", str(len(page.argument.claims))),
        ("frameworks", "Frameworks", str(addressed)),
    ]


def weighty(risks: Sequence[RiskEntry]) -> tuple[Sequence[RiskEntry], Sequence[RiskEntry]]:
    """Return the risks that are told in full, and those one step away."""
    high = [risk for risk in risks if risk.held.score >= HIGH]
    if len(risks) <= FEW_RISKS or not high:
        return risks, []
    return high, [risk for risk in risks if risk.held.score < HIGH]


def cell(controls: Sequence[HeldBy]) -> tuple[str, str] | None:
    """Return class and words for the controls of a layer where something is known of them."""
    states = [control.state for control in controls]
    for state, css in (("failing", "fail"), ("live", "pass"), ("stale", "inconclusive")):
        if state in states:
            many = states.count(state)
            return css, f"all {state}" if many == len(states) > 1 else f"{many} {state}"
    return None


def claim_picture(claim: ClaimRow) -> Markup:
    """Return a claim in GSN: what it stands in to the left, what it assumes to the right, evidence below."""
    structure = Structure(
        goal=Node("goal", claim.id, claim.claim, claim.state, claim.state),
        strategy=_because(claim),
        solutions=tuple(_solution(piece) for piece in claim.evidence),
        contexts=(*map(_context, claim.tolerated), *map(_justification, claim.accepted)),
        assumptions=tuple(map(_assumption, claim.assumes)),
    )
    return argument_picture(
        structure,
        title=f"Claim {claim.id}: {claim.claim}",
        description=f"It is {claim.says}. The table beside the picture says the same in words.",
    )


def _because(claim: ClaimRow) -> Node:
    if claim.because is None:
        return Node("strategy", "because", "no reason is given", css="bare")
    return Node("strategy", "because", claim.because)


def _solution(piece: Evidence) -> Node:
    return Node("solution", "", piece.name, piece.state, piece.state)


def _context(one: Tolerated) -> Node:
    return Node("context", one.id, one.statement, f"set by {one.set_by}" if one.set_by else "set by nobody")


def _justification(one: Accepted) -> Node:
    by = f"by {one.accepted_by}" if one.accepted_by else "by nobody"
    until = f" until {one.until}" if one.until else ", no end"
    css = "bare" if one.accepted_by is None or one.until is None else "stale" if one.ended else ""
    why = one.because or "no reason is given"
    return Node("justification", one.risk, f"R {one.score} accepted: {why}", by + until, css)


def _assumption(one: Assumed) -> Node:
    watched = f"{one.watched_by}: {one.state}" if one.watched_by else "nobody watches it"
    return Node("assumption", "", one.what, watched, one.state)
