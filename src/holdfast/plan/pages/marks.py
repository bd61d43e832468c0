"""The plan's pictures: which parts of a view go into which mark."""

from __future__ import annotations

from markupsafe import Markup

from holdfast.plan.views.argument import Accepted, Assumed, ClaimRow, Tolerated
from holdfast.plan.views.evidence import Evidence
from holdfast.web.charts.argument import Node, Structure, argument_picture


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
