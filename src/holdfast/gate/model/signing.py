"""Signatures of people: what was signed and taken back, and what a signature or its withdrawal records. Pure.

A signature is for one role, one bundle and one plan, and holds what the signer could see: the number of the
newest decision. One person signs a gate for one role: a gate with two roles asks two people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from holdfast.gate.events import GateSigned, SignatureWithdrawn
from holdfast.kernel.errors import UsageError
from holdfast.kernel.events import Recorded
from holdfast.kernel.ids import derived


@dataclass(frozen=True)
class Signature:
    """One signature.

    Attributes
    ----------
    seen : int
        Number of the newest decision of the bundle that the signer could see.
    seq : int
        Its own number in the ledger.
    withdrawn_at : datetime or None
        When it was taken back.
    """

    id: str
    role: str
    actor: str
    bundle: str
    plan_digest: str
    seen: int
    because: str | None
    at: datetime
    seq: int
    withdrawn_at: datetime | None = None

    def stale(self, now: datetime, fresh_for: timedelta | None) -> bool:
        """Return whether it is older than it may be."""
        return fresh_for is not None and now - self.at > fresh_for


def evolve(signatures: tuple[Signature, ...], recorded: Recorded) -> tuple[Signature, ...]:
    """Return a gate's signatures, oldest first, with one more fact."""
    match recorded.event:
        case GateSigned() as fact:
            signed = Signature(
                fact.signature_id,
                fact.role,
                recorded.actor,
                fact.bundle,
                fact.plan_digest,
                fact.seen,
                fact.because,
                recorded.at,
                recorded.seq,
            )
            return (*signatures, signed)
        case SignatureWithdrawn() as fact:
            return tuple(
                replace(each, withdrawn_at=recorded.at) if each.id == fact.signature_id else each
                for each in signatures
            )
    return signatures


@dataclass(frozen=True)
class Signing:
    """What is to be signed or taken back, by whom.

    Attributes
    ----------
    fresh_for : timedelta or None
        How long a signature of this gate counts.
    """

    system: str
    gate: str
    role: str
    actor: str
    bundle: str
    plan_digest: str
    now: datetime
    fresh_for: timedelta | None = None
    because: str | None = None


def standing(signatures: Iterable[Signature], asked: Signing) -> list[Signature]:
    """Return the signatures that count for the bundle and the plan now, whatever their role, oldest first."""
    return [
        each
        for each in signatures
        if each.withdrawn_at is None
        and (each.bundle, each.plan_digest) == (asked.bundle, asked.plan_digest)
        and not each.stale(asked.now, asked.fresh_for)
    ]


def sign(signatures: tuple[Signature, ...], asked: Signing, seen: int) -> GateSigned | Signature:
    """Return the fact that a signature is, or the signature that says the same already.

    Raises
    ------
    UsageError
        HF605: the same person has signed the gate for another role.
    """
    for each in standing(signatures, asked):
        if each.actor != asked.actor:
            continue
        if each.role == asked.role:
            return each
        raise UsageError.of(
            "HF605",
            f"`{asked.actor}` has signed `{asked.gate}` as `{each.role}` already",
            fix=f"one person signs for one role: somebody else signs as `{asked.role}`",
        )
    before = sum((each.role, each.actor) == (asked.role, asked.actor) for each in signatures)
    parts = (asked.system, asked.gate, asked.role, asked.actor, asked.bundle, asked.plan_digest, str(before))
    return GateSigned(
        signature_id=derived("signature", *parts),
        system=asked.system,
        gate=asked.gate,
        role=asked.role,
        bundle=asked.bundle,
        plan_digest=asked.plan_digest,
        seen=seen,
        because=asked.because,
    )


def withdraw(signatures: tuple[Signature, ...], asked: Signing) -> list[SignatureWithdrawn]:
    """Return the facts that take back the role's signatures for the bundle, under whichever plan.

    Raises
    ------
    UsageError
        HF603: there is none.
    """
    held = [
        each
        for each in signatures
        if each.withdrawn_at is None and (each.role, each.bundle) == (asked.role, asked.bundle)
    ]
    if not held:
        raise UsageError.of(
            "HF603",
            f"nobody has signed `{asked.gate}` as `{asked.role}` for bundle `{asked.bundle}`",
            fix="there is nothing to withdraw; see `holdfast gate history`",
        )
    return [
        SignatureWithdrawn(
            signature_id=each.id,
            system=asked.system,
            gate=asked.gate,
            role=asked.role,
            because=asked.because,
        )
        for each in held
    ]
