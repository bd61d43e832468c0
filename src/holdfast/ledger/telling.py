"""A ledger that tells the process when it appended: who follows it need not wait for the next look."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from holdfast.kernel.events import Event, Recorded
from holdfast.ledger.chain import Head
from holdfast.ledger.ports import Ledger

if TYPE_CHECKING:
    from sqlalchemy import Row, Select


class TellingLedger:
    """A ledger, and whom it tells after each append of this process; fulfils `holdfast.ledger.ports.Ledger`.

    Parameters
    ----------
    ledger : Ledger
    tell : callable
        Called after an append has been acknowledged, in the thread that appended.
    """

    def __init__(self, ledger: Ledger, tell: Callable[[], object]) -> None:
        self._ledger = ledger
        self._tell = tell

    def append(
        self,
        stream: str,
        events: Sequence[Event],
        *,
        expected: int | None,
        actor: str,
        because: int | None = None,
    ) -> list[Recorded]:
        """Append, and tell."""
        made = self._ledger.append(stream, events, expected=expected, actor=actor, because=because)
        self._tell()
        return made

    def read(self, stream: str, after: int = 0) -> list[Recorded]:
        """Return the events of a stream after a version."""
        return self._ledger.read(stream, after)

    def since(self, seq: int, *, limit: int, types: Collection[str] | None = None) -> list[Recorded]:
        """Return events after a seq, oldest first."""
        return self._ledger.since(seq, limit=limit, types=types)

    def before(
        self,
        seq: int | None,
        *,
        limit: int,
        types: Collection[str] | None = None,
        stream: str | None = None,
    ) -> list[Recorded]:
        """Return events before a seq, newest first."""
        return self._ledger.before(seq, limit=limit, types=types, stream=stream)

    def caused(self, seq: int, *, limit: int) -> list[Recorded]:
        """Return the events that an event caused, oldest first."""
        return self._ledger.caused(seq, limit=limit)

    def version(self, stream: str) -> int:
        """Return the number of a stream's last event."""
        return self._ledger.version(stream)

    def head(self) -> Head:
        """Return the last event's seq and hash."""
        return self._ledger.head()

    def position(self, name: str) -> int:
        """Return how far a subscription has come."""
        return self._ledger.position(name)

    def advance(self, name: str, seq: int, expected: int) -> None:
        """Move a subscription on."""
        self._ledger.advance(name, seq, expected)

    def query(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """Return the rows that a statement selects from the projections."""
        return self._ledger.query(statement)

    def rebuild(self) -> int:
        """Compute all projections anew."""
        return self._ledger.rebuild()

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
