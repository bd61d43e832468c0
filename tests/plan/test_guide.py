"""The guide's blocks are a plan."""

from __future__ import annotations

import re
from pathlib import Path

from holdfast.plan.model.document import parse_document
from holdfast.plan.model.loading import load

GUIDE = (Path(__file__).parents[2] / "docs" / "plan.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_blocks_of_the_guide_together_are_one_plan() -> None:
    plan = load(
        [parse_document(block, f"block-{n}.yaml") for n, block in enumerate(BLOCKS, start=1)], Path()
    ).plan
    assert [gate.id for gate in plan.gates] == ["toxicity", "no-exfiltration", "parity", "sign-off"]
    assert plan.risks[0].score == 12


def test_every_block_with_keys_is_marked_as_yaml() -> None:
    assert len(BLOCKS) == GUIDE.count("```") // 2
