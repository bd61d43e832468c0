"""Secrets that somebody wrote out are never shown again, not even in the error that refuses them."""

from __future__ import annotations

import math
import re
from collections import Counter

_KNOWN = re.compile(
    r"""
    https?://hooks\.[^\s'",}\]]+              # Slack, Zapier and other incoming webhooks
    | https?://[^\s'",}\]]*webhook[^\s'",}\]]*
    | xox[a-z]-[\w-]+ | xapp-[\w-]+           # Slack tokens
    | gh[pousr]_\w{16,} | github_pat_\w+      # GitHub
    | glpat-[\w-]+ | AKIA[0-9A-Z]{12,} | AIza[\w-]{20,}
    | sk-[\w-]{8,} | pk_live_\w+ | sk_live_\w+
    | eyJ[\w-]{8,}\.[\w.-]+                   # JSON web tokens
    | -----BEGIN[A-Z ]+-----
    | (?<=://)[^/\s:@'"]*:[^/\s@'"]+(?=@)     # user:password in an address
    """,
    re.VERBOSE,
)
_LONG = re.compile(r"(?<![\w$./-])[A-Za-z0-9+/_=-]{24,}(?![\w])")


def looks_secret(text: str) -> bool:
    """Return whether text looks like a key, a token or an address that carries one.

    Examples
    --------
    >>> looks_secret("xoxb-1234-abcd"), looks_secret("mail-privacy"), looks_secret("https://u:pw@lake.example")
    (True, False, True)
    """
    return _KNOWN.search(text) is not None or any(_random(found[0]) for found in _LONG.finditer(text))


def masked(line: str) -> str:
    """Return a line of a file with what looks secret covered, at the same width.

    Examples
    --------
    >>> masked("slack: {slack: xoxb-1234-abcd}")
    'slack: {slack: **************}'
    """
    line = _KNOWN.sub(lambda found: "*" * len(found[0]), line)
    return _LONG.sub(lambda found: "*" * len(found[0]) if _random(found[0]) else found[0], line)


def _random(text: str) -> bool:
    """Return whether a long run of characters has letters and digits mixed as only machines mix them."""
    if not (re.search(r"\d", text) and re.search(r"[A-Za-z]", text)):
        return False
    counts = Counter(text)
    entropy = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    return entropy > 3.5 and sum(c.isdigit() for c in text) >= 4 and text.count("-") < len(text) / 6
