"""The ledger's tables in PostgreSQL: recognised, made and brought up to date."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from holdfast.kernel.errors import LedgerError, Place
from holdfast.ledger.postgres.server import Connection, Server, driver

if TYPE_CHECKING:
    import psycopg

OWN_TABLES = frozenset({"events", "cursors", "projections", "ledger_version"})
SCHEMA_VERSION = 2
"""The number of the last migration; the same numbers as SQLite's user_version."""

LOCK = 0x48464C44
"""`HFLD`: the advisory lock that whoever appends or migrates holds for his transaction."""

FOUND = """
SELECT to_regclass('events') IS NOT NULL, to_regclass('ledger_version') IS NOT NULL,
       current_setting('server_encoding')"""

SHAPE = """
SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE c.oid IN (to_regclass('events'), to_regclass('cursors'), to_regclass('projections'))
  AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'events ' || pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint
WHERE conrelid = to_regclass('events') AND contype IN ('p', 'u')
UNION ALL
SELECT 'events ' || tgname || ' ' || tgtype || ' ' || tgenabled::text || ' ' || p.prosrc
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
WHERE tgrelid = to_regclass('events') AND NOT tgisinternal
ORDER BY 1"""

EXPECTED = frozenset(
    {
        "events.seq bigint not null",
        "events.stream text not null",
        "events.version bigint not null",
        "events.type text not null",
        "events.at text not null",
        "events.actor text not null",
        "events.because bigint",
        "events.body bytea not null",
        "events.prev bytea not null",
        "events.hash bytea not null",
        "events PRIMARY KEY (seq)",
        "events UNIQUE (stream, version)",
        "events facts_stay 27 O BEGIN RAISE EXCEPTION 'facts are never changed or deleted'; END",
        "events facts_stay_all 34 O BEGIN RAISE EXCEPTION 'facts are never changed or deleted'; END",
        "cursors.name text not null",
        "cursors.seq bigint not null",
        "projections.name text not null",
        "projections.shape integer not null",
        "projections.tables text not null",
        "projections.seq bigint not null",
    }
)
"""What `SHAPE` tells of a ledger that is as it was made; verifying compares them."""


def version_of(connection: Connection, place: str) -> int:
    """Return the version of the ledger that is there, 0 where there is none.

    Raises
    ------
    LedgerError
        HF401 where `events` is another program's, or the database's encoding is not UTF-8; HF402 where the
        ledger is a newer version's.
    """
    events, versions, encoding = connection.execute(FOUND).fetchone()
    if encoding != "UTF8":
        raise _not_a_ledger(place, f"the database's encoding is {encoding}", "make one with UTF8")
    if not versions:
        if events:
            raise _not_a_ledger(
                place, "its table `events` is another program's", "name a database of its own for the ledger"
            )
        return 0
    row = connection.execute("SELECT version_num FROM ledger_version").fetchone()
    version = 0 if row is None else int(row[0])
    if version > SCHEMA_VERSION:
        raise LedgerError.of(
            "HF402",
            f"the ledger has version {version}; this installation knows up to {SCHEMA_VERSION}",
            place=Place(place),
            fix="update this installation",
        )
    return version


def _not_a_ledger(place: str, why: str, fix: str) -> LedgerError:
    return LedgerError.of("HF401", f"the database holds no ledger: {why}", place=Place(place), fix=fix)


def require(connection: Connection, place: str) -> int:
    """Return the ledger's version; refuse a database without one.

    Raises
    ------
    LedgerError
        HF401 where there is none.
    """
    version = version_of(connection, place)
    if not version:
        raise LedgerError.of(
            "HF401",
            "there is no ledger",
            place=Place(place),
            fix="say which one with `--ledger` or HOLDFAST_LEDGER; the first check makes it",
        )
    return version


def migrate(server: Server) -> None:
    """Make the ledger's tables, or bring them to the present version: all of it or nothing.

    Whoever comes second waits for the lock and finds nothing left to do.
    """
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine, text
    from sqlalchemy.pool import NullPool

    config = Config()
    config.set_main_option("script_location", "holdfast.ledger:migrations")
    config.set_main_option("path_separator", "os")
    engine = create_engine(
        "postgresql+psycopg://", creator=_transacting(server), poolclass=NullPool, use_native_hstore=False
    )
    with server.refusing(None):
        try:
            with engine.begin() as connection:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except Exception as error:
            raw = getattr(error, "orig", None)
            if isinstance(raw, driver().Error):
                raise raw from error
            raise


def _transacting(server: Server) -> Callable[[], psycopg.Connection[Any]]:
    def connect() -> psycopg.Connection[Any]:
        connection = server.connect()
        connection.autocommit = False
        return connection

    return connect
