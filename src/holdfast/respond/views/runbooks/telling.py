"""A fact of a run changes the panel of runbooks on the pages of its incident."""

from __future__ import annotations

from holdfast.kernel.events import Recorded
from holdfast.web.live import Told

PANEL = "runbooks"


def runbook_teller(recorded: Recorded) -> list[Told]:
    """Say what a fact is to those who look at an incident: nothing, where it is no fact of a run."""
    kind, _, rest = recorded.stream.partition("/")
    incident = rest.partition("/")[0]
    return [Told(f"incident/{incident}", "changed", PANEL)] if kind == "runbook" else []
