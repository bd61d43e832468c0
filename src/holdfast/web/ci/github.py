"""Annotations as GitHub Actions takes them: workflow commands on standard output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from holdfast.web.ci.finding import Finding
from holdfast.web.ci.texts import clean, path_from, repository, told

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
LONGEST_TITLE = 200


def workflow_commands(findings: Sequence[Finding], *, root: Path | None = None) -> str:
    """Return one workflow command a line, ending with a line end; empty for no findings.

    GitHub shows the first ten errors and the first ten warnings of a step beside the code, all of them in the
    log.

    Examples
    --------
    >>> print(workflow_commands([Finding("gate/toxicity", "error", "3 % of 100", title="fails")]), end="")
    ::error title=gate/toxicity%3A fails::3 %25 of 100
    """
    start = root or repository()
    return "".join(f"{_command(finding, start)}\n" for finding in findings)


def _command(finding: Finding, root: Path) -> str:
    properties: dict[str, str] = {}
    place = finding.place
    if place is not None:
        properties["file"] = path_from(root, place.file)
        if place.line:
            properties["line"] = str(place.line)
            if place.column:
                properties["col"] = str(place.column)
                properties["endColumn"] = str(place.column + max(1, place.width))
    properties["title"] = f"{finding.code}: {finding.title}" if finding.title else finding.code
    said = ",".join(f"{name}={_property(clean(value, LONGEST_TITLE))}" for name, value in properties.items())
    return f"::{COMMANDS[finding.level]} {said}::{_data(told(finding))}"


def _data(text: str) -> str:
    r"""Return a message as the runner unescapes it.

    Examples
    --------
    >>> _data("100%\r\nsure")
    '100%25%0D%0Asure'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
