"""Every kind of fact that the respond room records: one line a subject."""

from __future__ import annotations

from holdfast.kernel.events import Event
from holdfast.respond.events import (
    declaring,
    signals,
)

EVENTS: tuple[type[Event], ...] = (
    *declaring.EVENTS,
    *signals.EVENTS,
)
