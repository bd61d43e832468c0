"""Asking for an override, approving and refusing it: the rules, and the facts that follow. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from holdfast.gate.events import OverrideApproved, OverrideRefused, OverrideRequested
from holdfast.gate.model.looks import Look
from holdfast.gate.model.overriding import LONGEST, Approvers, Override
from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.kernel.ids import derived, short
from holdfast.kernel.verdict import Verdict


@dataclass(frozen=True)
class Request:
    """What is asked for."""

    system: str
    gate: str
    bundle: str
    plan_digest: str
    criterion_digest: str
    blocking: bool
    actor: str
    because: str
    until: date
    now: datetime


def request(
    overrides: tuple[Override, ...], asked: Request, last: Look | None
) -> OverrideRequested | Override:
    """Return the fact that an override was asked for, or the override that is the same already.

    `last` is what was decided last for the gate and the bundle.

    Raises
    ------
    UsageError
        HF602: its last day is over. HF607: there is nothing to override. HF608: it is too long.
    """
    _check_end(asked.until, asked.now)
    verdict = _overridden(asked, last)
    parts = (asked.gate, asked.bundle, asked.criterion_digest, verdict.value, asked.actor, asked.because)
    key = derived("override", asked.system, *parts, asked.until.isoformat())
    for each in overrides:
        if each.id == key:
            return each
    return OverrideRequested(
        override_id=key,
        system=asked.system,
        gate=asked.gate,
        bundle=asked.bundle,
        plan_digest=asked.plan_digest,
        criterion_digest=asked.criterion_digest,
        verdict=verdict.value,
        because=asked.because,
        until=asked.until,
    )


def _check_end(until: date, now: datetime) -> None:
    today = now.date()
    if until < today:
        raise UsageError.of(
            "HF602", f"the override would end on {until}, which is over", fix=f"today is {today} (UTC)"
        )
    if until - today > LONGEST:
        latest = today + LONGEST
        raise UsageError.of(
            "HF608",
            f"an override until {until} lasts longer than {LONGEST.days} days",
            fix=f"end it by {latest}, and ask again then; what is to stay is another gate in the plan",
        )


def _overridden(asked: Request, last: Look | None) -> Verdict:
    """Return the verdict that is to be overridden."""
    decide = "decide it first: `holdfast check`"
    if not asked.blocking:
        fix = "a release does not wait for it"
        raise UsageError.of("HF607", f"gate `{asked.gate}` only warns", fix=fix)
    if last is None:
        message = f"gate `{asked.gate}` was not decided for bundle `{asked.bundle}`"
        raise UsageError.of("HF607", message, fix=decide)
    if last.criterion_digest != asked.criterion_digest:
        message = f"gate `{asked.gate}` has changed since it was decided"
        raise UsageError.of("HF607", message, fix=decide)
    verdict = Verdict(last.verdict)
    if verdict is Verdict.PASS:
        message = f"gate `{asked.gate}` passes for bundle `{asked.bundle}`"
        raise UsageError.of("HF607", message, fix="there is nothing to override")
    return verdict


@dataclass(frozen=True)
class Answer:
    """Somebody's answer to a request: an approval for `role`, or a refusal with its reason."""

    system: str
    actor: str
    plan_digest: str
    now: datetime
    role: str | None = None
    because: str = ""


def approve(override: Override, approvers: Approvers, answer: Answer) -> OverrideApproved | None:
    """Return the fact of an approval; None where this person has approved it for this role already.

    Raises
    ------
    UsageError
        HF602: it has ended. HF604: the role has no say. HF605: the requester, or one person for two roles.
        HF609: it was refused.
    """
    role, name = answer.role or "", short(override.id)
    if role not in approvers.roles:
        fix = did_you_mean(role, approvers.roles, otherwise="who may")
        raise UsageError.of("HF604", f"`{role}` does not approve overrides in this plan", fix=fix)
    if any((each.role, each.actor) == (role, answer.actor) for each in override.approvals):
        return None
    if override.refused is not None:
        fix = "ask for another one, with a reason that answers it"
        raise UsageError.of("HF609", f"override {name} was refused: {override.refused}", fix=fix)
    if answer.now >= override.end:
        fix = "ask for another one if it is still needed"
        raise UsageError.of("HF602", f"override {name} ended on {override.until}", fix=fix)
    if answer.actor == override.requester:
        fix = f"{approvers.lacking(override).words} approves, and not who asked"
        raise UsageError.of("HF605", f"`{answer.actor}` has asked for override {name}", fix=fix)
    for each in override.approvals:
        if each.actor == answer.actor:
            fix = f"two persons approve: somebody else acts as `{role}`"
            message = f"`{answer.actor}` has approved override {name} as `{each.role}` already"
            raise UsageError.of("HF605", message, fix=fix)
    return OverrideApproved(
        override_id=override.id,
        system=answer.system,
        gate=override.gate,
        role=role,
        plan_digest=answer.plan_digest,
    )


def refuse(override: Override, answer: Answer) -> OverrideRefused | None:
    """Return the fact of a refusal, also of one that is in force; None where it was refused before."""
    if override.refused is not None:
        return None
    return OverrideRefused(
        override_id=override.id, system=answer.system, gate=override.gate, because=answer.because
    )
