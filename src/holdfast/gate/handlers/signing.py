"""Sign a gate and take signatures back."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.gate.commands import SignFor
from holdfast.gate.handlers.appending import Decided, act
from holdfast.gate.model import signing
from holdfast.gate.model.acted import Signed
from holdfast.gate.model.looks import Look, stream_of
from holdfast.gate.model.reading import criterion_of
from holdfast.gate.model.signing import Signature, Signing
from holdfast.gate.model.signoff import Signable, decide_signed
from holdfast.gate.model.state import GateState, fold
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.ledger.ports import Ledger
from holdfast.plan.model.acting import check_acting
from holdfast.plan.model.gates import Gate, SignGate
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.plan import Plan
from holdfast.plan.views.bundle import UNVERSIONED, declared_bundle


@dataclass(frozen=True)
class Acting:
    """Who acts on which ledger.

    Attributes
    ----------
    ledger : Ledger or None
        None where there is none yet.
    place : str
        Where it is, for people.
    kept : bool
        Whether it was named as one that is kept.
    """

    ledger: Ledger | None
    place: str
    clock: Clock
    actor: str
    kept: bool


def gate_of(plan: Plan, name: str) -> Gate:
    """Return a gate of the plan.

    Raises
    ------
    UsageError
        HF502: it has no such gate.
    """
    for gate in plan.gates:
        if gate.id == name:
            return gate
    fix = did_you_mean(name, [gate.id for gate in plan.gates])
    raise UsageError.of("HF502", f"the plan has no gate `{name}`", fix=fix)


def sign(acting: Acting, loaded: LoadedPlan, command: SignFor) -> Signed:
    """Record a signature, unless it is there.

    Raises
    ------
    UsageError
        HF502, HF601, HF604, HF605, or HF607: nothing was decided yet that could be signed.
    """
    gate, asked = _checked(acting, loaded, command)
    ledger = acting.ledger
    seen = seen_of(ledger, loaded, asked.bundle) if ledger is not None else ()
    if ledger is None or not seen:
        raise UsageError.of(
            "HF607",
            f"nothing was decided for bundle `{asked.bundle}` under this plan that could be signed"
            f" ({acting.place})",
            fix="a signature is for what its signer has seen: `holdfast check` first",
        )
    newest = max(look.seq for _, look in seen)

    def decide(state: GateState) -> Decided[Signature | None]:
        made = signing.sign(state.signatures, asked, newest)
        if isinstance(made, Signature):
            return Decided(made)
        return Decided(None, [made], newest)

    stream = stream_of(asked.system, asked.gate)
    done = act(ledger, stream, acting.actor, decide)
    seq = done.answer.seq if done.answer is not None else done.recorded[0].seq
    return Signed(asked, bool(done.recorded), seq, seen, _missing(ledger, loaded, gate, asked))


def withdraw(acting: Acting, loaded: LoadedPlan, command: SignFor) -> Signed:
    """Record that a role's signatures for the bundle are taken back.

    Raises
    ------
    UsageError
        HF502, HF601, HF604, or HF603: there is nothing to take back.
    """
    gate, asked = _checked(acting, loaded, command)
    if acting.ledger is None:
        signing.withdraw((), asked)
    ledger = acting.ledger
    assert ledger is not None  # noqa: S101 -- without one the line above has refused; for the type checker

    def decide(state: GateState) -> Decided[None]:
        return Decided(None, signing.withdraw(state.signatures, asked))

    done = act(ledger, stream_of(asked.system, asked.gate), acting.actor, decide)
    return Signed(asked, True, done.recorded[-1].seq, (), _missing(ledger, loaded, gate, asked))


def seen_of(ledger: Ledger, loaded: LoadedPlan, bundle: str) -> tuple[tuple[str, Look], ...]:
    """Return what was decided last for a bundle under this plan, gate by gate."""
    found = []
    for gate in loaded.plan.gates:
        state = fold(ledger.read(stream_of(loaded.plan.system.id, gate.id)))
        last = state.history.last(bundle)
        if last is not None and last.plan_digest == loaded.digest:
            found.append((gate.id, last))
    return tuple(found)


def _checked(acting: Acting, loaded: LoadedPlan, command: SignFor) -> tuple[SignGate, Signing]:
    """Return the gate and what is asked of it; refuse what it does not take."""
    plan = loaded.plan
    gate = gate_of(plan, command.gate)
    if not isinstance(gate, SignGate):
        others = ", ".join(f"`{each.id}`" for each in plan.gates if isinstance(each, SignGate))
        fix = f"sign-offs of this plan: {others}" if others else "give the plan a gate with `sign: [roles]`"
        raise UsageError.of("HF604", f"gate `{gate.id}` is measured, nobody signs it", fix=fix)
    if command.role not in gate.sign:
        fix = did_you_mean(command.role, gate.sign, otherwise="it names")
        raise UsageError.of("HF604", f"gate `{gate.id}` does not name `{command.role}`", fix=fix)
    check_acting(plan, command.role, acting.actor)
    asked = Signing(
        system=plan.system.id,
        gate=gate.id,
        role=command.role,
        actor=acting.actor,
        bundle=command.bundle or declared_bundle(loaded) or UNVERSIONED,
        plan_digest=loaded.digest,
        now=acting.clock.now(),
        fresh_for=gate.fresh_for.delta if gate.fresh_for is not None else None,
        because=command.because,
    )
    return gate, asked


def _missing(ledger: Ledger, loaded: LoadedPlan, gate: SignGate, asked: Signing) -> tuple[str, ...]:
    state = fold(ledger.read(stream_of(asked.system, asked.gate)))
    criterion = criterion_of(loaded.plan, gate)
    signable = Signable(asked.bundle, asked.plan_digest, asked.now)
    return decide_signed(criterion, state.signatures, signable).missing
