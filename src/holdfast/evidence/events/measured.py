"""What was measured, imported and attested."""

from __future__ import annotations

from datetime import date, datetime
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
    metric: str = Field(description="Id of the metric in the plan, or what was checked of the records.")
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


class ResultsImported(Event):
    """The file of another tool was read: every figure that it holds, with counts where the file has them.

    Recorded once per results id, in a stream of its own: importing the same file again finds it there.
    """

    results_id: str = Field(description="Derived from system, bundle, tool, file digest and figures.")
    system: str = Field(description="Id of the system, as the plan names it.")
    bundle: str = Field(description="The version of the system that was tried.")
    plan_digest: str = Field(description="Digest of the plan under which it was imported.")
    tool: str = Field(description="The tool that wrote the file, as the plan names it.")
    tool_version: str | None = Field(None, description="Its version, where the file says it.")
    file: str = Field(description="Name of the file, without its folder.")
    path: str | None = Field(
        None, description="Where the file lay, from the plan's folder; null where it lay elsewhere."
    )
    digest: str = Field(description="Digest of the file's bytes.")
    subject: str | None = Field(None, description="The model or target, as the file names it.")
    dataset: str | None = Field(None, description="What it was tried on, as the file names it.")
    created_at: datetime | None = Field(None, description="When the tool ran, where the file says it.")
    figures: list[dict[str, Any]] = Field(
        description="One entry a figure: `name`, `value`, `n` and `k` (null without counts), `notes`."
    )
    notes: list[str] = Field(default_factory=list, description="What a careful reader must know.")
    reader: str = Field(description="What read the file, with its version.")


class EvidenceAttested(Event):
    """Somebody signed for a role that something is so: what they saw, and how long it counts.

    The stream is that of the name; signing the same again while it counts finds it there.
    """

    attestation_id: str = Field(
        description="Derived from name, role, actor, words, file, end, and how often it was signed before."
    )
    system: str = Field(description="Id of the system, as the plan names it.")
    name: str = Field(description="What is attested: `attest/` and a name of the plan.")
    role: str = Field(description="The role that was signed for.")
    plan_digest: str = Field(description="Digest of the plan that gave the role the right.")
    seen: str = Field(description="What was seen, in the signer's words.")
    until: date = Field(description="The last day on which it counts, in UTC.")
    file: str | None = Field(None, description="Name of the file that was looked at; null without one.")
    file_digest: str | None = Field(None, description="Digest of its bytes: the file itself is not kept.")


class AttestationWithdrawn(Event):
    """An attestation was taken back: it counts no longer."""

    attestation_id: str = Field(description="The attestation.")
    system: str = Field(description="Id of the system, as the plan names it.")
    name: str = Field(description="What was attested.")
    role: str = Field(description="The role that it was signed for.")
    because: str = Field(description="Why, in one line.")


EVENTS: tuple[type[Event], ...] = (
    EvidenceRecorded,
    ResultsImported,
    EvidenceAttested,
    AttestationWithdrawn,
)
"""Every fact of what gates rest on."""
