"""The assurance argument: what is claimed, why the evidence shows it, what is assumed, and what stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.kernel.figures import plural
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.risks import Assumption, Claim, Risk, Tolerance
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.evidence import Evidence, Proofs, State, worst_of
from holdfast.plan.views.phrases import watches_of
from holdfast.plan.views.promise import as_json

_STANDS: dict[State, tuple[str, str]] = {
    "live": ("stands on live evidence", "stand on live evidence"),
    "open": ("cannot be told yet", "cannot be told yet"),
    "stale": ("has gone stale", "have gone stale"),
    "bare": ("is bare", "are bare"),
    "failing": ("is contradicted", "are contradicted"),
}


@dataclass(frozen=True)
class Assumed:
    """Something that a claim takes for granted.

    Attributes
    ----------
    watched_by : str or None
        The metric or indicator that would show it failing; None where nobody watches it.
    through : tuple of Evidence
        The indicators that watch it: itself, or those of the metric.
    reviews : tuple of str
        Reviews at which people look at it.
    state : State
        That of the indicators together; `bare` where none watches.
    says : str
        In words.
    """

    what: str
    watched_by: str | None
    through: tuple[Evidence, ...]
    reviews: tuple[str, ...]
    state: State
    says: str


@dataclass(frozen=True)
class Tolerated:
    """How much of the harm is tolerated."""

    id: str
    statement: str
    set_by: str | None
    reviewed: str | None


@dataclass(frozen=True)
class Accepted:
    """The residual risk that was accepted for one of the claim's risks, and why."""

    risk: str
    score: int
    because: str | None
    accepted_by: str | None
    until: str | None
    ended: bool


@dataclass(frozen=True)
class ClaimRow:
    """A claim with all that holds it up.

    Attributes
    ----------
    evidence : tuple of Evidence
        Empty where none is named: the claim is bare.
    state : State
        That of its worst piece of evidence; `failing` as well where an assumption fails.
    says : str
        The state in words.
    """

    id: str
    claim: str
    kind: str | None
    because: str | None
    risks: tuple[str, ...]
    tolerated: tuple[Tolerated, ...]
    accepted: tuple[Accepted, ...]
    evidence: tuple[Evidence, ...]
    assumes: tuple[Assumed, ...]
    state: State
    says: str


@dataclass(frozen=True)
class Unargued:
    """A risk that no claim is about."""

    id: str
    score: int
    harm: str


@dataclass(frozen=True)
class AssuranceArgument:
    """Every claim of the plan and the risks that none is about, highest score first.

    Attributes
    ----------
    known : bool
        Whether there is a ledger; without one every claim is bare.
    """

    system: str
    name: str
    made: datetime
    known: bool
    claims: tuple[ClaimRow, ...]
    unargued: tuple[Unargued, ...]

    @property
    def headline(self) -> str:
        """How the argument stands, in one sentence."""
        if not self.claims:
            return "Nothing is claimed yet: the plan has no assurance argument."
        states = [claim.state for claim in self.claims]
        told = [
            f"{states.count(state)} {one if states.count(state) == 1 else many}"
            for state, (one, many) in _STANDS.items()
            if state in states
        ]
        return f"{plural(len(states), 'claim')}: {', '.join(told)}."

    def as_json(self) -> dict[str, Any]:
        """Return the argument for `--json`."""
        return as_json("argument", self)


def argument(loaded: LoadedPlan, standing: Standing, now: datetime) -> AssuranceArgument:
    """Return a plan's assurance argument, claims in the plan's order."""
    plan = loaded.plan
    proofs = Proofs(plan, standing, now)
    argued = {risk for claim in plan.claims for risk in claim.risks}
    rest = sorted(
        (risk for risk in plan.risks if risk.id not in argued), key=lambda risk: (-risk.score, risk.id)
    )
    return AssuranceArgument(
        system=plan.system.id,
        name=plan.system.name,
        made=now,
        known=standing.known,
        claims=tuple(_claim(proofs, claim) for claim in plan.claims),
        unargued=tuple(Unargued(risk.id, risk.score, _line(risk.harm)) for risk in rest),
    )


def _line(words: str) -> str:
    return " ".join(words.split())


def _claim(proofs: Proofs, claim: Claim) -> ClaimRow:
    plan = proofs.plan
    evidence = proofs.of_all(claim.evidence)
    assumes = tuple(_assumed(proofs, one) for one in claim.assumes)
    broken = [one.what for one in assumes if one.state == "failing"]
    # what was taken for granted and is not so takes the claim with it, whatever its evidence shows
    state: State = "failing" if broken else worst_of(evidence)
    risks = [risk for risk in plan.risks if risk.id in claim.risks]
    return ClaimRow(
        id=claim.id,
        claim=_line(claim.claim),
        kind=claim.kind,
        because=None if claim.because is None else _line(claim.because),
        risks=claim.risks,
        tolerated=tuple(_tolerated(one) for one in plan.tolerance if set(one.risks) & set(claim.risks)),
        accepted=tuple(accepted for risk in risks if (accepted := _accepted(risk, proofs.now)) is not None),
        evidence=evidence,
        assumes=assumes,
        state=state,
        says=f"failing: it takes for granted that {broken[0]}" if broken else _says(evidence, state),
    )


def _says(evidence: tuple[Evidence, ...], state: State) -> str:
    if not evidence:
        return "bare: it names no evidence"
    live = sum(piece.state == "live" for piece in evidence)
    held = f"{live} of {plural(len(evidence), 'piece')} of evidence" if len(evidence) > 1 else "its evidence"
    if state == "live":
        return "live: all of its evidence is shown and counts" if len(evidence) > 1 else "live: it is shown"
    causes = "; ".join(f"{piece.name} {_short(piece)}" for piece in evidence if piece.state == state)
    return f"{state}: {causes}" + (f" ({held} live)" if len(evidence) > 1 else "")


def _short(piece: Evidence) -> str:
    words = {"bare": piece.says, "stale": "has gone stale", "open": "cannot be told yet", "failing": "fails"}
    return words[piece.state]


def _tolerated(one: Tolerance) -> Tolerated:
    reviewed = None if one.reviewed is None else one.reviewed.isoformat()
    return Tolerated(one.id, _line(one.statement), one.set_by, reviewed)


def _accepted(risk: Risk, now: datetime) -> Accepted | None:
    stays = risk.residual
    if stays is None:
        return None
    return Accepted(
        risk=risk.id,
        score=stays.score,
        because=None if stays.because is None else _line(stays.because),
        accepted_by=stays.accepted_by,
        until=None if stays.until is None else stays.until.isoformat(),
        ended=stays.until is not None and stays.until < now.date(),
    )


def _assumed(proofs: Proofs, one: Assumption) -> Assumed:
    what, name = _line(one.what), one.watched_by
    if name is None:
        return Assumed(what, None, (), (), "bare", "nobody watches it")
    through = proofs.of_all(watchers(proofs.plan, name))
    reviews = tuple(review.id for review in proofs.plan.reviews if name in review.of)
    state = worst_of(through)
    told = _told(through) if through else "no indicator watches it"
    if reviews:
        told += f"; looked at in {', '.join(reviews)}"
    return Assumed(what, name, through, reviews, state, told)


def _told(through: tuple[Evidence, ...], most: int = 3) -> str:
    """Return indicators with what is known of them, those of which the same is known together."""
    by_words: dict[str, list[str]] = {}
    for piece in through:
        by_words.setdefault(piece.says, []).append(piece.name)
    parts = []
    for says, found in by_words.items():
        rest = f" and {len(found) - most} more" if len(found) > most else ""
        noun = "indicator" if len(found) == 1 else "indicators"
        parts.append(f"{noun} {', '.join(found[:most])}{rest} {says}")
    return "; ".join(parts)


def watchers(plan: Plan, name: str) -> tuple[str, ...]:
    """Return the indicators behind the name of a metric or an indicator."""
    if any(indicator.id == name for indicator in plan.indicators):
        return (name,)
    return tuple(
        indicator.id
        for indicator in plan.indicators
        if any(watch.metric == name for watch in watches_of(indicator))
    )
