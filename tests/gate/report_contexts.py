"""Reports to look at and to test with: of an empty plan, and an ordinary one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from holdfast.gate.views.context import (
    DataUsed,
    DriftBar,
    DriftPicture,
    Gate,
    Override,
    Provenance,
    Reliability,
    ReliabilityBin,
    Report,
    Risk,
    Signed,
    Slice,
)
from holdfast.kernel.errors import Place
from holdfast.kernel.verdict import Verdict
from holdfast.web.ci.finding import Finding, Level

PASS, OPEN, FAIL = Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL

PROVENANCE = Provenance(
    plan_digest="sha256:9f2c4d5e6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b2c3d",
    plan_files=("holdfast.yaml", "runbooks/missed-cancer.yaml"),
    bundle="triage-2026-11",
    bundle_known=True,
    data=(
        DataUsed(
            "eval",
            "569 patients, each judged by a model that was fitted and tuned without them",
            "sha256:11aa22bb33cc44dd55ee66ff77889900aabbccddeeff00112233445566778899",
            569,
            (
                (
                    "data/eval.parquet",
                    "sha256:0c1d2e3f4a5b6c7d8e9f0a1b2c3d9f2c4d5e6a7b8c9d0e1f2a3b4c5d6e7f8a9b",
                ),
            ),
        ),
    ),
    tools=(("holdfast", "0.1.0"), ("duckdb", "2.0.0"), ("ibis", "12.0.0"), ("numpy", "2.4.6")),
    decided_at=datetime(2026, 11, 21, 10, 54, 12, 123456, tzinfo=UTC),
    actor="cli-4fd1a2b3",
    ledger=".holdfast/ledger.db",
    ledger_seq=17,
    ledger_head="5b6c7d8e9f0a1b2c3d9f2c4d5e6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a",
)


def empty() -> Report:
    """Return the report of a plan that has neither gates nor risks."""
    return Report(
        system="minimal",
        name="Minimal",
        purpose="",
        stage="design",
        owners=(),
        verdict=OPEN,
        headline="Minimal has no blocking gate: nothing says that it may ship.",
        next_step="Give the plan a gate that a release must pass.",
        gates=(),
        risks=(),
        provenance=replace(
            PROVENANCE, data=(), plan_files=("holdfast.yaml",), bundle="unknown", bundle_known=False
        ),
    )


def normal() -> Report:
    """Return a report with a verdict of every kind, subgroups, calibration, drift and a gap."""
    return Report(
        system="triage",
        name="Breast mass triage",
        purpose="Scores digitised fine-needle aspirates of breast masses, clears those that are clearly "
        "benign, flags those that look malignant, and hands the rest to a cytologist without an opinion.",
        stage="evaluation",
        owners=(
            ("accountable", "triage-ml"),
            ("reviewers", "clinical-safety, privacy"),
            ("approver", "medical-director"),
        ),
        verdict=FAIL,
        headline="Breast mass triage must not ship: 1 of 6 blocking gates fails; 1 is overridden until"
        " 2027-01-31.",
        next_step="Fix what `abstain-gap` found, or change the system; then check again.",
        gates=(_recall(), _abstain(), _calibration(), _gap(), _zero(), _drift(), _sign(), _warns()),
        risks=(_missed(), _flagged(), _leak()),
        provenance=PROVENANCE,
        looks="Looks unknown: no kept ledger was named (--ledger or HOLDFAST_LEDGER), so nobody knows "
        "how often this bundle was looked at before.",
        warnings=("gate `drift` guards the stage canary and was not asked: the system is in evaluation",),
        lint=(
            _finding("HF103", "error", 120, "nothing shows that the control `double-reading` works"),
            _finding("HF114", "warning", 151, "`other scanners` has no test and no date"),
        ),
    )


def _finding(code: str, level: Level, line: int, message: str) -> Finding:
    return Finding(code, level, message, Place("holdfast.yaml", line, 3), "add `due: 2027-01-31`", "a title")


def _slice(label: str, k: int, n: int, half: float, verdict: Verdict | None, *, judged: bool = True) -> Slice:
    value = k / n
    return Slice(
        label=label,
        judged=judged,
        verdict=verdict,
        value=value,
        inner=(max(value - half, 0.0), min(value + half * 0.7, 1.0)),
        outer=(max(value - half * 1.35, 0.0), min(value + half, 1.0)),
        n=n,
        k=k,
        share=n / 212,
        needs=610 if verdict is OPEN else None,
        reason="the interval lies on both sides of 98 %" if verdict is OPEN else "",
        where=(("nuclei", label.rpartition(" = ")[2]),),
    )


def _recall() -> Gate:
    return Gate(
        id="recall",
        kind="metric",
        verdict=OPEN,
        blocking=True,
        requirement=">= 98%",
        headline="98.6 % [96.4, 99.6] of 212: the interval lies on both sides of 98 %; about 610 more.",
        metric="recall",
        describes="Of the malignant masses, the share that was flagged or handed to a doctor, not cleared.",
        data="eval",
        sign=">=",
        threshold=0.98,
        value=0.9858,
        interval=(0.9640, 0.9961),
        n=212,
        k=209,
        missing=3,
        needs=610,
        slices=(
            _slice("nuclei = large", 150, 150, 0.020, PASS),
            _slice("nuclei = middle", 53, 55, 0.055, OPEN),
            _slice("nuclei = small", 6, 7, 0.38, None, judged=False),
        ),
        risks=("missed-cancer",),
        look=3,
        tried=4,
        corrected=OPEN,
        evidence="ev-5d2a9b10c3",
        recorded=True,
        notes=("look 3 at this bundle: the interval holds at every look at once",),
        overrides=_overrides(),
    )


def _abstain() -> Gate:
    whole = Slice("all records", True, PASS, 0.0492, (0.0353, 0.0668), (0.0353, 0.0668), 569, 28, 1.0, None)
    return Gate(
        id="abstain-rate",
        kind="metric",
        verdict=PASS,
        blocking=True,
        requirement="<= 8%",
        headline="4.92 % [3.53, 6.68] of 569: the whole interval is within 8 %.",
        metric="abstain-rate",
        data="eval",
        sign="<=",
        threshold=0.08,
        value=0.0492,
        interval=(0.0353, 0.0668),
        n=569,
        k=28,
        slices=(whole,),
        look=1,
        evidence="ev-77aa01",
    )


def _calibration() -> Gate:
    bins = tuple(
        ReliabilityBin(score, rate, max(rate - half, 0.0), min(rate + half, 1.0), n)
        for score, rate, half, n in (
            (0.01, 0.004, 0.012, 210),
            (0.08, 0.10, 0.07, 60),
            (0.31, 0.24, 0.15, 28),
            (0.55, 0.63, 0.17, 24),
            (0.83, 0.79, 0.12, 40),
            (0.99, 0.995, 0.02, 207),
        )
    )
    return Gate(
        id="calibration",
        kind="metric",
        verdict=OPEN,
        blocking=True,
        requirement="<= 2%",
        headline="1.4 % [0, 3.1] of 569: the interval lies on both sides of 2 %.",
        metric="calibration",
        data="eval",
        sign="<=",
        threshold=0.02,
        value=0.014,
        interval=(0.0, 0.031),
        n=569,
        needs=900,
        slices=(
            Slice("nuclei = large", True, PASS, 0.006, (0.0, 0.0175), (0.0, 0.019), 190, None, 0.334, None),
            Slice(
                "nuclei = middle",
                True,
                OPEN,
                0.017,
                (0.002, 0.034),
                (0.0, 0.039),
                189,
                None,
                0.332,
                900,
                "too few",
            ),
            Slice("nuclei = small", True, PASS, 0.004, (0.0, 0.0165), (0.0, 0.0189), 190, None, 0.334, None),
        ),
        figures=(("plain ECE", 0.0241), ("expected by chance", 0.0107), ("p-value", 0.0412)),
        reliability=(
            Reliability("nuclei = large", bins),
            Reliability("nuclei = middle", bins[2:]),
            Reliability(
                "nuclei = small",
                tuple(
                    replace(b, score=b.score / 9, rate=b.rate / 9, low=b.low / 9, high=b.high / 9)
                    for b in bins
                ),
            ),
        ),
    )


def _gap() -> Gate:
    group = Slice("", True, None, 0.0, None, None, 0, None, None, None, group=True)
    return Gate(
        id="abstain-gap",
        kind="metric",
        verdict=FAIL,
        blocking=True,
        requirement="<= 5%",
        headline="11.6 % [6.9, 16.8] between middle and large nuclei: the whole interval is beyond 5 %.",
        metric="abstain-gap",
        describes="How much oftener patients of one group wait for a person than those of another.",
        data="eval",
        sign="<=",
        threshold=0.05,
        value=0.116,
        interval=(0.069, 0.168),
        n=569,
        slices=tuple(
            replace(group, label=label, value=k / n, outer=ends, n=n, k=k, share=n / 569)
            for label, k, n, ends in (
                ("nuclei = large", 2, 190, (0.002, 0.033)),
                ("nuclei = middle", 24, 189, (0.09, 0.17)),
                ("nuclei = small", 2, 190, (0.002, 0.033)),
            )
        ),
    )


def _zero() -> Gate:
    return Gate(
        id="rule-kept",
        kind="zero tolerance",
        verdict=PASS,
        blocking=True,
        requirement="no hit in 500 trials",
        headline="No hit in 569 trials; the true rate is at most 0.53 %.",
        metric="rule-broken",
        data="eval",
        value=0.0,
        interval=(0.0, 0.00525),
        n=569,
        k=0,
        risks=("missed-cancer",),
    )


def _drift() -> Gate:
    shares = (
        (0.1, 0.07),
        (0.1, 0.09),
        (0.1, 0.1),
        (0.1, 0.11),
        (0.1, 0.12),
        (0.1, 0.13),
        (0.1, 0.13),
        (0.1, 0.11),
        (0.1, 0.08),
        (0.1, 0.06),
    )
    bars = tuple(
        DriftBar(f"{i * 3:.1f} to {i * 3 + 3:.1f}", then, now) for i, (then, now) in enumerate(shares, 2)
    )
    return Gate(
        id="intake-drift",
        kind="metric",
        verdict=PASS,
        blocking=False,
        requirement="<= 0.25",
        headline="PSI 0.068 [0.021, 0.141] of 189: the whole interval is within 0.25.",
        unit="number",
        metric="intake-drift",
        data="later",
        sign="<=",
        threshold=0.25,
        value=0.068,
        interval=(0.021, 0.141),
        n=189,
        figures=(("expected without drift", 0.0712), ("p-value", 0.44)),
        drift=(DriftPicture("all records", bars),),
        notes=("n is small: without any drift a PSI of 0.071 is expected",),
    )


def _sign() -> Gate:
    return Gate(
        id="sign-off",
        kind="sign",
        verdict=OPEN,
        blocking=True,
        requirement="signed by clinical-safety, privacy, medical-director",
        headline="2 of 3 signatures are missing: privacy (withdrawn on 2026-11-20), medical-director; "
        "signed by clinical-safety",
        signatures=(
            Signed("clinical-safety", "u-31", PROVENANCE.decided_at, 1204, "read all 40 misses"),
            Signed("privacy", command="holdfast gate sign sign-off --as privacy"),
            Signed("medical-director", command="holdfast gate sign sign-off --as medical-director"),
        ),
    )


def _overrides() -> tuple[Override, ...]:
    at = PROVENANCE.decided_at
    return (
        Override(
            "1f0c2d3e4b5a",
            "in force",
            "the pilot ward reads every cleared case a second time until more patients are in",
            date(2027, 1, 31),
            "u-7",
            at,
            (("medical-director", "u-2", at), ("clinical-safety", "u-31", at)),
        ),
        Override(
            "77aa01b2c3d4",
            "asked",
            "two more weeks",
            date(2027, 2, 14),
            "u-7",
            at,
            (("medical-director", "u-2", at),),
            waits_for="`clinical-safety`",
            command="holdfast gate override --approve 77aa01b2c3d4 --as clinical-safety",
        ),
        Override("0badcafe0000", "expired", "the first weeks", date(2026, 10, 31), "u-7", at),
    )


def _warns() -> Gate:
    return Gate(
        id="recall-alone",
        kind="metric",
        verdict=FAIL,
        blocking=False,
        requirement=">= 98%",
        headline="92.9 % [88.6, 96.0] of 212: the whole interval is below 98 %.",
        metric="recall-alone",
        data="eval",
        sign=">=",
        threshold=0.98,
        value=0.929,
        interval=(0.886, 0.960),
        n=212,
        k=197,
        judged_by="point",
    )


def _missed() -> Risk:
    return Risk(
        id="missed-cancer",
        harm="A malignant mass is cleared and the patient goes home untreated",
        category="safety",
        owner="triage-ml",
        stakeholders=("patients", "families", "the clinic"),
        severity=5,
        likelihood=3,
        residual=(5, 1),
        residual_because="a cleared patient is seen again within six months",
        accepted_by="quality-board",
        accepted_until="2027-05-31",
        prevent=("high-recall threshold", "abstention"),
        detect=("weekly calibration check", "second reading of one in fifty cleared"),
        respond=("rollback", "call back every patient cleared since"),
        gates=(("recall", OPEN), ("rule-kept", PASS)),
    )


def _flagged() -> Risk:
    return Risk(
        id="needless-flag",
        harm="A benign mass is flagged: a needless biopsy and a week of fear",
        category="safety",
        owner="triage-ml",
        stakeholders=("patients",),
        severity=3,
        likelihood=4,
        residual=None,
        residual_because="",
        accepted_by=None,
        accepted_until=None,
        prevent=("threshold chosen in training folds",),
        detect=(),
        respond=("same-day second reading",),
        gates=(("abstain-rate", PASS), ("false-alarms", None)),
    )


def _leak() -> Risk:
    return Risk(
        id="slow-group",
        harm="Patients with middle-sized nuclei wait longer than others",
        category="bias",
        owner="",
        stakeholders=(),
        severity=2,
        likelihood=2,
        residual=(2, 2),
        residual_because="they are seen the same day",
        accepted_by=None,
        accepted_until=None,
        prevent=(),
        detect=(),
        respond=(),
        gates=(),
    )
