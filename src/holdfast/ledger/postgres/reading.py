"""Reading a ledger in PostgreSQL as it is stored, of one moment, and verifying it without changing it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from holdfast.kernel.events import EventTypes
from holdfast.ledger import chain
from holdfast.ledger.chain import Stored
from holdfast.ledger.ports import Projection
from holdfast.ledger.postgres import schema
from holdfast.ledger.postgres.bridge import bridge
from holdfast.ledger.postgres.server import Server
from holdfast.ledger.postgres.writer import SQL
from holdfast.ledger.projections import compared, differences
from holdfast.ledger.verify import Finding, Verified, follow

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection

BATCH = 5_000
READ_ONLY = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

# The columns against the body: it begins and ends as they say.
BEGINNING = """convert_to('{"actor":"' || actor || '","at":"' || at || '","because":'
  || coalesce(because::text, 'null') || ',"data":{', 'UTF8')"""
END = """convert_to(',"seq":' || seq || ',"stream":"' || stream || '","type":"' || type
  || '","version":' || version || '}', 'UTF8')"""
MISFITS = f"""
SELECT seq FROM (SELECT seq, because, body, {BEGINNING} AS beginning, {END} AS ending FROM events) AS said
WHERE substring(body FOR length(beginning)) <> beginning
   OR substring(body FROM greatest(1, length(body) - length(ending) + 1)) <> ending
   OR because >= seq OR because < 1
ORDER BY seq LIMIT 1"""  # noqa: S608 -- constants


@contextmanager
def moment(server: Server) -> Iterator[psycopg.Connection[Any]]:
    """Lend a connection that sees the database as it is now, whatever is written meanwhile.

    Raises
    ------
    LedgerError
        HF401 where there is no ledger, HF402 where it is a newer version's.
    ConnectionLostError
        There is no server, or no more.
    """
    with server.reader() as connection:
        connection.execute(READ_ONLY)
        try:
            schema.require(connection, server.place)
            yield connection
        finally:
            if not connection.closed:
                connection.rollback()


@contextmanager
def stored_events(server: Server) -> Iterator[Iterator[Stored]]:
    """Return a ledger's events as they are stored, of one moment."""
    with moment(server) as connection, closing(_rows(connection, SQL.all)) as rows:
        yield (Stored(*row) for row in rows)


@contextmanager
def hashes(server: Server) -> Iterator[Iterator[bytes]]:
    """Return the hashes of all events as they are stored, of one moment."""
    with moment(server) as connection, closing(_rows(connection, SQL.hashes)) as rows:
        yield (row[0] for row in rows)


def _rows(
    connection: psycopg.Connection[Any], statement: str, values: tuple[object, ...] = ()
) -> Generator[tuple[Any, ...], None, None]:
    with connection.cursor(name="holdfast_rows", binary=True) as cursor:
        cursor.itersize = BATCH
        yield from cursor.execute(statement, values)


def verify_ledger(server: Server, types: EventTypes, projections: Sequence[Projection] = ()) -> Verified:
    """Verify a ledger, in use or not, without changing it.

    The chain; the columns against the bodies; streams without gaps; the tables and triggers as they were
    made; and, where all that fits, the projections against a fresh fold of the events.

    Raises
    ------
    LedgerError
        HF401 where there is no ledger, HF402 where it is a newer version's, HF403 where there is no server.
    """
    with moment(server) as connection:
        present = {row[0] for row in connection.execute(schema.SHAPE)}
        problems = [
            Finding(f"`{name}` is not as a ledger has it: it was changed or removed")
            for name in sorted(schema.EXPECTED - present)
        ]
        problems += [
            Finding(f"`{name}` does not belong to a ledger")
            for name in sorted(present - schema.EXPECTED)
            if name.startswith("events ")  # a trigger of somebody's own
        ]
        head, broken = follow(_rows(connection, SQL.links))
        if broken is not None:
            problems.append(broken)
        problems += _columns(connection)
        notes: list[str] = []
        if not problems and projections:
            with _same_moment(server, connection) as bridged:
                problems, notes = _projections(connection, bridged, types, projections, server.place)
        ordered = sorted(problems, key=lambda found: (found.seq is None, found.seq or 0))
        return Verified(head.seq, head, tuple(ordered), tuple(notes))


def _columns(connection: psycopg.Connection[Any]) -> list[Finding]:
    found: list[Finding] = []
    row = connection.execute(MISFITS).fetchone()
    if row is not None:
        stored = connection.execute(SQL.one, row, binary=True).fetchone()
        assert stored is not None  # noqa: S101 -- of one moment
        found.append(Finding(chain.misfit(Stored(*stored)), row[0]))
    row = connection.execute(SQL.gaps).fetchone()
    if row is not None:
        found.append(Finding(f"the versions of stream `{row[0]}` do not run 1, 2, 3, ..."))
    return found


@contextmanager
def _same_moment(server: Server, connection: psycopg.Connection[Any]) -> Iterator[Connection]:
    """Lend SQLAlchemy on a connection that sees the same moment as another one."""
    shared = connection.execute("SELECT pg_export_snapshot()").fetchone()
    assert shared is not None  # noqa: S101 -- a function has one row
    # the bridge tries its connection out, and so comes before the transaction
    with server.reader() as second, bridge(second) as bridged:
        second.execute(READ_ONLY)
        try:
            second.execute(f"SET TRANSACTION SNAPSHOT '{shared[0]}'")  # a value is not allowed there
            yield bridged
        finally:
            second.rollback()
            bridged.detach()


def _projections(
    connection: psycopg.Connection[Any],
    bridged: Connection,
    types: EventTypes,
    projections: Sequence[Projection],
    place: str,
) -> tuple[list[Finding], list[str]]:
    kept = {
        name: (shape, seq)
        for name, shape, seq in connection.execute("SELECT name, shape, seq FROM projections")
    }

    def compare(projection: Projection, seq: int) -> list[str]:
        rows = _rows(connection, SQL.until, (seq,))
        events = (chain.recorded(Stored(*row), types, place) for row in rows)
        return list(differences(bridged, [projection], events))

    return compared(projections, kept, compare)
