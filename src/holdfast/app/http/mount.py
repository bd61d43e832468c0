"""What one room gives to the server."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from holdfast.web.pages import RailEntry

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.types import ASGIApp

    from holdfast.access.model.principal import Principal
    from holdfast.web.live import Teller
    from holdfast.web.pages import DueClock

Names: TypeAlias = Callable[[Collection[str]], Mapping[str, str]]
"""Takes opaque actors; returns the names of those that have one."""


@dataclass(frozen=True)
class Mount:
    """What one room gives; all of it is optional.

    Attributes
    ----------
    name : str
        The room.
    api, pages : APIRouter
        Mounted under `/api` and under `/`.
    rail : tuple of RailEntry
        Lines of the rail on the left; in the order of the table.
    tellers : tuple of Teller
        Say what an event is to viewers.
    middleware : callable
        Wraps the application; the first one of the table is the outermost.
    clocks : callable
        Takes who looks; returns what is due to them, the nearest first.
    names : callable
        The names of actors.
    larger : mapping
        Beginnings of paths that take bodies of more than a million bytes, and how many.
    gauges : callable
        Figures for /metrics, by name: "open_incidents".
    """

    name: str
    api: APIRouter | None = None
    pages: APIRouter | None = None
    rail: tuple[RailEntry, ...] = ()
    tellers: tuple[Teller, ...] = ()
    middleware: Callable[[ASGIApp], ASGIApp] | None = None
    clocks: Callable[[Principal], Sequence[DueClock]] | None = None
    names: Names | None = None
    larger: Mapping[str, int] = field(default_factory=dict)
    gauges: Callable[[], Mapping[str, float]] | None = None
