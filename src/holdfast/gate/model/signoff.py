"""A sign-off as it is decided: which signatures count, which are missing and why. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from holdfast.gate.model.criteria import Criterion
from holdfast.gate.model.decision import Decision
from holdfast.gate.model.signing import Signature
from holdfast.kernel.figures import plural
from holdfast.kernel.verdict import Verdict


@dataclass(frozen=True)
class Signable:
    """What a signature must have been given for to count, and now."""

    bundle: str
    plan_digest: str
    now: datetime


def decide_signed(criterion: Criterion, signatures: tuple[Signature, ...], asked: Signable) -> Decision:
    """Return the decision of a sign-off: a pass once every role has signed, each by another person."""
    held: dict[str, Signature] = {}
    missing: dict[str, str] = {}
    for role in criterion.sign:
        # the newest that counts; one person counts for one role, whatever was recorded
        given = [each for each in signatures if each.role == role]
        taken = {each.actor for each in held.values()}
        counting = [each for each in given if not _lost(each, criterion, asked) and each.actor not in taken]
        if counting:
            held[role] = counting[-1]
        else:
            missing[role] = _lost(given[-1], criterion, asked) if given else ""
    if not missing:
        names = ", ".join(f"{role} ({each.actor}, #{each.seq})" for role, each in held.items())
        return Decision(criterion, Verdict.PASS, f"signed by {names}", signatures=tuple(held.values()))
    told = ", ".join(f"{role} ({why})" if why else role for role, why in missing.items())
    signed = f"; signed by {', '.join(held)}" if held else ""
    one = len(criterion.sign) == 1
    lack = (
        "the signature is"
        if one
        else f"{len(missing)} of {plural(len(criterion.sign), 'signature')} {_are(missing)}"
    )
    return Decision(
        criterion,
        Verdict.INCONCLUSIVE,
        f"{lack} missing: {told}{signed}",
        signatures=tuple(held.values()),
        missing=tuple(missing),
    )


def _are(missing: Mapping[str, str]) -> str:
    return "is" if len(missing) == 1 else "are"


def _lost(signature: Signature, criterion: Criterion, asked: Signable) -> str:
    """Return why a signature does not count; empty where it does."""
    if signature.withdrawn_at is not None:
        return f"withdrawn on {signature.withdrawn_at.date()}"
    if signature.bundle != asked.bundle:
        return f"signed for bundle {signature.bundle}, and this is {asked.bundle}"
    if signature.plan_digest != asked.plan_digest:
        return f"signed on {signature.at.date()}, and the plan has changed since"
    if signature.stale(asked.now, criterion.fresh_for):
        days = (asked.now - signature.at).days
        return f"signed {plural(days, 'day')} ago, which is too old"
    return ""


def decided_since(decision: Decision, decided: Mapping[str, int]) -> tuple[str, ...]:
    """Return which other gates were decided anew after somebody signed: the signer has not seen that.

    `decided` holds the ledger's number of the present decision of every gate.
    """
    notes = []
    for each in decision.signatures:
        newer = [gate for gate, seq in decided.items() if seq > each.seen and gate != decision.criterion.gate]
        if newer:
            names = ", ".join(f"`{gate}`" for gate in newer[:3])
            more = f" and {len(newer) - 3} more" if len(newer) > 3 else ""
            notes.append(f"{each.role} signed before {names}{more} {_was(newer)} decided as {_it(newer)} now")
    return tuple(notes)


def _was(gates: list[str]) -> str:
    return "was" if len(gates) == 1 else "were"


def _it(gates: list[str]) -> str:
    return "it is" if len(gates) == 1 else "they are"
