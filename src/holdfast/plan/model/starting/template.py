"""A plan's first text: a template's base with a part for each category of harm, comments and all."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from holdfast.plan.commands import ChosenRisk, Subject
from holdfast.plan.model.starting.sample import sample_csv

FOLDER = Path(__file__).parents[2] / "templates" / "init"
CATEGORIES = ("safety", "bias", "privacy", "security", "misinformation", "ip", "legal", "reputation")
ACCEPTED_FOR = timedelta(days=180)
FOUND_OUT_WITHIN = timedelta(days=60)
PLAN, RUNBOOK, DATA, SAMPLE = (
    "holdfast.yaml",
    "runbooks/stop-harm.yaml",
    "data/eval.csv",
    "data/sample-eval.csv",
)
YOURS = "# yours:"
"""How a comment begins that marks what only the user can know."""
_SECTION = re.compile(r"^([a-z_]+):(.*)$")


@dataclass(frozen=True)
class Template:
    """A kind of system to start from.

    Attributes
    ----------
    name : str
        As `--template` takes it.
    means : str
        What it is for, in a line.
    purpose : str
        The purpose that is suggested.
    categories : tuple of str
        The categories of harm that are chosen unless somebody says otherwise.
    responds : str
        Names of the controls with which its base responds, as they stand in a list.
    """

    name: str
    means: str
    purpose: str
    categories: tuple[str, ...]
    responds: str


TEMPLATES: tuple[Template, ...] = (
    Template(
        "assistant",
        "answers, drafts or acts with a language model, perhaps with tools",
        "Answers customers' questions from the help pages and opens tickets and refunds.",
        ("safety", "privacy", "security", "misinformation"),
        "kill-switch, rollback",
    ),
    Template(
        "classifier",
        "scores cases and decides, or hands them to a person",
        "Scores incoming cases, flags those that need action, and hands the unsure ones to a person.",
        ("safety", "bias", "legal"),
        "human-takeover, rollback",
    ),
    Template(
        "ranking",
        "orders what people see: search, feeds, recommendations",
        "Orders the items that visitors see in search and on their start page.",
        ("safety", "bias", "security"),
        "fallback-answer, rollback",
    ),
    Template(
        "minimal",
        "the least that decides a release: a risk with its controls and a gate",
        "Answers customers' questions.",
        ("safety",),
        "kill-switch",
    ),
)


@dataclass(frozen=True)
class SuggestedRisk:
    """What a template says of a category of harm."""

    harm: str
    stakeholders: tuple[str, ...]
    severity: int
    likelihood: int


def template(name: str) -> Template:
    """Return a template by its name."""
    return next(known for known in TEMPLATES if known.name == name)


def suggested(name: str, category: str) -> SuggestedRisk:
    """Return the risk that a template starts a category of harm with."""
    lines = _part(name, category)["risks"]
    told = {
        key: value
        for line in lines
        if (found := re.match(r"    (\w+): (.*)$", line))
        for key, value in [found.groups()]
    }
    return SuggestedRisk(
        told["harm"],
        tuple(item.strip() for item in told["stakeholders"].strip("[]").split(",")),
        int(told["severity"]),
        int(told["likelihood"]),
    )


def groups_of(name: str) -> frozenset[str]:
    """Return the names of groups that a template uses itself: no owner or approver may be called so."""
    lines = _sections(_read(name, "base.yaml"))["people"]
    found = (re.match(r"  ([a-z][\w-]*):", line) for line in lines)
    return frozenset(match[1] for match in found if match)


def plan_text(name: str, subject: Subject, today: date, *, sample: bool) -> str:
    """Return the text of a plan: every section of the base with what each chosen risk adds to it."""
    sections = _sections(_read(name, "base.yaml"))
    for risk in subject.risks:
        for section, lines in _part(name, risk.category).items():
            if sections[section] and section in {"risks", "indicators"} and _body(sections[section]):
                sections[section].append("")
            sections[section] += [_edited(line, risk) for line in lines] if section == "risks" else lines
    kept = ["\n".join(lines).rstrip() for section, lines in sections.items() if section == "" or _body(lines)]
    values = _values(name, subject, today, sample=sample, sections=sections)
    return re.sub(r"__[A-Z]+(?:_[A-Z]+)?__", lambda found: values[found[0]], "\n\n".join(kept) + "\n")


def runbook_text(subject: Subject) -> str:
    """Return the text of the runbook that every template names."""
    return _read("common", "stop-harm.yaml").replace("__OWNER__", subject.owner)


def sample_text(name: str) -> str:
    """Return made-up records for a template, as CSV."""
    return sample_csv(_sample(name))


@cache
def _sample(name: str) -> Mapping[str, Any]:
    return tomllib.loads(_read(name, "sample.toml"))


def _values(
    name: str, subject: Subject, today: date, *, sample: bool, sections: Mapping[str, list[str]]
) -> dict[str, str]:
    ids = [found[1] for line in sections["risks"] if (found := re.match(r"  - id: (.*)$", line))]
    described = (
        _sample(name)["describes"] if sample else "the evaluation set of the version that is to be released"
    )
    return {
        "__SYSTEM__": subject.system,
        "__NAME__": _quoted(subject.name),
        "__PURPOSE__": _quoted(subject.purpose),
        "__OWNER__": subject.owner,
        "__APPROVER__": subject.approver,
        "__RESPOND__": template(name).responds,
        "__TODAY__": today.isoformat(),
        "__UNTIL__": (today + ACCEPTED_FOR).isoformat(),
        "__DUE__": (today + FOUND_OUT_WITHIN).isoformat(),
        "__EVAL__": SAMPLE if sample else DATA,
        "__EVAL_WORDS__": _quoted(described),
        "__RISKS__": ", ".join(ids),
    }


def _edited(line: str, risk: ChosenRisk) -> str:
    """Put what the user said of a risk in the place of what the template says."""
    said = {
        "harm": None if risk.harm is None else _quoted(risk.harm),
        "stakeholders": None
        if risk.stakeholders is None
        else f"[{', '.join(_quoted(who) for who in risk.stakeholders)}]",
        "severity": risk.severity,
        "likelihood": risk.likelihood,
    }
    for key, value in said.items():
        if value is not None and line.startswith(f"    {key}: "):
            return f"    {key}: {value}"
    stays = re.fullmatch(
        r"      (severity|likelihood): (\d)", line
    )  # the residual: never above the risk itself
    above = getattr(risk, stays[1]) if stays else None
    return f"      {stays[1]}: {min(int(stays[2]), above)}" if stays and above is not None else line


def _quoted(text: str) -> str:
    """Return text as a YAML scalar: plain where that reads the same, else in double quotes."""
    if re.fullmatch(r"[A-Za-z][\w .()/'-]*[\w.)]", text) and text.casefold() not in {
        "true",
        "false",
        "null",
        "yes",
        "no",
    }:
        return text
    return json.dumps(text, ensure_ascii=False)


def _part(name: str, category: str) -> dict[str, list[str]]:
    own = FOLDER / name / f"{category}.yaml"
    return _sections(_read(name if own.exists() else "common", f"{category}.yaml"), bodies=True)


def _sections(text: str, *, bodies: bool = False) -> dict[str, list[str]]:
    """Return a file's lines by section, what comes before the first one under an empty name."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in text.splitlines():
        head = _SECTION.match(line)
        if head is not None and line != "holdfast: 1":
            section = head[1]
            found.setdefault(section, [] if bodies else [line])
            continue
        found.setdefault(section, []).append(line)
    return {name: _trimmed(lines) for name, lines in found.items()}


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _body(lines: list[str]) -> bool:
    """Return whether a section says anything beyond its name."""
    head = lines[0].split("#")[0].strip()
    return not head.endswith(":") or any(
        line.strip() and not line.lstrip().startswith("#") for line in lines[1:]
    )


@cache
def _read(folder: str, file: str) -> str:
    return (FOLDER / folder / file).read_text("utf-8")
