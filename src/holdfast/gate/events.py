"""The facts of the gate room."""

from __future__ import annotations

from pydantic import Field

from holdfast.kernel.events import Event


class GateDecided(Event):
    """A gate was decided for a bundle: the verdict, the figures behind it and the evidence it rests on.

    Recorded once for each bundle, criterion and evidence: deciding the same again finds it there. The stream
    is that of the gate (`gate/<system>/<gate>`), so its looks can be counted.
    """

    decision_id: str = Field(description="Derived from gate, bundle, criterion, evidence and verdict.")
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

    system: str = Field(description="Id of the system, as the plan names it.")
    bundle: str = Field(description="The version of the system that was judged.")
    plan_digest: str = Field(description="Digest of the plan.")
    verdict: str = Field(description="Worst of the blocking gates; inconclusive where there is none.")
    gates: dict[str, str] = Field(description="Gate id -> verdict, warning gates included.")
    looks_known: bool = Field(
        description="Whether the ledger was named as one that is kept, so that looks count."
    )
    tool: str = Field(description="What decided it, with its version.")


EVENTS: tuple[type[Event], ...] = (GateDecided, ReleaseDecided)
"""Every fact of this room."""
