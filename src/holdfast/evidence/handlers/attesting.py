"""Sign that something is so, and take it back."""

from __future__ import annotations

from holdfast.evidence.commands import Attest
from holdfast.evidence.events.measured import EvidenceAttested
from holdfast.evidence.model import attested
from holdfast.evidence.model.acted import Signed
from holdfast.evidence.model.attested import Attestation, Signing
from holdfast.evidence.model.planned import Attestable
from holdfast.evidence.ports import PlanFacts
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import ConflictError
from holdfast.ledger.ports import Ledger

ATTEMPTS = 20
"""How often is decided anew when others sign under the same name: so many at once are a fault."""


def asked(plan: PlanFacts, command: Attest, actor: str, clock: Clock) -> tuple[Signing, Attestable]:
    """Return what is to be signed and who may, without looking into a ledger or a file.

    Raises
    ------
    HoldfastError
        HF502: the plan does not have the name. HF601: the actor does not act for the role. HF501, HF602,
        HF604: as `attested.sign` says.
    """
    planned = plan.planned
    name = planned.attested(command.name)
    signing = Signing(
        system=planned.system,
        name=name,
        role=command.role,
        actor=actor,
        plan_digest=planned.digest,
        seen=command.seen,
        until=command.until,
        now=clock.now(),
    )
    may = planned.attestable[name]
    attested.sign((), signing, may)
    plan.check_acting(command.role, actor)
    return signing, may


def sign(ledger: Ledger, signing: Signing, may: Attestable) -> Signed:
    """Record a signature, unless it stands already.

    Raises
    ------
    ConflictError
        HF407: others were first, again and again.
    """
    stream = attested.stream_of(signing.system, signing.name)
    for attempt in range(ATTEMPTS):
        facts = ledger.read(stream)
        decided = attested.sign(attested.fold(facts), signing, may)
        if isinstance(decided, Attestation):
            return Signed(decided, False)
        try:
            recorded = ledger.append(stream, [decided], expected=len(facts), actor=signing.actor)
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        return Signed(_found(attested.fold([*facts, *recorded]), decided), True)
    raise AssertionError(stream)  # the last attempt returned or raised


def withdraw(ledger: Ledger, plan: PlanFacts, attestation: Attestation, because: str, actor: str) -> Signed:
    """Record that a signature is taken back: by whoever acts for the role that it was given for.

    Raises
    ------
    UsageError
        HF603: it is taken back already. HF601: the actor does not act for its role.
    """
    attested.withdraw(attestation, because)
    plan.check_acting(attestation.role, actor)
    stream = attested.stream_of(attestation.system, attestation.name)
    for attempt in range(ATTEMPTS):
        facts = ledger.read(stream)
        now = next(one for one in attested.fold(facts) if one.id == attestation.id)
        fact = attested.withdraw(now, because)
        try:
            recorded = ledger.append(stream, [fact], expected=len(facts), actor=actor, because=now.seq)
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        after = attested.fold([*facts, *recorded])
        return Signed(next(one for one in after if one.id == attestation.id), True)
    raise AssertionError(stream)  # the last attempt returned or raised


def _found(attestations: tuple[Attestation, ...], fact: EvidenceAttested) -> Attestation:
    return next(one for one in attestations if one.id == fact.attestation_id)
