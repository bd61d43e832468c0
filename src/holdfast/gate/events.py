"""The facts of the gate room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from holdfast.kernel.events import Event, Upcaster


class GateDecided(Event):
    """A gate was decided for a bundle: the verdict, the figures behind it and the evidence it rests on.

    Not recorded again where it is what was decided last for the bundle, under the same plan. The stream is
    that of the gate (`gate/<system>/<gate>`), so its looks can be counted.
    """

    decision_id: str = Field(
        description="Derived from gate, bundle, criterion, evidence or signatures, and verdict."
    )
    system: str = Field(description="Id of the system, as the plan names it.")
    gate: str = Field(description="Id of the gate in the plan.")
    bundle: str = Field(description="The version of the system that was judged.")
    plan_digest: str = Field(description="Digest of the plan that asked for it.")
    criterion_digest: str = Field(
        description="Digest of what the gate requires: metric, threshold, confidence, slices."
    )
    evidence: str | None = Field(None, description="Id of the evidence; null where there is none.")
    data_digest: str | None = Field(
        None, description="Digest of the records; null where there is no evidence."
    )
    verdict: str = Field(description="pass, inconclusive or fail.")
    reason: str = Field(description="Why, in words made from the figures.")
    value: float | None = Field(
        None, description="The judged value: of the whole, or of the slice that decided."
    )
    interval: tuple[float | None, float | None] | None = Field(
        None, description="The bounds at the judged confidence, one-sided each; null for an open side."
    )
    n: int = Field(0, description="Records the value rests on.")
    k: int | None = Field(None, description="Hits, where the metric counts something.")
    needs: int | None = Field(None, description="Further records that would decide at the present rate.")
    look: int = Field(1, description="Which look at this bundle's data it was, from 1.")
    blocking: bool = Field(True, description="Whether the release waits for it.")


class ReleaseDecided(Event):
    """A check ended: what the blocking gates together say about a bundle."""

    SCHEMA: ClassVar[int] = 2

    system: str = Field(description="Id of the system, as the plan names it.")
    bundle: str = Field(description="The version of the system that was judged.")
    plan_digest: str = Field(description="Digest of the plan.")
    verdict: str = Field(
        description="Worst of the blocking gates that are not overridden; inconclusive where none blocks."
    )
    gates: dict[str, str] = Field(description="Gate id -> verdict, warning gates included.")
    overrides: dict[str, str] = Field(
        description="Gate id -> id of the override that is in force for it; its verdict stays what it is."
    )
    looks_known: bool = Field(
        description="Whether the ledger was named as one that is kept, so that looks count."
    )
    tool: str = Field(description="What decided it, with its version.")


class GateSigned(Event):
    """Somebody signed a gate for a role: for one bundle under one plan, having seen what was decided so far.

    The signature counts for exactly that bundle and plan. Signing again what is signed records nothing.
    """

    signature_id: str = Field(
        description="Derived from gate, role, actor, bundle, plan and how often it was signed before."
    )
    system: str = Field(description="Id of the system, as the plan names it.")
    gate: str = Field(description="Id of the gate in the plan.")
    role: str = Field(description="The role that was signed for.")
    bundle: str = Field(description="The version of the system that was signed for.")
    plan_digest: str = Field(description="Digest of the plan that was signed for.")
    seen: int = Field(description="Number of the newest decision of this bundle that could be seen.")
    because: str | None = Field(None, description="What the signer adds, in one line.")


class SignatureWithdrawn(Event):
    """A signature was taken back: it counts no longer."""

    signature_id: str = Field(description="The signature.")
    system: str = Field(description="Id of the system, as the plan names it.")
    gate: str = Field(description="Id of the gate in the plan.")
    role: str = Field(description="The role that it was signed for.")
    because: str | None = Field(None, description="Why, in one line.")


class OverrideRequested(Event):
    """Somebody asked to release against a gate: for one bundle, with a reason and an end.

    It counts once those whom the plan's authority names have approved it, until its end, for that bundle and
    criterion, and while the gate's verdict is no worse than the one it was asked against.
    """

    override_id: str = Field(description="Derived from gate, bundle, criterion, requester, reason and end.")
    system: str = Field(description="Id of the system, as the plan names it.")
    gate: str = Field(description="Id of the gate in the plan.")
    bundle: str = Field(description="The version of the system that it is asked for.")
    plan_digest: str = Field(description="Digest of the plan under which it was asked for.")
    criterion_digest: str = Field(description="Digest of what the gate required.")
    verdict: str = Field(description="What the gate said when it was asked for: fail or inconclusive.")
    because: str = Field(description="Why, in one line.")
    until: date = Field(description="Its last day, in UTC.")


class OverrideApproved(Event):
    """Somebody approved an override for a role that may."""

    override_id: str = Field(description="The override.")
    system: str = Field(description="Id of the system, as the plan names it.")
    gate: str = Field(description="Id of the gate in the plan.")
    role: str = Field(description="The role that it was approved for.")
    plan_digest: str = Field(description="Digest of the plan that gave the role the right.")


class OverrideRefused(Event):
    """An override was refused, or ended before its day: it counts no longer."""

    override_id: str = Field(description="The override.")
    system: str = Field(description="Id of the system, as the plan names it.")
    gate: str = Field(description="Id of the gate in the plan.")
    because: str = Field(description="Why, in one line.")


class ArmsCompared(Event):
    """Two arms were put through the same gates: what each showed, how they differ, and which was chosen.

    It decides no release. But it is a look at both bundles: gates that are decided later count it.
    """

    comparison_id: str = Field(description="Derived from the arms, their evidence and what was concluded.")
    system: str = Field(description="Id of the system, as the plan names it.")
    plan_digest: str = Field(description="Digest of the plan that names the arms.")
    arms: list[dict[str, Any]] = Field(
        description="Arm a, then arm b: `arm`, `bundle`, and `verdict` over the gates that records decide."
    )
    looks: list[dict[str, Any]] = Field(
        description="One entry an arm and measured gate: `gate`, `bundle`, `evidence`, `data_digest`,"
        " `verdict`, `look`, `k`."
    )
    figures: list[dict[str, Any]] = Field(
        description="One entry a compared figure: `gate`, `slice`, `a`, `b`, `difference` (b - a),"
        " `interval`, `simultaneous` (for all figures at once), `n`, `paired`, `better`."
    )
    pairs: dict[str, dict[str, Any]] = Field(
        description="Data source -> how its records pair: `key`, `pairs`, and of each arm `only`, `repeated`,"
        " `unkeyed`."
    )
    outcome: str = Field(description="chosen, open (the data cannot say) or neither (both arms fail).")
    chosen: str | None = Field(None, description="The arm that was chosen.")
    reason: str = Field(description="Why, in one sentence.")
    look: int = Field(1, description="Which comparison of these two bundles it was, from 1.")
    looks_known: bool = Field(
        description="Whether the ledger was named as one that is kept, so that looks count."
    )
    tool: str = Field(description="What compared them, with its version.")


def _without_overrides(data: dict[str, Any]) -> dict[str, Any]:
    """Return a release of shape 1, when there were no overrides, in shape 2."""
    return {**data, "overrides": {}}


EVENTS: tuple[type[Event], ...] = (
    GateDecided,
    GateSigned,
    SignatureWithdrawn,
    OverrideRequested,
    OverrideApproved,
    OverrideRefused,
    ArmsCompared,
)
"""Facts of this room that have had one shape only."""

RESHAPED: Mapping[type[Event], Mapping[int, Upcaster]] = {ReleaseDecided: {1: _without_overrides}}
"""The others, with what turns each former shape into the next."""
