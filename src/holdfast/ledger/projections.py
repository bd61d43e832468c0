"""Keeping projections: the same code for every engine, because it speaks SQLAlchemy Core only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from holdfast.kernel.errors import LedgerError, Place
from holdfast.kernel.events import Recorded
from holdfast.ledger.ports import Projection
from holdfast.ledger.verify import Finding

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table


def check_projections(projections: Sequence[Projection], reserved: Iterable[str]) -> None:
    """Refuse projections that would disturb each other or the ledger's own tables.

    Raises
    ------
    ValueError
        A name or a table is used twice, or is the ledger's own.
    """
    taken: dict[str, str] = dict.fromkeys(reserved, "the ledger")
    names: set[str] = set()
    for projection in projections:
        if projection.name in names:
            msg = f"two projections are called {projection.name}"
            raise ValueError(msg)
        names.add(projection.name)
        for table in table_names(projection):
            if table in taken:
                msg = f"table {table} of projection {projection.name} belongs to {taken[table]}"
                raise ValueError(msg)
            taken[table] = projection.name


def table_names(projection: Projection) -> list[str]:
    """Return the names of a projection's tables, sorted."""
    return sorted(table.name for table in projection.metadata.tables.values())


class Notes(Protocol):
    """What a ledger's open transaction offers to whoever keeps its projections."""

    @property
    def connection(self) -> Connection:
        """SQLAlchemy on that transaction."""
        ...

    def noted(self, name: str) -> tuple[int, str, int] | None:
        """Return a projection's shape, its tables as JSON and the seq it has come to."""
        ...

    def note(self, name: str, shape: int, tables: str, seq: int) -> None:
        """Keep that."""
        ...

    def step(self, name: str, shape: int, first: int, last: int) -> bool:
        """Move on from one seq to another; return False where it is not there or of another shape."""
        ...

    def since(self, seq: int) -> Iterator[Recorded]:
        """Return all events after a seq."""
        ...


class Keeper:
    """Keeps projections up to date inside of somebody's transactions.

    Parameters
    ----------
    projections : sequence of Projection
    notes : Notes
    explaining : callable
        Gives what raises the engine's own error in place of SQLAlchemy's.
    place : str
        What errors call the ledger.
    """

    def __init__(
        self,
        projections: Sequence[Projection],
        notes: Notes,
        explaining: Callable[[], AbstractContextManager[None]],
        place: str,
    ) -> None:
        self._projections = tuple(projections)
        self._notes = notes
        self._explaining = explaining
        self._place = place

    def follow(self, first: int, made: Sequence[Recorded]) -> None:
        """Take an append into account that began after `first`."""
        last = made[-1].seq
        for projection in self._projections:
            if self._notes.step(projection.name, projection.shape, first, last):
                with self._explaining():
                    fold(self._notes.connection, [projection], made)
            else:
                # a process that does not know this projection has appended since
                self.bring_up(projection, last)

    def bring_up_all(self, head: int) -> None:
        """Compute what is not up to date."""
        for projection in self._projections:
            self.bring_up(projection, head)

    def rebuild(self, head: int) -> None:
        """Compute all anew; others see the former rows until the transaction ends."""
        for projection in self._projections:
            row = self._notes.noted(projection.name)
            shape, tables, _ = (0, "[]", 0) if row is None else row
            same = shape == projection.shape and json.loads(tables) == table_names(projection)
            with self._explaining():
                # emptied and not made anew: a table that is dropped makes its readers wait, in PostgreSQL
                emptied = same and empty_tables(self._notes.connection, projection)
            self._notes.note(projection.name, shape if emptied else 0, tables, 0)
            self.bring_up(projection, head)

    def bring_up(self, projection: Projection, head: int) -> None:
        """Compute one projection where it is not up to date.

        Raises
        ------
        LedgerError
            HF402: its tables are a newer version's.
        """
        row = self._notes.noted(projection.name)
        shape, former, seq = (0, "[]", 0) if row is None else row
        if shape > projection.shape:
            raise LedgerError.of(
                "HF402",
                f"projection `{projection.name}` has shape {shape}; known up to {projection.shape}",
                place=Place(self._place),
                fix="update this installation",
            )
        if shape < projection.shape or json.loads(former) != table_names(projection) or seq > head:
            with self._explaining():
                make_tables(self._notes.connection, projection, json.loads(former))
            seq = 0
        if seq < head or row is None:
            with self._explaining():
                fold(self._notes.connection, [projection], self._notes.since(seq))
            self._notes.note(projection.name, projection.shape, json.dumps(table_names(projection)), head)


def make_tables(connection: Connection, projection: Projection, former: Iterable[str]) -> None:
    """Make a projection's tables, empty; `former` are those that an earlier shape of it had."""
    from sqlalchemy import MetaData, Table

    for name in {*former, *table_names(projection)}:
        Table(name, MetaData()).drop(connection, checkfirst=True)
    projection.metadata.create_all(connection, checkfirst=False)


def empty_tables(connection: Connection, projection: Projection) -> bool:
    """Take all rows out of a projection's tables; return False where one of them is not there."""
    from sqlalchemy import inspect

    present = set(inspect(connection).get_table_names())
    if not present.issuperset(table_names(projection)):
        return False
    for table in reversed(projection.metadata.sorted_tables):
        connection.execute(table.delete())
    return True


def fold(connection: Connection, projections: Sequence[Projection], events: Iterable[Recorded]) -> int:
    """Let projections take events into account; return how many there were."""
    count = 0
    for recorded in events:
        count += 1
        for projection in projections:
            projection.apply(connection, recorded)
    return count


def differences(
    connection: Connection, projections: Sequence[Projection], events: Iterable[Recorded]
) -> Iterator[str]:
    """Compare projections, read through `connection`, with a fresh fold of the events in memory."""
    from sqlalchemy import create_engine

    engine = create_engine("sqlite://")
    try:
        with engine.connect() as fresh:
            for projection in projections:
                projection.metadata.create_all(fresh, checkfirst=False)
            fold(fresh, projections, events)
            for projection in projections:
                for table in projection.metadata.sorted_tables:
                    difference = _first_difference(_rows(connection, table), _rows(fresh, table))
                    if difference is not None:
                        yield f"projection `{projection.name}`, table `{table.name}`: {difference}"
    finally:
        engine.dispose()


def _rows(connection: Connection, table: Table) -> list[tuple[Any, ...]]:
    from sqlalchemy import select

    # rows of any kind have an order as text; what matters is that it is the same on both sides
    return sorted((tuple(row) for row in connection.execute(select(table))), key=repr)


def _first_difference(kept: list[tuple[Any, ...]], fresh: list[tuple[Any, ...]]) -> str | None:
    if kept == fresh:
        return None
    for one, other in zip(kept, fresh, strict=False):
        if one != other:
            return f"it holds {one!r} where the events say {other!r}"
    return f"it holds {len(kept)} rows where the events say {len(fresh)}"


def compared(
    projections: Sequence[Projection],
    kept: Mapping[str, tuple[int, int]],
    compare: Callable[[Projection, int], list[str]],
) -> tuple[list[Finding], list[str]]:
    """Compare projections with what the events say.

    Parameters
    ----------
    kept : mapping
        Name -> shape and seq of those that the ledger keeps.
    compare : callable
        Returns how one differs, folded up to a seq.

    Returns
    -------
    list of Finding
    list of str
        Which could not be compared, and why.
    """
    found: list[Finding] = []
    notes: list[str] = []
    for projection in projections:
        shape, seq = kept.get(projection.name, (0, 0))
        if shape != projection.shape:
            notes.append(f"projection `{projection.name}` was not compared: it is of another version")
            continue
        try:
            found += [Finding(text) for text in compare(projection, seq)]
        except LedgerError as error:
            notes.append(f"projection `{projection.name}` was not compared: {error.problems[0].message}")
    return found, notes
