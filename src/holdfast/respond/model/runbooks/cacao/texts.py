"""Texts of a foreign playbook, as a runbook takes them: on one line, without what moves a cursor."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 2_000
"""Characters of a text: more is no step but a document."""
_FORMAT = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})


def prose(text: str) -> str:
    r"""Return a text on one line, cut where it is endless.

    Examples
    --------
    >>> prose("Block\n the  host\x00")
    'Block the host'
    """
    plain = "".join(
        " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in _FORMAT
    )
    told = " ".join(plain.split())
    return told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"


def slug(text: str) -> str:
    """Return a name made of a text; empty where nothing of it can be used.

    Examples
    --------
    >>> slug("Can you patch?"), slug("¿?")
    ('can-you-patch', '')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")


def duration(milliseconds: object) -> str:
    """Return a length of time as a file says it; empty where it is none.

    Examples
    --------
    >>> duration(900_000), duration(5_400_000), duration(True), duration(-1)
    ('15m', '90m', '', '')
    """
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        return ""
    seconds = -(-milliseconds // 1000)
    if not 0 < seconds <= 100 * 365 * 86_400:
        return ""
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
