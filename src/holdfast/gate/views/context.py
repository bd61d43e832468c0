"""The report's context: all that the page, the Markdown and the JSON of a check may say, as plain data.

Templates and the terminal read these and compute nothing. Shares are 0..1; `unit` says how a gate's figures
are written. A figure that is not known is None, and the field beside it says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from holdfast.kernel.errors import Place
from holdfast.kernel.figures import Unit
from holdfast.kernel.verdict import Verdict
from holdfast.web.ci.finding import Finding

Span: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Slice:
    """One slice of a gate's metric (for a gap: one group), or the whole where `label` is "all records".

    Attributes
    ----------
    label : str
        "sex = female, age_band = 50+".
    judged : bool
        False where the slice is listed only (below the share that the gate calls major).
    verdict : Verdict or None
        None where it is not judged on its own: slices listed only, and the groups of a gap.
    value, inner, outer
        The value; the one-sided bounds that can pass; the wider ones, corrected for the number of slices,
        that can fail and that are shown. None without evidence.
    where : tuple of (column, value)
        The same as `label`, for machines; empty for the whole.
    group : bool
        Whether it is one of the groups that a gap compares: it does not stand against the threshold itself.
    """

    label: str
    judged: bool
    verdict: Verdict | None
    value: float | None
    inner: Span | None
    outer: Span | None
    n: int
    k: int | None
    share: float | None
    needs: int | None
    reason: str = ""
    where: tuple[tuple[str, str | None], ...] = ()
    group: bool = False


@dataclass(frozen=True)
class ReliabilityBin:
    """One bin of a calibration picture: mean score against the rate of the label, with its interval."""

    score: float
    rate: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Reliability:
    """A calibration picture of one slice."""

    label: str
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True)
class DriftBar:
    """One bin or category of a drift picture: its share then and now.

    `low` and `high` are the ends of a bin of numbers; None for a category, and at an open end.
    """

    label: str
    reference: float
    current: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class DriftPicture:
    """A drift picture of one slice."""

    label: str
    bars: tuple[DriftBar, ...]


@dataclass(frozen=True)
class Signed:
    """One signature of a sign-off; without an actor, one that is missing.

    Attributes
    ----------
    because : str
        What the signer added.
    command : str
        Of a missing one: how it is given.
    """

    role: str
    actor: str | None = None
    at: datetime | None = None
    seq: int | None = None
    because: str = ""
    command: str = ""


@dataclass(frozen=True)
class Override:
    """An override as it stands beside a gate's verdict.

    Attributes
    ----------
    id : str
        Twelve digits of its id, which name it in commands.
    status
        "in force" lets a release pass the gate; the others do not. "outdated": the bundle, the criterion or
        the verdict is no longer the one that it was asked for.
    until : date
        Its last day, in UTC.
    approved : tuple of (role, actor, when)
    waits_for : str
        Who has still to approve it, in words.
    command : str
        How they do; empty where nothing waits.
    why : str
        Of an outdated one: what has changed.
    """

    id: str
    status: Literal["in force", "asked", "expired", "refused", "outdated"]
    because: str
    until: date
    requested_by: str
    requested_at: datetime
    approved: tuple[tuple[str, str, datetime], ...] = ()
    waits_for: str = ""
    command: str = ""
    why: str = ""


@dataclass(frozen=True)
class Gate:
    """One gate as it was decided.

    Attributes
    ----------
    requirement : str
        In the plan's words: ">= 98%", or "no hit in 1,000 trials".
    sign, threshold
        The requirement as numbers; None where the gate is not a figure against a threshold.
    confidence : float
        Share; each side of the interval is one-sided at it.
    headline : str
        One sentence for people: the value, its interval, n, and what would decide.
    slices : tuple of Slice
        One where the gate judges the whole.
    figures : tuple of (name, value)
        Beside the judged one: plain ECE, no-drift expectation, p-value.
    look : int or None
        The how-manieth look at this bundle; None where looks are unknown.
    tried : int
        Bundles tried for this gate since it last passed, this one included.
    corrected : Verdict or None
        The verdict that the number of tried bundles would ask for; None where it is 1.
    decided_by : str
        Of several slices the one whose figures these are; empty where there is only one.
    place : Place or None
        Where the plan asks for it.
    signatures : tuple of Signed
        Of a sign-off, one a role.
    overrides : tuple of Override
        Beside the verdict, which stays the gate's own; the one in force first.
    """

    id: str
    kind: Literal["metric", "zero tolerance", "import", "check", "sign"]
    verdict: Verdict
    blocking: bool
    requirement: str
    headline: str
    unit: Unit = "share"
    metric: str | None = None
    describes: str = ""
    data: str | None = None
    sign: str | None = None
    threshold: float | None = None
    confidence: float = 0.95
    judged_by: Literal["interval", "point"] = "interval"
    value: float | None = None
    interval: Span | None = None
    n: int = 0
    k: int | None = None
    missing: int = 0
    needs: int | None = None
    slices: tuple[Slice, ...] = ()
    notes: tuple[str, ...] = ()
    figures: tuple[tuple[str, float], ...] = ()
    reliability: tuple[Reliability, ...] = ()
    drift: tuple[DriftPicture, ...] = ()
    risks: tuple[str, ...] = ()
    look: int | None = None
    tried: int = 1
    corrected: Verdict | None = None
    decided_by: str = ""
    evidence: str | None = None
    recorded: bool = False
    stage: str | None = None
    place: Place | None = None
    signatures: tuple[Signed, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def override(self) -> Override | None:
        """The override that lets a release pass this gate, or None."""
        return next((each for each in self.overrides if each.status == "in force"), None)


@dataclass(frozen=True)
class Risk:
    """One risk of the register with what holds it."""

    id: str
    harm: str
    category: str
    owner: str
    stakeholders: tuple[str, ...]
    severity: int
    likelihood: int
    residual: tuple[int, int] | None
    residual_because: str
    accepted_by: str | None
    accepted_until: str | None
    prevent: tuple[str, ...]
    detect: tuple[str, ...]
    respond: tuple[str, ...]
    gates: tuple[tuple[str, Verdict | None], ...]

    @property
    def score(self) -> int:
        """R = S x L."""
        return self.severity * self.likelihood


@dataclass(frozen=True)
class DataUsed:
    """One data source that was measured."""

    name: str
    description: str
    digest: str
    rows: int
    files: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True)
class Provenance:
    """What the verdict rests on."""

    plan_digest: str
    plan_files: tuple[str, ...]
    bundle: str
    bundle_known: bool
    data: tuple[DataUsed, ...]
    tools: tuple[tuple[str, str], ...]
    decided_at: datetime
    actor: str
    ledger: str
    ledger_seq: int
    ledger_head: str


@dataclass(frozen=True)
class Report:
    """A check as it is told to people.

    Attributes
    ----------
    verdict : Verdict
        Worst of the blocking gates.
    headline : str
        The verdict in one sentence: "Not yet: 2 of 5 blocking gates cannot be decided on this data."
    next_step : str
        What to do now, in one sentence.
    looks : str
        Empty, or why the number of looks is unknown and what that means.
    warnings : tuple of str
        What a reader of the verdict must know: gates that were not asked, records of an unnamed bundle.
    lint : tuple of Finding
        The mistakes that lint finds in the plan; they change no verdict.
    """

    system: str
    name: str
    purpose: str
    stage: str
    owners: tuple[tuple[str, str], ...]
    verdict: Verdict
    headline: str
    next_step: str
    gates: tuple[Gate, ...]
    risks: tuple[Risk, ...]
    provenance: Provenance
    looks: str = ""
    warnings: tuple[str, ...] = field(default=())
    lint: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Result:
    """One slice of a measured metric.

    Attributes
    ----------
    where : tuple of (column, value)
        Empty for the whole.
    interval : Span or None
        Two-sided, for display.
    method : str
        How the interval was made, with its source.
    """

    where: tuple[tuple[str, str | None], ...]
    value: float | None
    interval: Span | None
    method: str
    n: int
    k: int | None
    missing: int
    notes: tuple[str, ...]
    figures: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Measurement:
    """One metric on one data source, measured and not judged."""

    metric: str
    describes: str
    unit: Unit
    data: str
    confidence: float
    results: tuple[Result, ...]
    notes: tuple[str, ...]
    plan_digest: str
    used: tuple[DataUsed, ...]
    tools: tuple[tuple[str, str], ...]
    at: datetime
    drifts: tuple[DriftPicture, ...] = ()
