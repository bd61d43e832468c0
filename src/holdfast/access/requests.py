"""What a page or an API asks about who sent a request. The middleware of access has found it out before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from holdfast.access.model.permissions import Permission, permitted
from holdfast.access.model.principal import ANONYMOUS, Principal
from holdfast.kernel.errors import HoldfastError

if TYPE_CHECKING:
    from starlette.requests import Request


class DeniedError(HoldfastError):
    """Somebody may not do what they asked for."""


class UnknownPersonError(HoldfastError):
    """Nobody is signed in, or the token is not one of ours."""


def principal_of(request: Request) -> Principal:
    """Return who sent a request; `ANONYMOUS` where nobody is known."""
    found: Principal = getattr(request.state, "principal", ANONYMOUS)
    return found


def csrf_token(request: Request) -> str:
    """Return what a form of this session must send back."""
    token: str = getattr(request.state, "csrf", "")
    return token


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
    if principal == ANONYMOUS:
        raise UnknownPersonError.of("HF621", "nobody is signed in", fix="sign in, or send a token")
    raise DeniedError.of(
        "HF622",
        f"`{principal.actor}` may not `{permission.value}`",
        fix="somebody with the role does, or an admin gives it",
    )


def requires(permission: Permission) -> Callable[[Request], Principal]:
    """Return a FastAPI dependency that refuses who may not, and gives who may."""
    from starlette.requests import Request

    def check(request: Request) -> Principal:
        principal = principal_of(request)
        check_permitted(principal, permission)
        return principal

    # FastAPI reads what a dependency needs from its annotations, which are text in this file
    check.__annotations__["request"] = Request
    return check
