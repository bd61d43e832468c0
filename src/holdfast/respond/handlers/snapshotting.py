"""A snapshot of a system into its incident's vault: by itself at declaration, or because somebody asks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from holdfast.kernel.clock import iso
from holdfast.kernel.errors import UsageError
from holdfast.kernel.events import Recorded
from holdfast.respond.handlers.acting import Room
from holdfast.respond.ports.snapshots import Snapshots

if TYPE_CHECKING:
    from holdfast.access.model.principal import Principal
    from holdfast.evidence.model.vault.custody import Item
    from holdfast.evidence.ports import Desk

AT_DECLARATION = "Taken by itself after the incident was declared."
LATEST = timedelta(hours=24)
"""How long after a declaration a snapshot still says something of it: a worker may have stood still."""


@dataclass(frozen=True)
class Snapshotting:
    """Takes snapshots for incidents."""

    room: Room
    desk: Desk
    snapshots: Snapshots

    def take(self, incident: str, principal: Principal, why: str, because: int | None = None) -> Item:
        """Put a snapshot of the incident's system into its vault.

        Raises
        ------
        UsageError
            HF701: there is no such incident. HF782: nothing is known of its system.
        """
        item = self._taken(incident, principal, why, because)
        if item is None:
            raise UsageError.of(
                "HF782",
                "nothing is known of the system of this incident",
                fix="serve its plan, or add what you have as a file",
            )
        return item

    def at_declaration(self, incident: str, declared: Recorded, principal: Principal) -> None:
        """Take the snapshot that a declaration asks for, once, and not long after."""
        custody = self.desk.custody(incident)
        because = {item.because for item in custody.items.values()}
        late = self.room.clock.now() - declared.at > LATEST
        if declared.seq not in because and not late and not custody.erased:
            self._taken(incident, principal, AT_DECLARATION, declared.seq)

    def _taken(self, incident: str, principal: Principal, why: str, because: int | None) -> Item | None:
        found = self.room.find(incident)
        known = self.snapshots.take(found.declared.system)
        if known is None:
            return None
        at = iso(self.room.clock.now())
        content = {"taken_at": at, "incident": incident, "system": found.declared.system, **known}
        incoming = self.desk.receive(incident, principal)
        incoming.write(json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True).encode())
        name = f"snapshot-{at[:19].replace(':', '')}.json"
        return self.desk.add(
            incident,
            principal,
            incoming.finish(),
            kind="snapshot",
            name=name,
            why=why,
            because=because,
        )
