"""The ordinary report driven to its ends: large, hostile, and with nothing known."""

from __future__ import annotations

import math
from dataclasses import replace

from report_contexts import ARABIC, FAIL, HOSTILE, LONG, OPEN, PASS, normal, slice_of

from holdfast.gate.views.context import DataUsed, DriftPicture, Gate, Reliability, Report, Slice


def large() -> Report:
    """Return a report with 60 gates of 20 slices and 60 risks, long names and several scripts."""
    base = normal()
    verdicts = (PASS, PASS, FAIL, OPEN)
    gates = []
    for i in range(60):
        kind = base.gates[i % len(base.gates)]
        slices = tuple(
            slice_of(
                f"{ARABIC}, tenant = {LONG if j == 3 else 'north-' + str(j)}",
                190 + j % 9,
                200,
                0.01 * (1 + j % 6),
                verdicts[(i + j) % 4],
                judged=j % 7 != 6,
            )
            for j in range(20)
        )
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
    return replace(base, name=f"{LONG} {ARABIC}", gates=tuple(gates), risks=risks, warnings=base.warnings * 9)


def hostile(text: str = HOSTILE) -> Report:
    """Return the ordinary report with a text put into every field that a person or a plan can write."""
    base = normal()
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
    )


def unknown() -> Report:
    """Return a report in which every figure that may be None is None, and some are not numbers or endless."""
    base = normal()
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
