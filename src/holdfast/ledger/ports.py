"""What the rooms may ask of a ledger, whatever engine keeps it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from holdfast.kernel.events import Event, Recorded
from holdfast.ledger.chain import Head, Stored
from holdfast.ledger.verify import Verified

if TYPE_CHECKING:  # SQLAlchemy takes longer to load than most commands take to run
    from sqlalchemy import Connection, MetaData, Row, Select


class Projection(Protocol):
    """Tables that are computed from the events, in the transaction of each append.

    It may use nothing but what it is given: the same events always give the same rows, so that the tables can
    be thrown away and computed again.
    """

    @property
    def name(self) -> str:
        """What it is called; unique in the ledger."""
        ...

    @property
    def shape(self) -> int:
        """The version of its tables and rules: a higher one than the stored one rebuilds it on opening."""
        ...

    @property
    def metadata(self) -> MetaData:
        """Its tables, which no other projection has."""
        ...

    def apply(self, connection: Connection, recorded: Recorded) -> None:
        """Take one event into account; raising refuses the append as a whole."""
        ...


class Ledger(Protocol):
    """Append-only, hash-chained facts of one workspace. Safe to use from several threads.

    Every method raises LedgerError when the engine refuses: HF403 it cannot be written, HF404 it is locked,
    HF405 there is no room, HF406 it is damaged. Nothing is half-written then.
    """

    def append(
        self,
        stream: str,
        events: Sequence[Event],
        *,
        expected: int | None,
        actor: str,
        because: int | None = None,
    ) -> list[Recorded]:
        """Append events to a stream in one transaction: all of them or none, projections included.

        Parameters
        ----------
        expected : int or None
            The version of the stream that the caller decided on, 0 for a new one; None for any.
        actor : str
            An opaque id of who did it; never a name.
        because : int or None
            The seq of the event that caused these.

        Raises
        ------
        ConflictError
            HF407: the stream has another version than expected.
        ValueError
            A name that does not belong into a ledger, a cause that does not exist, or a value that canonical
            JSON cannot say.
        """
        ...

    def read(self, stream: str, after: int = 0) -> list[Recorded]:
        """Return the events of a stream after a version, oldest first.

        Raises
        ------
        LedgerError
            HF402: one of them is of a kind or shape that this version does not know.
        """
        ...

    def since(self, seq: int, *, limit: int, types: Collection[str] | None = None) -> list[Recorded]:
        """Return up to `limit` events after a seq, oldest first; only those of the named types, where named.

        Raises
        ------
        LedgerError
            HF402: one of them is of a kind or shape that this version does not know.
        """
        ...

    def before(
        self,
        seq: int | None,
        *,
        limit: int,
        types: Collection[str] | None = None,
        stream: str | None = None,
    ) -> list[Recorded]:
        """Return up to `limit` events before a seq, newest first; without a seq, the newest.

        Only those of the named types and of the stream, where they are named.

        Raises
        ------
        LedgerError
            HF402: one of them is of a kind or shape that this version does not know.
        """
        ...

    def caused(self, seq: int, *, limit: int) -> list[Recorded]:
        """Return up to `limit` events whose cause is the event with a seq, oldest first.

        Raises
        ------
        LedgerError
            HF402: one of them is of a kind or shape that this version does not know.
        """
        ...

    def version(self, stream: str) -> int:
        """Return the number of the last event of a stream; 0 where there is none."""
        ...

    def head(self) -> Head:
        """Return the last event's seq and hash; seq 0 and zeros where there is none."""
        ...

    def position(self, name: str) -> int:
        """Return how far a subscription has come: the seq that it handled last, 0 at first."""
        ...

    def advance(self, name: str, seq: int, expected: int) -> None:
        """Move a subscription on.

        Raises
        ------
        ConflictError
            HF407: it is not at `expected`: another worker moved it.
        ValueError
            `seq` lies before `expected` or after the head.
        """
        ...

    def query(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """Return the rows that a SQLAlchemy Core statement selects from the projections."""
        ...

    def rebuild(self) -> int:
        """Compute all projections anew from the first event; return how many events were folded."""
        ...

    def close(self) -> None:
        """Let go of the ledger; closing twice is harmless."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@dataclass(frozen=True)
class NamedLedger:
    """A ledger by where it is.

    Attributes
    ----------
    open : callable
        Opens it, and makes it where there is none yet.
    exists : bool
        Whether there is one.
    place : str
        For people.
    kept : bool
        Whether it was named, and so is one that stays between runs.
    """

    open: Callable[[], Ledger]
    exists: bool
    place: str
    kept: bool


class Receiver(Protocol):
    """A ledger that takes events over as they are stored elsewhere."""

    @property
    def place_name(self) -> str:
        """Where it is, for people."""
        ...

    def head(self) -> Head:
        """Return the last event's seq and hash."""
        ...

    def receive(self, events: Sequence[Stored]) -> None:
        """Write events that continue the head, in one transaction.

        Raises
        ------
        ConflictError
            HF407: somebody else wrote meanwhile.
        """
        ...

    def positions(self) -> dict[str, int]:
        """Return how far each subscription has come."""
        ...

    def place(self, name: str, seq: int) -> None:
        """Put a subscription where it was."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class LedgerEngine(Protocol):
    """One ledger by where it is, and what an engine can do with it."""

    @property
    def place(self) -> str:
        """Where it is, for people; never a password."""
        ...

    def exists(self) -> bool:
        """Return whether there is one; nothing is made."""
        ...

    def open_ledger(self) -> Ledger:
        """Return the ledger, made where there is none yet."""
        ...

    def stored_events(self) -> AbstractContextManager[Iterator[Stored]]:
        """Return the ledger's events as they are stored, of one moment, without changing anything."""
        ...

    def positions(self) -> dict[str, int]:
        """Return how far each subscription has come, without changing anything."""
        ...

    def receiver(self) -> Receiver:
        """Return the ledger as one that takes events over; made where there is none yet."""
        ...

    def hashes(self) -> AbstractContextManager[Iterator[bytes]]:
        """Return the hashes of all events as they are stored, of one moment, without changing anything."""
        ...

    def verify_ledger(self) -> Verified:
        """Verify the ledger without changing anything."""
        ...


class LedgerAccess(Protocol):
    """What the ledger's commands need of the application: the ledger that the user named."""

    def ledger_engine(self, url: str | None = None) -> LedgerEngine:
        """Return the ledger that a URL names; without one, the one that the user named."""
        ...

    def whole_ledger(self, url: str | None = None) -> LedgerEngine:
        """Return the same with all tables that follow from its facts."""
        ...

    def verify_file(self, path: Path) -> Verified:
        """Verify a copied ledger or an export, recognised by its content."""
        ...

    def move_rest(self, source: str, target: str) -> int:
        """Copy keys and store from the place of one ledger's URL to that of another.

        Returns
        -------
        int
            How many rows were copied or were there already.

        Raises
        ------
        UsageError
            HF501: there is another key, or the store there holds other rows.
        """
        ...

    def hashes_of_file(self, path: Path) -> AbstractContextManager[Iterator[bytes]]:
        """Return the hashes of the events in a copied ledger or an export, as they are stored."""
        ...

    def secrets_folder(self) -> Path:
        """Return the folder of the keys."""
        ...
