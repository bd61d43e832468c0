"""SARIF 2.1.0 (OASIS, 2020), as code scanning of GitHub, GitLab and Azure and as editors read it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import Place
from holdfast.web.ci.finding import Finding
from holdfast.web.ci.texts import clean, fingerprints, path_from, repository, told

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")


def sarif(
    findings: Sequence[Finding],
    tool_version: str,
    *,
    root: Path | None = None,
    explained: Mapping[str, str] | None = None,
) -> dict[str, Json]:
    """Return findings as one SARIF run.

    Parameters
    ----------
    findings : sequence of Finding
    tool_version : str
        Holdfast's.
    root : Path or None
        What paths start at; None for the repository around the working folder.
    explained : mapping from code to text, or None
        What a rule is about, longer than its title; for codes that are not there, the title.
    """
    start = root or repository()
    firsts: dict[str, Finding] = {}
    for finding in findings:
        firsts.setdefault(finding.code, finding)
    places = {code: place for place, code in enumerate(firsts)}
    rules: list[Json] = [_rule(finding, (explained or {}).get(code, "")) for code, finding in firsts.items()]
    results: list[Json] = [
        _result(finding, places[finding.code], print_, start)
        for finding, print_ in zip(findings, fingerprints(findings, start), strict=True)
    ]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "Holdfast", "version": clean(tool_version), "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def is_sarif(text: str) -> bool:
    """Return whether a text is a SARIF log, by its schema; a ValueError is left to the caller: no JSON.

    Examples
    --------
    >>> is_sarif('{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": []}'), is_sarif("{}")
    (True, False)
    """
    log = json.loads(text)
    return isinstance(log, dict) and "sarif" in str(log.get("$schema", "")) and "runs" in log


def _rule(first: Finding, explanation: str) -> dict[str, Json]:
    title = clean(first.title or first.code)
    text: dict[str, Json] = {"text": clean(explanation or title)}
    return {
        "id": clean(first.code),
        "shortDescription": {"text": title},
        "fullDescription": text,
        "help": text,
        "defaultConfiguration": {"level": first.level},
    }


def _result(finding: Finding, rule: int, fingerprint: str, root: Path) -> dict[str, Json]:
    result: dict[str, Json] = {
        "ruleId": clean(finding.code),
        "ruleIndex": rule,
        "level": finding.level,
        # square brackets before round ones would be a link
        "message": {"text": _LINK.sub(r"\\[", told(finding))},
        "partialFingerprints": {"holdfast/v1": fingerprint},
    }
    if finding.place is not None:
        uri = quote(
            path_from(root, finding.place.file).encode("utf-8", "surrogateescape"), safe="/@!$&'()*+,;=~"
        )
        physical: dict[str, Json] = {"artifactLocation": {"uri": uri}, "region": _region(finding.place)}
        result["locations"] = [{"physicalLocation": physical}]
    return result


def _region(place: Place) -> dict[str, Json]:
    """Return where it is, counted from 1; a file as a whole is shown at its first line, as GitHub asks."""
    region: dict[str, Json] = {"startLine": max(1, place.line)}
    if place.line and place.column:
        region["startColumn"] = place.column
        region["endColumn"] = place.column + max(1, place.width)
    return region
