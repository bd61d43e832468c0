"""Snapshots of systems from what this workspace knows: plan, card, levers, what was released."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.kernel.clock import iso

if TYPE_CHECKING:
    from holdfast.app.served import ServedPlans
    from holdfast.kernel.canonical import Json
    from holdfast.kernel.events import Recorded
    from holdfast.ledger.ports import Ledger
    from holdfast.plan.model.loading import LoadedPlan

LOOKED_AT = 2_000
"""How many of the newest decisions are looked through for those of a system."""


class PlanSnapshots:
    """Fulfils `holdfast.respond.ports.snapshots.Snapshots` from served plans and the ledger."""

    def __init__(self, plans: ServedPlans, ledger: Callable[[], Ledger]) -> None:
        self._plans, self._ledger = plans, ledger

    def take(self, system: str) -> dict[str, Json] | None:
        """Return what is known of a system now; None where no plan names it."""
        loaded = self._plans.find(system)
        if loaded is None:
            return None
        plan: dict[str, Any] = loaded.plan.model_dump(
            mode="json", include={"system", "levers", "safe_mode", "gates", "arms"}
        )
        return {
            "plan": {"digest": loaded.digest, "files": _files(loaded)},
            "card": plan["system"].pop("card", None),
            "described": plan["system"],
            "levers": plan["levers"],
            "safe_mode": plan["safe_mode"],
            "arms": plan["arms"],
            "released": self._newest("ReleaseDecided", system),
            "gates": self._gates(system, {gate["id"] for gate in plan["gates"]}),
        }

    def _newest(self, kind: str, system: str) -> Json:
        for recorded in self._ledger().before(None, limit=LOOKED_AT, types={kind}):
            if getattr(recorded.event, "system", None) == system:
                return _told(recorded)
        return None

    def _gates(self, system: str, gates: set[str]) -> dict[str, Json]:
        """Return the newest decision of each gate; null where there is none."""
        found: dict[str, Json] = dict.fromkeys(sorted(gates))
        for recorded in self._ledger().before(None, limit=LOOKED_AT, types={"GateDecided"}):
            event: Any = recorded.event
            if event.system == system and event.gate in gates and found[event.gate] is None:
                found[event.gate] = _told(recorded)
        return found


def _told(recorded: Recorded) -> dict[str, Json]:
    return {"seq": recorded.seq, "at": iso(recorded.at), **recorded.event.data()}


def _files(loaded: LoadedPlan) -> dict[str, Json]:
    """Return the digests of the plan's files; null for one that cannot be read now."""
    return {Path(name).name: _digest(Path(name)) for name in loaded.files}


def _digest(path: Path) -> str | None:
    try:
        return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
