"""What people have decided beside the figures of a gate: signatures and overrides, as they are shown."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.gate.model.decision import Decision
from holdfast.gate.model.overriding import Stood
from holdfast.gate.model.releasing import approve_command
from holdfast.gate.model.typed import Typed
from holdfast.gate.views.context import Gate, Override, Signed
from holdfast.kernel.ids import short
from holdfast.kernel.verdict import Verdict


def signatures_of(decision: Decision, typed: Typed) -> tuple[Signed, ...]:
    """Return the signatures of a sign-off in the plan's order, the missing ones with the command."""
    held = {each.role: each for each in decision.signatures}
    shown = []
    for role in decision.criterion.sign:
        given = held.get(role)
        if given is None:
            command = typed.command("gate", "sign", decision.criterion.gate, "--as", role)
            shown.append(Signed(role, command=command))
        else:
            shown.append(Signed(role, given.actor, given.at, given.seq, given.because or ""))
    return tuple(shown)


def overrides_of(decision: Decision, typed: Typed) -> tuple[Override, ...]:
    """Return the overrides that stand beside a verdict that is no pass: the one in force first."""
    if decision.verdict is Verdict.PASS:
        return ()
    held = decision.override
    first = [each for each in decision.overrides if each.override is held]
    # what was refused is history, and an older one in force is the same exception said twice
    rest = [each for each in decision.overrides if each.status in ("asked", "expired", "outdated")]
    return tuple(override_of(each, typed) for each in (*first, *rest))


def override_of(stood: Stood, typed: Typed) -> Override:
    """Return an override as it is shown, with the command for whoever has to approve it next."""
    override = stood.override
    asked = stood.status == "asked" and stood.lacking.groups
    return Override(
        id=short(override.id),
        status=stood.status,
        because=override.because,
        until=override.until,
        requested_by=override.requester,
        requested_at=override.at,
        approved=tuple((each.role, each.actor, each.at) for each in override.approvals),
        waits_for=stood.lacking.words if asked else "",
        command=approve_command(override, stood.lacking.roles[0], typed) if asked else "",
        why=stood.why,
    )


def override_words(override: Override) -> str:
    """Return an override in one sentence.

    Examples
    --------
    >>> from datetime import UTC, date, datetime
    >>> at = datetime(2026, 11, 21, tzinfo=UTC)
    >>> day, approved = date(2026, 12, 5), (("safety", "u-2", at),)
    >>> told = Override("0a1b", "in force", "a hotfix", day, "u-1", at, approved)
    >>> override_words(told)
    'overridden until 2026-12-05: a hotfix; approved by safety (u-2)'
    """
    by = " and ".join(_who(role, actor) for role, actor, _ in override.approved) or "nobody yet"
    name, until, because = f"override {override.id}", override.until, override.because
    match override.status:
        case "in force":
            return f"overridden until {until}: {because}; approved by {by}"
        case "asked":
            waits = override.waits_for or "somebody who may approve it"
            return (
                f"{name} until {until} is asked for by {override.requested_by}: {because}; waits for {waits}"
            )
        case "expired":
            return f"{name} ended on {until} and counts no longer: {because}"
        case "outdated":
            return f"{name} until {until} does not count, {override.why}: {because}"
        case "refused":
            return f"{name} was refused: {because}"


def _who(role: str, actor: str) -> str:
    return role if role == actor else f"{role} ({actor})"


def release_overrides(gates: Iterable[Gate]) -> list[tuple[Gate, Override]]:
    """Return what a release rests on instead of a pass: its blocking gates with the override in force."""
    return [(gate, gate.override) for gate in gates if gate.blocking and gate.override is not None]
