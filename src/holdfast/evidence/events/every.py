"""Every kind of fact that the evidence room records."""

from __future__ import annotations

from holdfast.evidence.events import measured, vault
from holdfast.kernel.events import Event

EVENTS: tuple[type[Event], ...] = (*measured.EVENTS, *vault.EVENTS)
