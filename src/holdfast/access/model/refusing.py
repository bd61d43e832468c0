"""How access refuses: one tree of errors, each with the status that an answer over HTTP has."""

from __future__ import annotations

from typing import ClassVar, NoReturn

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
    └── UnavailableError    503  who asks cannot be found out now
    """

    status: ClassVar[int] = 403


class UnknownPersonError(AccessError):
    """Nobody is signed in, or the token is not one of ours."""

    status = 401


class DeniedError(AccessError):
    """Somebody may not do what they asked for."""

    status = 403


class NotFoundError(AccessError):
    """There is no such thing, or none that the asker may know of: the answer is the same."""

    status = 404


class StandingError(AccessError):
    """It cannot be done as things stand."""

    status = 409


class InvalidError(AccessError):
    """What was sent cannot be."""

    status = 422


class MisdirectedError(AccessError):
    """A request for a host that we are not."""

    status = 421


class TooManyError(AccessError):
    """Too many wrong attempts; `seconds` until the next one is looked at."""

    status = 429
    seconds: int = 60


class UnavailableError(AccessError):
    """Who asks cannot be found out now; nobody is let in on a guess."""

    status = 503


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
