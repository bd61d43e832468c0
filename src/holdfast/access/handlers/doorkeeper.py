"""What the middleware asks: whose token or session it is; and what keeps the house between requests."""

from __future__ import annotations

from holdfast.access.handlers.denials import Denials
from holdfast.access.handlers.limits import purge_attempts
from holdfast.access.handlers.links import purge_links
from holdfast.access.handlers.names import erase
from holdfast.access.handlers.room import AccessRoom
from holdfast.access.handlers.sessions import find_session, purge_sessions
from holdfast.access.handlers.spent import purge_spent
from holdfast.access.handlers.tokens import find_token
from holdfast.access.model.addresses import Seen
from holdfast.access.ports import Identified


class RoomDoorkeeper:
    """The doorkeeper of a room; one a process."""

    def __init__(self, room: AccessRoom) -> None:
        self._room = room
        self._denials = Denials(room)

    def by_token(self, token: str, seen: Seen) -> Identified:
        """Return whose token it is; raise HF621 or HF625 where it opens nothing."""
        return find_token(self._room, token, seen)

    def by_cookie(self, secret: str) -> Identified:
        """Return whose session it is; nobody's is anonymous."""
        return find_session(self._room, secret)

    def denied(self, who: str, wanted: str, address: str) -> None:
        """Count an attempt that was denied."""
        self._denials.note(who, wanted, address)

    def tend(self) -> None:
        """Record denials whose span is over, and erase what is over. Harmless at any time, in any process."""
        self._denials.record()
        room = self._room
        forgotten = [each.actor for each in room.directory.people().by_actor.values() if each.forgotten]
        with room.store.writing() as connection:
            purge_sessions(room, connection)
            purge_links(room, connection)
            purge_attempts(room, connection)
            purge_spent(room, connection)
            erase(connection, forgotten)  # where a process died between the fact and the erasing

    def close(self) -> None:
        """Write what is counted in memory: a process that ends loses no count."""
        self._denials.write()
