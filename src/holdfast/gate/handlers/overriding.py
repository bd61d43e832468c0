"""Ask for an override, approve it, refuse it."""

from __future__ import annotations

from holdfast.gate.commands import AnswerOverride, RequestOverride
from holdfast.gate.events import OverrideRequested
from holdfast.gate.handlers.appending import Decided, act
from holdfast.gate.handlers.signing import Acting, gate_of
from holdfast.gate.model import requesting
from holdfast.gate.model.acted import Overridden
from holdfast.gate.model.looks import stream_of
from holdfast.gate.model.overriding import Approvers, Override, Standing, Stood, approvers_of, stands
from holdfast.gate.model.reading import criterion_of
from holdfast.gate.model.requesting import Answer, Request
from holdfast.gate.model.state import GateState, fold
from holdfast.kernel.errors import UsageError
from holdfast.kernel.ids import short
from holdfast.ledger.ports import Ledger
from holdfast.plan.model.acting import acts_for, check_acting
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.bundle import UNVERSIONED, declared_bundle

FEWEST_DIGITS = 4


def request(acting: Acting, loaded: LoadedPlan, command: RequestOverride) -> Overridden:
    """Record that an override is asked for, unless it is.

    Raises
    ------
    UsageError
        HF502, HF602, HF606, HF607 or HF608.
    """
    plan = loaded.plan
    gate = gate_of(plan, command.gate)
    approvers = _approvers(loaded)
    criterion = criterion_of(plan, gate)
    asked = Request(
        system=plan.system.id,
        gate=gate.id,
        bundle=command.bundle or declared_bundle(loaded) or UNVERSIONED,
        plan_digest=loaded.digest,
        criterion_digest=criterion.digest,
        blocking=criterion.blocking,
        actor=acting.actor,
        because=command.because,
        until=command.until,
        now=acting.clock.now(),
    )
    ledger = acting.ledger
    if ledger is None:
        requesting.request((), asked, None)
    assert ledger is not None  # noqa: S101 -- without one the line above has refused; for the type checker

    def decide(state: GateState) -> Decided[str]:
        last = state.history.last(asked.bundle)
        made = requesting.request(state.overrides, asked, last)
        if isinstance(made, OverrideRequested):
            return Decided(made.override_id, [made], None if last is None else last.seq)
        return Decided(made.id)

    done = act(ledger, stream_of(asked.system, asked.gate), acting.actor, decide)
    stood = _stood(acting, loaded, gate.id, done.answer, approvers)
    return Overridden(stood, "asked", bool(done.recorded))


def answer(acting: Acting, loaded: LoadedPlan, command: AnswerOverride) -> Overridden:
    """Record an approval for a role, or without a role a refusal, unless it is there.

    Who may refuse: those who may approve, and who asked.

    Raises
    ------
    UsageError
        HF502, HF601, HF602, HF604, HF605, HF606 or HF609.
    """
    plan = loaded.plan
    approvers = _approvers(loaded)
    gate, found = _found(acting, loaded, command.override)
    said = Answer(
        system=plan.system.id,
        actor=acting.actor,
        plan_digest=loaded.digest,
        now=acting.clock.now(),
        role=command.role,
        because=command.because,
    )
    if command.role is not None:
        if command.role in approvers.roles:
            check_acting(plan, command.role, acting.actor)
    elif acting.actor != found.requester and not any(
        acts_for(plan, role, acting.actor) for role in approvers.roles
    ):
        check_acting(plan, approvers.roles[0], acting.actor)

    def decide(state: GateState) -> Decided[None]:
        override = next(each for each in state.overrides if each.id == found.id)
        if command.role is None:
            made = requesting.refuse(override, said)
            return Decided(None, [] if made is None else [made], override.seq)
        approved = requesting.approve(override, approvers, said)
        return Decided(None, [] if approved is None else [approved], override.seq)

    ledger = acting.ledger
    assert ledger is not None  # noqa: S101 -- an override was found in it; for the type checker
    done = act(ledger, stream_of(plan.system.id, gate), acting.actor, decide)
    stood = _stood(acting, loaded, gate, found.id, approvers)
    return Overridden(stood, "refused" if command.role is None else "approved", bool(done.recorded))


def _approvers(loaded: LoadedPlan) -> Approvers:
    approvers = approvers_of(loaded.plan)
    if approvers is None:
        raise UsageError.of(
            "HF606",
            "the plan names nobody who may override a gate",
            place=loaded.place(("authority",)) if loaded.plan.authority is not None else None,
            fix="write `authority: {override_gate: {who: ..., and: ...}}`, or `system: owners: approver:`",
        )
    return approvers


def _found(acting: Acting, loaded: LoadedPlan, beginning: str) -> tuple[str, Override]:
    """Return the override that an id, or its beginning, names, with its gate."""
    held = _all(acting.ledger, loaded) if acting.ledger is not None else []
    hits = [
        (gate, each)
        for gate, each in held
        if len(beginning) >= FEWEST_DIGITS and each.id.startswith(beginning.lower())
    ]
    if len(hits) == 1:
        return hits[0]
    if hits:
        names = ", ".join(each.id for _, each in hits)
        raise UsageError.of("HF502", f"several overrides begin with `{beginning}`", fix=f"say more: {names}")
    open_ = ", ".join(f"{short(each.id)} of {gate}" for gate, each in held if each.refused is None)
    fix = f"there are: {open_}" if open_ else f"there is none in {acting.place}"
    raise UsageError.of("HF502", f"there is no override `{beginning}`", fix=fix)


def _all(ledger: Ledger, loaded: LoadedPlan) -> list[tuple[str, Override]]:
    system = loaded.plan.system.id
    return [
        (gate.id, each)
        for gate in loaded.plan.gates
        for each in fold(ledger.read(stream_of(system, gate.id))).overrides
    ]


def _stood(acting: Acting, loaded: LoadedPlan, gate: str, key: str, approvers: Approvers) -> Stood:
    """Return an override as it stands now, by what was decided last."""
    assert acting.ledger is not None  # noqa: S101 -- something was just read from it; for the type checker
    state = fold(acting.ledger.read(stream_of(loaded.plan.system.id, gate)))
    override = next(each for each in state.overrides if each.id == key)
    now, kept = acting.clock.now(), acting.kept
    held = Standing(override.bundle, override.criterion_digest, override.verdict, now, kept)
    return stands(override, approvers, held)
