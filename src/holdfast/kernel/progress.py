"""How far long work is: who does it tells, and where there is a terminal it hears.

Nobody has to hand a listener through every call: it is found by the context that the work is done in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

Hearer: TypeAlias = Callable[[float], None]
"""Takes the share of the present piece of work that is done, from 0 to 1; from any thread."""

_hearer: ContextVar[Hearer | None] = ContextVar("_hearer", default=None)


@contextmanager
def heard_by(hearer: Hearer) -> Iterator[None]:
    """Let work that is done inside tell a hearer how far it is.

    Examples
    --------
    >>> shares = []
    >>> with heard_by(shares.append):
    ...     tell = hearer_now()
    ...     tell(0.5) if tell else None
    >>> shares, hearer_now()
    ([0.5], None)
    """
    token = _hearer.set(hearer)
    try:
        yield
    finally:
        _hearer.reset(token)


def hearer_now() -> Hearer | None:
    """Return who wants to know how far the work is; None where nobody does."""
    return _hearer.get()
