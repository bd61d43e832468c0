"""What the app mounts of the respond room: its facts, its tables, and its work put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.respond.handlers.acting import Acted, Room
from holdfast.respond.handlers.declaring import declare

if TYPE_CHECKING:
    from holdfast.access.model.principal import Principal
    from holdfast.ledger.ports import Projection
    from holdfast.respond.commands.declaring import DeclareIncident


def projections() -> tuple[Projection, ...]:
    """Return the tables that the room keeps in the transaction of each append."""
    from holdfast.respond.views.index import IncidentIndex

    return (IncidentIndex(),)


class RespondServices:
    """The respond room's work. Every method takes who asks; authority is asked here, not on the pages."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def declare(self, command: DeclareIncident, principal: Principal) -> Acted:
        """Declare an incident."""
        return declare(self.room, command, principal)
