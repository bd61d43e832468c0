"""Keeping projections: the same code for every engine, because it speaks SQLAlchemy Core only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from holdfast.kernel.events import Recorded
from holdfast.ledger.ports import Projection

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


def make_tables(connection: Connection, projection: Projection, former: Iterable[str]) -> None:
    """Make a projection's tables, empty; `former` are those that an earlier shape of it had."""
    from sqlalchemy import MetaData, Table

    for name in {*former, *table_names(projection)}:
        Table(name, MetaData()).drop(connection, checkfirst=True)
    projection.metadata.create_all(connection, checkfirst=False)


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
