"""Plans to look at and to test with: empty, ordinary, large, hostile."""

from __future__ import annotations

import random
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("prevent", "detect", "respond")
EMPTY = "holdfast: 1\nsystem: {id: idea, name: A new idea}\n"
ORDINARY = (Path(__file__).parent / "support-assistant.yaml").read_text("utf-8")
HOSTILE = """\
holdfast: 1
system:
  id: hostile
  name: "<script>alert('name')</script>"
  purpose: "</title><img src=x onerror=alert('purpose')>"
  users: ["<b>users</b>"]
risks:
  - id: r
    harm: "<script>alert('harm')</script> {{ 7 * 7 }} </style></svg> & \\u202fوقع خطأ"
    stakeholders: ["<i>all</i>"]
    severity: 5
    likelihood: 5
    maps_to: ["<script>alert('maps')</script>"]
    unknowns: [{what: "<u>unknown</u>"}]
    residual: {severity: 1, likelihood: 1, because: "<s>because</s>"}
claims:
  - id: c
    claim: "</text></svg><script>alert('claim')</script>"
    because: "<script>alert('because')</script>"
    risks: [r]
    assumes: [{what: "<script>alert('assumes')</script>"}]
  - {id: long, claim: "LONG", evidence: [attest/NAME]}
tolerance: [{id: t, statement: "<script>alert('tolerance')</script>", risks: [r]}]
""".replace("LONG", "unbreakable" * 40).replace("NAME", "x" * 70)


def large(risks: int = 60) -> str:
    """Return a plan with many of everything, and with gaps."""
    chance = random.Random(3)
    lines = ["holdfast: 1", "system: {id: big, name: A bank's assistant, purpose: Answers}", "people:"]
    lines += [f"  g{i}: {{{'route: mail' if i % 3 else ''}}}" for i in range(12)]
    lines += ["routes: {mail: {smtp: a@corp.example}}", "data: {eval: {csv: e.csv}, live: {records: big}}"]
    lines += ['metrics: {wrong: {kind: rate, hit: "wrong"}}', "gates:"]
    lines += [
        f'  - {{id: gate-number-{i}, metric: wrong, data: eval, require: "<= {1 + i % 5}%"}}'
        for i in range(25)
    ]
    lines.append("indicators:")
    lines += [
        f"  - {{id: indicator-{i}, watch: {{metric: wrong, data: live, window: {i + 1}h, above: 1%}},"
        f" act: [{{page: g{i % 12}}}]}}"
        for i in range(20)
    ]
    lines.append("controls:")
    lines += [
        f"  control-with-a-long-name-{i}: {{layer: {LAYERS[i % 3]}, owner: g{i % 12},"
        f" evidence: [gate-number-{i % 25}]}}"
        for i in range(90)
    ]
    lines.append("claims:")
    lines += [
        f"  - {{id: c{i}, claim: Failure {i} does not reach customers before somebody has seen it,"
        f" risks: [risk-{i}], evidence: [{', '.join(f'gate-number-{i + j}' for j in range(i % 7))}],"
        f" assumes: [{{what: people look at what is shown to them, watched_by: wrong}}]}}"
        for i in range(12)
    ]
    lines.append("risks:")
    for i in range(risks):
        held = {
            layer: chance.sample([k for k in range(90) if k % 3 == n], chance.choice([0, 1, 1, 2, 3]))
            for n, layer in enumerate(LAYERS)
        }
        controls = ", ".join(
            f"{layer}: [{', '.join(f'control-with-a-long-name-{k}' for k in found)}]"
            for layer, found in held.items()
        )
        lines.append(
            f"  - {{id: risk-{i}, harm: A customer who asks is told something that is not so and pays for"
            f" it number {i}, severity: {chance.randint(1, 5)}, likelihood: {chance.randint(1, 5)},"
            f" owner: g{i % 12}, controls: {{{controls}}}, gates: [gate-number-{i % 25}],"
            f" indicators: [indicator-{i % 20}]}}"
        )
    return "\n".join(lines) + "\n"


PLANS = {"empty": EMPTY, "ordinary": ORDINARY, "hostile": HOSTILE, "large": large()}
