"""Every kind of fact that the respond room records: one line a subject."""

from __future__ import annotations

from holdfast.kernel.events import Event
from holdfast.respond.events import (
    clocks,
    declaring,
    duties,
    signals,
)

EVENTS: tuple[type[Event], ...] = (
    *declaring.EVENTS,
    *clocks.EVENTS,
    *duties.EVENTS,
    *signals.EVENTS,
)
