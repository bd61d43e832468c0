"""One thing that a check or a lint found, independent of who is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import Place

Level: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes
    ----------
    code : str
        Lint code (`HF103`), or `gate/<id>` for a gate that does not pass.
    level : str
        `error` blocks a release, `warning` does not, `note` is for information.
    message : str
        What is wrong, one sentence.
    place : Place or None
        Where in the plan's files, as the user gave them; None where there is none.
    fix : str
        What to do; empty where nobody knows.
    title : str
        The code's meaning in a few words: the rule's name in SARIF, the annotation's title.
    """

    code: str
    level: Level
    message: str
    place: Place | None = None
    fix: str = ""
    title: str = ""


def as_json(finding: Finding) -> dict[str, Json]:
    """Return a finding as JSON; a place, a line or a column that is not known is null."""
    place = finding.place
    return {
        "code": finding.code,
        "level": finding.level,
        "title": finding.title,
        "message": finding.message,
        "file": place.file if place is not None else None,
        "line": (place.line or None) if place is not None else None,
        "column": (place.column or None) if place is not None else None,
        "fix": finding.fix,
    }
