"""GitLab's code quality report: a list that merge requests show and compare with the target branch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from holdfast.kernel.canonical import Json
from holdfast.web.ci.finding import Finding
from holdfast.web.ci.texts import clean, fingerprints, path_from, repository, told

SEVERITIES = {"error": "critical", "warning": "minor", "note": "info"}


def code_quality(findings: Sequence[Finding], *, root: Path | None = None) -> list[Json]:
    """Return findings as GitLab compares them between runs; one without a place is shown at the repository.

    Examples
    --------
    >>> report = code_quality([Finding("HF102", "error", "no detection")])
    >>> report[0]["severity"], report[0]["location"]
    ('critical', {'path': '.', 'lines': {'begin': 1}})
    """
    start = root or repository()
    return [
        {
            "description": told(finding),
            "check_name": clean(finding.code),
            "fingerprint": fingerprint,
            "severity": SEVERITIES[finding.level],
            "location": {
                "path": clean(path_from(start, finding.place.file)) if finding.place is not None else ".",
                "lines": {"begin": max(1, finding.place.line) if finding.place is not None else 1},
            },
        }
        for finding, fingerprint in zip(findings, fingerprints(findings, start), strict=True)
    ]


def is_code_quality(text: str) -> bool:
    """Return whether a text is a code quality report; a ValueError is left to the caller: no JSON.

    Examples
    --------
    >>> is_code_quality('[{"fingerprint": "a", "location": {}}]'), is_code_quality("[1]")
    (True, False)
    """
    report = json.loads(text)
    known = {"fingerprint", "location"}
    return isinstance(report, list) and all(
        isinstance(entry, dict) and known <= set(entry) for entry in report
    )
