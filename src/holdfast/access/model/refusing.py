"""How access refuses: one tree of errors; the status of each code stands in `web.problems`."""

from __future__ import annotations

from typing import NoReturn

from holdfast.access.model.permissions import Permission, permitted
from holdfast.access.model.principal import Kind, Principal
from holdfast.kernel.errors import HoldfastError


class AccessError(HoldfastError):
    """Access refuses something.

    AccessError
    ├── UnknownPersonError  401  nobody is signed in, or the token is not one of ours
    ├── DeniedError         403  somebody may not do what they asked for
    ├── NotFoundError       404  no such person, token, session or link, or not one that the asker may know of
    ├── StandingError       409  it cannot be done as things stand
    ├── InvalidError        422  a role, scope or name that cannot be
    ├── MisdirectedError    421  a request for a host that we are not
    ├── TooManyError        429  too many wrong attempts
    ├── ProviderError       403  what the identity provider says does not hold
    └── UnavailableError    503  the identity provider does not answer

    `who` wanted what, for the count of denials, is set by who refuses.
    """

    who: str = "anonymous"
    wanted: str = "token"


class UnknownPersonError(AccessError):
    """Nobody is signed in, or the token is not one of ours."""


class DeniedError(AccessError):
    """Somebody may not do what they asked for."""


class NotFoundError(AccessError):
    """There is no such thing, or none that the asker may know of: the answer is the same."""


class StandingError(AccessError):
    """It cannot be done as things stand."""


class InvalidError(AccessError):
    """What was sent cannot be."""


class MisdirectedError(AccessError):
    """A request for a host that we are not."""


class TooManyError(AccessError):
    """Too many wrong attempts; `retry_seconds` until the next one is looked at."""

    retry_seconds: int = 60


class ProviderError(AccessError):
    """What the identity provider says does not hold."""


class UnavailableError(AccessError):
    """The identity provider does not answer: nobody is let in on a guess."""


def check_permitted(principal: Principal, permission: Permission) -> None:
    """Refuse who may not.

    Raises
    ------
    UnknownPersonError, DeniedError
        HF621 where nobody is signed in, HF622 where the role or the token does not allow it.
    """
    if not permitted(principal, permission):
        _refuse(principal, permission)


def _refuse(principal: Principal, permission: Permission) -> NoReturn:
    if principal.kind is Kind.ANONYMOUS:
        raise UnknownPersonError.of("HF621", "nobody is signed in", fix="sign in, or send a token")
    raise DeniedError.of(
        "HF622",
        f"`{principal.actor}` may not `{permission.value}`",
        fix="somebody with the role does, or an admin gives it",
    )


def no_such(what: str, key: str) -> NotFoundError:
    """Return the one answer for what is not there and what is somebody else's."""
    return NotFoundError.of(
        "HF627", f"there is no {what} `{key[:80]}`", fix="look at the list, and try again"
    )
