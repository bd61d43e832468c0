"""Overrides: recorded, approved, expiring exceptions to a gate, and when one is in force. Pure.

An override is asked for one gate as it stood: for its bundle, its criterion and its verdict. It is in force
once those whom the plan's authority names have approved it, none of them the one who asked, until the end of
its last day in UTC. Refusing ends it at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias

from holdfast.gate.events import OverrideApproved, OverrideRefused, OverrideRequested
from holdfast.kernel.events import Recorded
from holdfast.kernel.verdict import Verdict
from holdfast.plan.model.people import JointRight
from holdfast.plan.model.plan import Plan

Status: TypeAlias = Literal["in force", "asked", "expired", "refused", "outdated"]
LONGEST = timedelta(days=90)
"""An override that lasts longer is no exception but another gate."""
UNKEPT = "as its ledger is not named as one that is kept (--ledger or HOLDFAST_LEDGER)"


@dataclass(frozen=True)
class Approval:
    """One approval: for which role, by whom, when, and its number in the ledger."""

    role: str
    actor: str
    at: datetime
    seq: int


@dataclass(frozen=True)
class Override:
    """One override.

    Attributes
    ----------
    verdict : Verdict
        What the gate said when it was asked for.
    until : date
        Its last day, in UTC.
    refused : str or None
        Why it was refused or ended.
    """

    id: str
    gate: str
    bundle: str
    criterion_digest: str
    verdict: Verdict
    because: str
    until: date
    requester: str
    at: datetime
    seq: int
    approvals: tuple[Approval, ...] = ()
    refused: str | None = None

    @property
    def end(self) -> datetime:
        """The moment from which it no longer counts."""
        return datetime.combine(self.until, time(), UTC) + timedelta(days=1)


def evolve(overrides: tuple[Override, ...], recorded: Recorded) -> tuple[Override, ...]:
    """Return a gate's overrides, oldest first, with one more fact."""
    match recorded.event:
        case OverrideRequested() as fact:
            asked = Override(
                fact.override_id,
                fact.gate,
                fact.bundle,
                fact.criterion_digest,
                Verdict(fact.verdict),
                fact.because,
                fact.until,
                recorded.actor,
                recorded.at,
                recorded.seq,
            )
            return (*overrides, asked)
        case OverrideApproved() as fact:
            approval = Approval(fact.role, recorded.actor, recorded.at, recorded.seq)
            return tuple(
                replace(each, approvals=(*each.approvals, approval)) if each.id == fact.override_id else each
                for each in overrides
            )
        case OverrideRefused() as fact:
            return tuple(
                replace(each, refused=fact.because) if each.id == fact.override_id else each
                for each in overrides
            )
    return overrides


@dataclass(frozen=True)
class Approvers:
    """Who must approve an override: of each group of roles one, each time another person.

    Examples
    --------
    >>> Approvers((("product-exec",), ("safety",))).words
    '`product-exec` and `safety`'
    >>> Approvers((("on-call", "product-exec"),)).words
    '`on-call` or `product-exec`'
    """

    groups: tuple[tuple[str, ...], ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role that may approve, each once."""
        return tuple(dict.fromkeys(role for group in self.groups for role in group))

    @property
    def words(self) -> str:
        """The roles in words."""
        return " and ".join(" or ".join(f"`{role}`" for role in group) for group in self.groups)

    def lacking(self, override: Override) -> Approvers:
        """Return who has still to approve: nobody where the override is granted."""
        left = [each for each in override.approvals if each.actor != override.requester]
        open_: list[tuple[str, ...]] = []
        for group in self.groups:
            given = next((each for each in left if each.role in group), None)
            if given is None:
                open_.append(group)
            else:
                # what one person approved counts once
                left = [each for each in left if each.actor != given.actor]
        return Approvers(tuple(open_))


def approvers_of(plan: Plan) -> Approvers | None:
    """Return who must approve an override under a plan; None where the plan names nobody.

    Of a list, one approves. Of `who` and `and`, both do: `when` speaks of an incident's facts, which a gate
    does not have, so the second is always needed. Without the right, the system's approver.
    """
    right = plan.authority.override_gate if plan.authority is not None else None
    if isinstance(right, JointRight):
        return Approvers(((right.who,),) if right.and_ is None else ((right.who,), (right.and_,)))
    if right:
        return Approvers((right,))
    owners = plan.system.owners
    if owners is not None and owners.approver is not None:
        return Approvers(((owners.approver,),))
    return None


@dataclass(frozen=True)
class Standing:
    """What an override is held against: the gate as it is now, and the time.

    Attributes
    ----------
    kept : bool
        Whether the ledger was named as one that is kept. In one that comes and goes nobody sees how often was
        looked, or what was refused: an exception does not count there.
    """

    bundle: str
    criterion_digest: str
    verdict: Verdict
    now: datetime
    kept: bool = True


@dataclass(frozen=True)
class Stood:
    """An override as it stands at one moment.

    Attributes
    ----------
    lacking : Approvers
        Who has still to approve it.
    why : str
        Of an outdated one: what has changed since it was asked for.
    """

    override: Override
    status: Status
    lacking: Approvers
    why: str = ""


def stands(override: Override, approvers: Approvers | None, gate: Standing) -> Stood:
    """Return how an override stands under a plan's present authority, for the gate as it is now."""
    lacking = approvers.lacking(override) if approvers is not None else Approvers(())
    if override.refused is not None:
        return Stood(override, "refused", lacking)
    if gate.now >= override.end:
        return Stood(override, "expired", lacking)
    why = _changed(override, gate)
    if why:
        return Stood(override, "outdated", lacking, why)
    granted = approvers is not None and not lacking.groups
    if granted and not gate.kept:
        return Stood(override, "outdated", lacking, UNKEPT)
    return Stood(override, "in force" if granted else "asked", lacking)


def _changed(override: Override, gate: Standing) -> str:
    if override.bundle != gate.bundle:
        return f"it is for bundle {override.bundle}"
    if override.criterion_digest != gate.criterion_digest:
        return "the gate asks for something else now"
    if gate.verdict > override.verdict:
        return f"it was asked for when the gate was {override.verdict.value}"
    return ""
