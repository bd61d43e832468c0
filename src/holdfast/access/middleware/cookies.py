"""The cookies of access: their names, what they say of themselves, and how they go away."""

from __future__ import annotations

from datetime import timedelta

from holdfast.access.model.addresses import Seen


def session_cookie(seen: Seen) -> str:
    """Return the name of the session's cookie for a request.

    Over TLS the `__Host-` prefix makes browsers refuse one that another host or path has set. On this machine
    the port is part of the name: two servers on two ports would else sign each other's people out.

    Examples
    --------
    >>> session_cookie(Seen("192.0.2.1", "https", "a.example", "a.example"))
    '__Host-holdfast'
    >>> session_cookie(Seen("127.0.0.1", "http", "localhost", "localhost:8000"))
    'holdfast-8000'
    """
    return _named("holdfast", seen)


def oidc_cookie(seen: Seen) -> str:
    """Return the name of the cookie that holds what a sign-in at the identity provider began with."""
    return _named("holdfast-oidc", seen)


def _named(name: str, seen: Seen) -> str:
    if seen.scheme == "https":
        return "__Host-" + name
    port = seen.authority.removeprefix(seen.host).removeprefix(":")
    return f"{name}-{port}" if port.isdigit() else name


def set_cookie(name: str, value: str, seen: Seen, lasts: timedelta) -> str:
    """Return the header that sets a cookie: for our host only, never for scripts, never from other sites."""
    secure = "; Secure" if seen.secure else ""
    seconds = int(lasts.total_seconds())
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def end_cookie(name: str, seen: Seen) -> str:
    """Return the header that takes a cookie away."""
    return set_cookie(name, "", seen, timedelta(0))
