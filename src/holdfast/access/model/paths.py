"""Where somebody may be sent after signing in: to our own pages only. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 2_000
HOME = "/"
OWN = ("/sign-in", "/sign-out", "/join")
"""Pages that nobody is sent back to: they would only come round again."""


def own_path(text: str | None) -> str:
    r"""Return a path of ours; the home page for whatever else was sent.

    Examples
    --------
    >>> own_path("/incidents/INC-2026-0001?filter=open")
    '/incidents/INC-2026-0001?filter=open'
    >>> [own_path(each) for each in ("//evil.example", "https://evil.example", "/\\evil.example", None)]
    ['/', '/', '/', '/']
    """
    if not text or len(text) > LONGEST or not text.startswith("/") or text.startswith("//"):
        return HOME
    # browsers drop control signs and read a backslash as a slash: our path may be another host
    if "\\" in text or not all("!" <= sign <= "~" for sign in text):
        return HOME
    try:
        parts = urlsplit(text)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or parts.path.startswith("//"):
        return HOME
    return HOME if parts.path.startswith(OWN) else text


def without_secret(path: str) -> str:
    """Return a path as it may be written into a log: a one-time link's secret is left out.

    Examples
    --------
    >>> without_secret("/join/abcdef"), without_secret("/incidents")
    ('/join/...', '/incidents')
    """
    return "/join/..." if path.startswith("/join/") else path
