"""Texts and paths as continuous integration takes them: no control characters, nothing endless, one root."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from holdfast.web.ci.finding import Finding

LONGEST = 4000
"""Characters of a text that are told; GitHub cuts an annotation at 4 KB."""
_HOSTILE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def clean(text: str, longest: int = LONGEST) -> str:
    r"""Return a text that every reader takes: control and direction signs as escapes, cut where endless.

    Those characters are not allowed in XML, break a log's lines, or make a line read differently from what it
    says. Line ends stay.

    Examples
    --------
    >>> clean("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    >>> clean("abcdef", 4)
    'abc…'
    """
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return _HOSTILE.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), short)


def told(finding: Finding) -> str:
    """Return what a finding says, with what to do, where somebody knows.

    Examples
    --------
    >>> told(Finding("HF102", "error", "`leak` has no detection", fix="add a control that detects"))
    '`leak` has no detection: add a control that detects'
    """
    return clean(f"{finding.message}: {finding.fix}" if finding.fix else finding.message)


def repository(folder: Path | None = None) -> Path:
    """Return the repository that a folder (of nothing: the working folder) is in, else that folder itself."""
    here = (folder or Path.cwd()).absolute()
    return next((above for above in (here, *here.parents) if (above / ".git").exists()), here)


def path_from(root: Path, file: str) -> str:
    """Return a file as seen from a root, with forward slashes; as it is where it lies elsewhere.

    Continuous integration shows a finding beside the code where the path starts at the repository, whatever
    folder the command ran in.
    """
    absolute = Path.cwd() / file
    resolved = Path(*_without_dots(absolute))
    return (resolved.relative_to(root) if resolved.is_relative_to(root) else Path(file)).as_posix()


def _without_dots(path: Path) -> list[str]:
    """Return a path's parts without `..`, by its words: a link is not followed."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and len(parts) > 1:
            parts.pop()
        elif part != "..":
            parts.append(part)
    return parts


def fingerprints(findings: Sequence[Finding], root: Path) -> list[str]:
    """Return what makes each finding the same one in the next run: its code, file and source line.

    Neither the line's number nor the message counts: lines move, and a gate's message carries figures.
    Findings that are alike are told apart by their order.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for finding in findings:
        place = finding.place
        about = place.text.strip() if place is not None else ""
        key = (finding.code, path_from(root, place.file) if place is not None else "", about)
        seen[key] += 1
        words = "\0".join((*key, str(seen[key]))).encode("utf-8", "backslashreplace")
        found.append(hashlib.sha256(words).hexdigest())
    return found
