"""The room's page: what it shows, and the acts that its forms ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from holdfast.respond.handlers.acts import BY_NAME, perform
from holdfast.respond.model.running import clocks_of

if TYPE_CHECKING:
    from holdfast.access.model.principal import Principal
    from holdfast.respond.commands.base import Command
    from holdfast.respond.handlers.acting import Acted, Names, Room
    from holdfast.respond.views.room.room import RoomView
    from holdfast.respond.views.timeline import Row


class Showing:
    """What the pages of rooms need.

    Parameters
    ----------
    names : callable or None
        The names of actors, where other ones than the room's are shown.
    """

    def __init__(self, room: Room, names: Names | None = None) -> None:
        self._room = room
        self._names = names or room.names

    def now(self) -> datetime:
        """Return the present moment."""
        return self._room.clock.now()

    def shown(self, incident: str) -> RoomView:
        """Return an incident as its page shows it."""
        from holdfast.respond.views.room.room import room_view
        from holdfast.respond.views.told.incident import incident_told

        room, now = self._room, self.now()
        found = room.find(incident)
        loaded = room.systems.find(found.declared.system)
        plan = loaded.plan if loaded else None
        clocks = clocks_of(found, plan)
        told = incident_told(found, plan, room.vault, clocks, now)
        return room_view(
            found, told, room.ledger, room.vault, loaded, clocks, now, self._naming(), room.index.open_of
        )

    def timeline(self, incident: str, before: int | None, kind: str) -> tuple[Sequence[Row], int | None]:
        """Return older rows of the time line, newest first, and where those before begin."""
        from holdfast.respond.views.room.room import around_of, streams_of
        from holdfast.respond.views.timeline import page_of

        around = around_of(self._room.find(incident), self.now())
        streams = streams_of(self._room.ledger, incident)
        return page_of(self._room.ledger, self._room.vault, streams, before, kind, self._naming(), around)

    def _naming(self) -> Callable[[str], str]:
        """Return how actors are shown: by name where access knows one, and asked once for a page."""
        known: dict[str, str] = {}

        def name_of(actor: str) -> str:
            if actor not in known:
                known[actor] = self._names([actor]).get(actor, actor)
            return known[actor]

        return name_of

    def act_command(self, name: str) -> type[Command] | None:
        """Return the command of an act by its name."""
        return BY_NAME[name].command if name in BY_NAME else None

    def perform(
        self,
        incident: str,
        command: Command,
        principal: Principal,
        *,
        expected: int | None = None,
        key: str | None = None,
    ) -> Acted:
        """Do an act; `expected` is the version that a form was made from, `key` the wish's own."""
        return perform(self._room, incident, command, principal, expected=expected, key=key)
