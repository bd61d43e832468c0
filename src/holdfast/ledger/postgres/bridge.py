"""The way from psycopg to SQLAlchemy, opened only where projections ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from holdfast.ledger.meanings import OUTSIDE, ProjectionError
from holdfast.ledger.postgres.errors import meaning
from holdfast.ledger.postgres.server import driver

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection, Engine


def bridge(raw: psycopg.Connection[Any]) -> Connection:
    """Return SQLAlchemy on a connection whose transactions somebody else begins and ends.

    Not in a transaction, because SQLAlchemy tries the connection out.
    """
    from sqlalchemy.pool import StaticPool

    return _engine(lambda: raw, poolclass=StaticPool, pool_reset_on_return=None).connect()


def reading_engine(connect: Callable[[], psycopg.Connection[Any]]) -> Engine:
    """Return an engine for queries, which opens connections as they are needed and keeps a few."""
    return _engine(connect, pool_pre_ping=True, pool_size=4, max_overflow=4)


def _engine(connect: Callable[[], psycopg.Connection[Any]], **options: object) -> Engine:
    from sqlalchemy import create_engine

    settled: dict[str, Any] = {
        "isolation_level": "AUTOCOMMIT",
        "skip_autocommit_rollback": True,
        "use_native_hstore": False,
    }
    return create_engine("postgresql+psycopg://", creator=connect, **settled, **options)


@contextmanager
def explaining() -> Iterator[None]:
    """Raise PostgreSQL's own error in place of SQLAlchemy's where the outside is to blame."""
    kind = driver().Error
    try:
        yield
    except Exception as error:
        # as SQLAlchemy's DBAPIError has it; not imported only to ask
        raw = getattr(error, "orig", error)
        if isinstance(raw, kind):
            if meaning(raw).code in OUTSIDE:
                raise raw from error
            if raw is error:  # of a prepared statement, which goes past SQLAlchemy
                raise ProjectionError(str(raw)) from raw
        raise
