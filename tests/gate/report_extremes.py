"""The ordinary report driven to its ends: large, hostile, and with nothing known."""

from __future__ import annotations

import math
from dataclasses import replace

from holdfast.gate.views.context import DataUsed, DriftPicture, Gate, Reliability, Report, Slice
from holdfast.kernel.errors import Place
from holdfast.kernel.verdict import Verdict
from holdfast.web.ci.finding import Finding

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
MARKUP = "a|b `c` *d* _e_ [f](javascript:alert(3)) <b>g</b>\n# h\n| i |"
ARABIC = "لغة الدعم: العربية"
LONG = "overall-recall-on-the-critical-class-for-every-clinic-and-every-scanner-in-the-programme"
PASS, OPEN, FAIL = Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL


def _tenant(gate: int, number: int) -> Slice:
    value, half = (0.999, 0.995, 0.94, 0.975)[(gate + number) % 4], 0.003 * (1 + number % 6)
    outer = (value - 1.4 * half, min(value + 1.4 * half, 1.0))
    verdict = FAIL if outer[1] < 0.98 else PASS if value - half >= 0.98 else OPEN
    judged = number % 7 != 6
    return Slice(
        label=f"{ARABIC}, tenant = {LONG if number == 3 else f'north-{number}'}",
        judged=judged,
        verdict=verdict if judged else None,
        value=value,
        inner=(value - half, min(value + half, 1.0)),
        outer=outer,
        n=2000 + number,
        k=round(value * 2000),
        share=0.05 - number / 1000,
        needs=610 if verdict is OPEN and judged else None,
        reason="the interval lies on both sides of 98 %" if verdict is OPEN and judged else "",
    )


def large(base: Report) -> Report:
    """Return a report with 60 gates of 20 slices and 60 risks, long names and several scripts."""
    gates = []
    for i in range(60):
        kind = base.gates[i % len(base.gates)]
        slices = tuple(_tenant(i, j) for j in range(20))
        gates.append(
            replace(
                kind,
                id=f"{LONG}-{i}" if i % 9 == 4 else f"{kind.id}-{i}",
                slices=slices if kind.kind == "metric" and kind.metric != "abstain-gap" else kind.slices,
                n=41_207_331 * (i + 1),
                headline=kind.headline + (" " + ARABIC if i % 5 == 0 else ""),
            )
        )
    risks = tuple(
        replace(
            base.risks[i % 3],
            id=f"risk-{i}-{LONG if i % 11 == 5 else 'short'}",
            severity=i % 5 + 1,
            likelihood=(i * 7) % 5 + 1,
            harm=f"{ARABIC}; 日本語の文章; " + base.risks[i % 3].harm,
        )
        for i in range(60)
    )
    return replace(
        base,
        name=f"{LONG} {ARABIC}",
        gates=tuple(gates),
        risks=risks,
        warnings=base.warnings * 9,
        lint=base.lint * 40,
    )


def hostile(base: Report, text: str = HOSTILE) -> Report:
    """Return the ordinary report with a text put into every field that a person or a plan can write."""
    gates = tuple(
        replace(
            gate,
            id=f"{text}{i}",
            requirement=text,
            headline=text,
            metric=text,
            describes=text,
            data=text,
            stage=text,
            evidence=text,
            notes=(text,),
            signatures=tuple(
                replace(each, role=text, actor=each.actor and text, because=text, command=text)
                for each in gate.signatures
            ),
            overrides=tuple(
                replace(
                    each,
                    id=text,
                    because=text,
                    requested_by=text,
                    approved=((text, text, each.requested_at),),
                    waits_for=text,
                    command=text,
                    why=text,
                )
                for each in gate.overrides
            ),
            risks=(text,),
            figures=((text, 0.1),),
            slices=tuple(
                replace(part, label=text, reason=text, where=((text, text),)) for part in gate.slices
            ),
            reliability=tuple(replace(picture, label=text) for picture in gate.reliability),
            drift=tuple(
                replace(picture, label=text, bars=tuple(replace(bar, label=text) for bar in picture.bars))
                for picture in gate.drift
            ),
        )
        for i, gate in enumerate(base.gates)
    )
    risks = tuple(
        replace(
            risk,
            id=text,
            harm=text,
            category=text,
            owner=text,
            stakeholders=(text,),
            residual_because=text,
            accepted_by=text,
            accepted_until=text,
            prevent=(text,),
            detect=(text,),
            respond=(text,),
            gates=((text, PASS), (text, None)),
        )
        for risk in base.risks
    )
    made = replace(
        base.provenance,
        plan_digest=text,
        plan_files=(text,),
        bundle=text,
        actor=text,
        ledger=text,
        ledger_head=text,
        tools=((text, text),),
        data=(DataUsed(text, text, text, 1, ((text, text),), text),),
    )
    return Report(
        system=text,
        name=text,
        purpose=text,
        stage=text,
        owners=((text, text),),
        verdict=FAIL,
        headline=text,
        next_step=text,
        gates=gates,
        risks=risks,
        provenance=made,
        looks=text,
        warnings=(text,),
        lint=(Finding("HF103", "error", text, Place(text, 3, 4, text, 9), text, text),),
    )


def unknown(base: Report) -> Report:
    """Return a report in which every figure that may be None is None, and some are not numbers or endless."""
    bare = Gate("bare", "metric", OPEN, True, ">= 98%", "Nothing was measured.")
    nothing = Slice("all records", True, OPEN, None, None, None, 0, None, None, None, "no records")
    return replace(
        base,
        gates=(
            bare,
            replace(bare, id="no-records", sign=">=", threshold=0.98, slices=(nothing,)),
            replace(
                bare,
                id="not-a-number",
                sign=">=",
                threshold=0.98,
                value=math.nan,
                interval=(math.nan, math.nan),
            ),
            replace(
                bare,
                id="endless",
                unit="number",
                sign="<=",
                threshold=3.0,
                value=2.0,
                interval=(-math.inf, math.inf),
                n=2,
                slices=(
                    replace(nothing, value=2.0, inner=(-math.inf, 3.5), outer=(-math.inf, math.inf), n=2),
                ),
            ),
            replace(bare, id="one-point", sign="<=", threshold=0.0, value=0.0, interval=(0.0, 0.0), n=1),
            replace(
                bare,
                id="empty-pictures",
                reliability=(Reliability("all", ()),),
                drift=(DriftPicture("all", ()),),
            ),
        ),
    )
