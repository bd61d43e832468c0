"""Every kind of fact that the respond room records: one line a subject."""

from __future__ import annotations

from holdfast.kernel.events import Event
from holdfast.respond.events import (
    checks,
    classifying,
    clocks,
    course,
    declaring,
    deliveries,
    duties,
    levers,
    roles,
    runbooks,
    signals,
    updates,
    working,
)

EVENTS: tuple[type[Event], ...] = (
    *declaring.EVENTS,
    *deliveries.EVENTS,
    *classifying.EVENTS,
    *roles.EVENTS,
    *working.EVENTS,
    *checks.EVENTS,
    *levers.EVENTS,
    *course.EVENTS,
    *clocks.EVENTS,
    *duties.EVENTS,
    *runbooks.EVENTS,
    *signals.EVENTS,
    *updates.EVENTS,
)
