"""What a page or an API asks about who sent a request. The middleware of access has found it out before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import ANONYMOUS, Principal
from holdfast.access.model.refusing import AccessError, DeniedError, UnknownPersonError, check_permitted

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = [
    "AccessError",
    "DeniedError",
    "UnknownPersonError",
    "check_permitted",
    "csrf_token",
    "principal_of",
    "requires",
]


def principal_of(request: Request) -> Principal:
    """Return who sent a request; `ANONYMOUS` where nobody is known."""
    found: Principal = getattr(request.state, "principal", ANONYMOUS)
    return found


def csrf_token(request: Request) -> str:
    """Return what a form of this session must send back."""
    token: str = getattr(request.state, "csrf", "")
    return token


def requires(permission: Permission) -> Callable[[Request], Principal]:
    """Return a FastAPI dependency that refuses who may not, and gives who may."""
    from starlette.requests import Request

    def check(request: Request) -> Principal:
        principal = principal_of(request)
        request.state.wanted = permission.value  # what the middleware counts, should this be refused
        check_permitted(principal, permission)
        return principal

    # FastAPI reads what a dependency needs from its annotations, which are text in this file
    check.__annotations__["request"] = Request
    return check
