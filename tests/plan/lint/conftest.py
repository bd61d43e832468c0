"""A small plan in which lint finds nothing, and ways to put fragments of plans into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.plan.model.document import parse_document
from holdfast.plan.model.lint.running import Linted, lint
from holdfast.plan.model.lint.subject import Data, Subject
from holdfast.plan.model.loading import load
from holdfast.plan.model.standing import Standing

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
FRAME: dict[str, dict[str, str]] = {
    "system": {
        "id": "assistant",
        "name": "Assistant",
        "owners": "{accountable: support-ml, approver: product}",
    },
    "people": {"support-ml": "{route: chat}", "product": "{route: mail}"},
    "authority": {"accept_residual": "{below_12: product, from_12: product}"},
    "routes": {"chat": "{slack: $CHAT}", "mail": "{smtp: product@corp.example}"},
    "data": {"eval": "{parquet: eval.parquet}", "live": "{records: assistant}"},
    "metrics": {"toxicity": '{kind: rate, hit: "toxicity >= 0.8"}'},
    "controls": {
        "output-filter": "{layer: prevent, owner: support-ml, evidence: [toxicity]}",
        "complaints": "{layer: detect, owner: support-ml, evidence: [toxicity]}",
        "rollback": "{layer: respond, owner: support-ml, rehearsed_within: 90d}",
    },
    "gates": {},
    "levers": {"bundle": "{kind: bundle, safe: last-good}"},
    "safe_mode": {"bundle": "safe"},
}
GATE = '  - {id: toxicity, metric: toxicity, data: eval, require: "<= 1%"}'


def framed(fragment: str) -> str:
    """Return a whole plan: what the fragment says, and what the frame says of all else."""
    said = {
        found[1]: found[2].rstrip("\n")
        for found in re.finditer(r"^(\w+):(.*?)(?=^\w|\Z)", fragment, re.MULTILINE | re.DOTALL)
    }
    text = "holdfast: 1\n"
    levers = "levers" in said
    for section, entries in FRAME.items():
        if section == "safe_mode" and levers and "safe_mode" not in said:
            continue
        own = said.pop(section, "")
        lines = [
            f"  {key}: {value}"
            for key, value in entries.items()
            if not re.search(rf"^  {re.escape(key)}:", own, re.MULTILINE)
            and not (section in {"levers", "safe_mode"} and own)
        ]
        if section == "gates" and "id: toxicity," not in own:
            lines.append(GATE)
        if own.strip().startswith("{"):
            text += f"{section}:{own}\n"
        elif own or lines:
            text += f"{section}:{own}\n" + "\n".join(lines) + "\n"
    return text + "".join(f"{section}:{own}\n" for section, own in said.items())


@pytest.fixture
def linted() -> Callable[..., Linted]:
    """Lint a whole plan's text on 21 November 2026."""

    def run(text: str, standing: Standing | None = None, data: Data | None = None) -> Linted:
        loaded = load([parse_document(text, "holdfast.yaml")], Path())
        return lint(Subject(loaded, NOW, standing or Standing(), data))

    return run


@pytest.fixture
def found(linted: Callable[..., Linted]) -> Callable[..., list[str]]:
    """Return the codes that lint finds in a fragment, put into the frame."""

    def run(fragment: str, standing: Standing | None = None, data: Data | None = None) -> list[str]:
        return [each.code for each in linted(framed(fragment), standing, data).findings]

    return run


@pytest.fixture
def finding(linted: Callable[..., Linted]) -> Callable[..., str]:
    """Return the only finding in a fragment, as `code line: message | fix`."""

    def run(fragment: str, standing: Standing | None = None, data: Data | None = None) -> str:
        text = framed(fragment)
        [only] = linted(text, standing, data).findings
        return f"{only.code} `{only.place.text.strip()}`: {only.message} | {only.fix}"

    return run
