"""The facts of the evidence room."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from holdfast.kernel.events import Event


class EvidenceRecorded(Event):
    """A metric was measured on a data set: the states, from which value, interval and n follow at any time.

    Recorded once per evidence id, in a stream of its own: measuring the same thing again finds it there.
    """

    evidence_id: str = Field(description="Derived from system, bundle, metric digest and data digests.")
    system: str = Field(description="Id of the system, as the plan names it.")
    bundle: str = Field(description="The version of the system that produced the records.")
    metric: str = Field(description="Id of the metric in the plan.")
    metric_digest: str = Field(description="Digest of the metric's definition with its slicing.")
    plan_digest: str = Field(description="Digest of the plan under which it was measured.")
    source: str = Field(description="Name of the data source in the plan.")
    data_digest: str = Field(description="Digest of the records that were measured.")
    reference_digest: str | None = Field(None, description="Digest of the reference, for a drift.")
    rows: int = Field(description="Records that were read.")
    reference_rows: int | None = Field(None, description="Records of the reference, for a drift.")
    files: dict[str, str] = Field(
        default_factory=dict, description="File name -> digest, as the plan names them."
    )
    by: list[str] = Field(default_factory=list, description="Columns by which the metric is sliced.")
    slices: list[dict[str, Any]] = Field(
        description="One entry a slice: `slice` (its values in the order of `by`) and `state`."
    )
    notes: list[str] = Field(default_factory=list, description="What a careful reader must know.")
    tool: str = Field(description="What measured it, with its version.")


EVENTS: tuple[type[Event], ...] = (EvidenceRecorded,)
"""Every fact of this room."""
