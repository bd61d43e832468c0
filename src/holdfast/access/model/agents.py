"""A browser in two words, to recognise a session by; nothing finer is kept. Pure."""

from __future__ import annotations

BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def agent_words(user_agent: str) -> str:
    """Return browser and system.

    Examples
    --------
    >>> agent_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    >>> agent_words("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Safari/604.1")
    'Safari on iPhone'
    >>> agent_words("<script>")
    'a browser on an unknown system'
    """
    browser = next((name for mark, name in BROWSERS if mark in user_agent), None)
    if browser is None:
        browser = "Safari" if "Safari/" in user_agent else "a browser"
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "an unknown system")
    return f"{browser} on {system}"
