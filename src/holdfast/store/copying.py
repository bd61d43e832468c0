"""All rows of a store, out and in again: of one moment, into a store of whatever engine."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from holdfast.kernel.errors import Place, UsageError
from holdfast.store.store import Store
from holdfast.store.tables.every import metadata

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table

ROWS = 50
"""How many rows are in memory at once: one may be a mebibyte of a file."""


@contextmanager
def moment(store: Store) -> Iterator[Callable[[], Iterator[bytes]]]:
    """Lend what gives all rows of a store, a JSON line each, in the same order whatever the engine.

    However often it is asked, the rows are those of one moment.
    """
    with store.reading() as connection:
        yield lambda: _lines(connection)


def _lines(connection: Connection) -> Iterator[bytes]:
    from sqlalchemy import select

    for table in metadata.sorted_tables:
        found = connection.execution_options(stream_results=True, yield_per=ROWS).execute(
            select(table).order_by(*_order(table, connection.dialect.name))
        )
        for row in found.mappings():
            yield _line(table, dict(row))


def _order(table: Table, dialect: str) -> list[ColumnElement[Any]]:
    """Return the order of the rows: of bytes, and not of the database's language."""
    from sqlalchemy import Text, collate
    from sqlalchemy.types import String

    return [
        collate(column, "C") if dialect == "postgresql" and isinstance(column.type, String | Text) else column
        for column in table.primary_key.columns
    ]


def _line(table: Table, row: Mapping[str, object]) -> bytes:
    values = {column.name: _told(row[column.name]) for column in table.columns}
    return json.dumps([table.name, values], ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _told(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, datetime | date):
        return {"time" if isinstance(value, datetime) else "date": value.isoformat()}
    if value is None or isinstance(value, str | int | float):
        return value
    return {"json": value}


def _read(value: object) -> object:
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    match kind:
        case "bytes":
            return base64.b64decode(content)
        case "time":
            return datetime.fromisoformat(content)
        case "date":
            return date.fromisoformat(content)
        case _:
            return content


def digest(rows: Iterable[bytes]) -> tuple[str, int]:
    """Return the SHA-256 of a store's lines, and how many there are."""
    count, seen = 0, hashlib.sha256()
    for line in rows:
        seen.update(line)
        count += 1
    return seen.hexdigest(), count


def digest_of(store: Store) -> tuple[str, int]:
    """Return the SHA-256 of a store's lines, and how many there are."""
    with moment(store) as rows:
        return digest(rows())


def load(store: Store, rows: Iterable[bytes]) -> None:
    """Write rows into an empty store, in one transaction.

    Raises
    ------
    UsageError
        HF501: the store is not empty, or a row belongs to a table that this version does not have.
    """
    from sqlalchemy import insert, select

    with store.writing() as connection:
        for table in metadata.sorted_tables:
            if connection.execute(select(table).limit(1)).first() is not None:
                raise UsageError.of(
                    "HF501",
                    f"the store is not empty: there are rows in `{table.name}`",
                    place=Place(store.place),
                    fix="name a place where there is no workspace yet",
                )
        for name, batch in groupby(map(json.loads, rows), key=lambda row: str(row[0])):
            if name not in metadata.tables:
                raise UsageError.of(
                    "HF501", f"a row belongs to `{name}`, which is not known", fix="update this installation"
                )
            while some := [
                {key: _read(value) for key, value in values.items()} for _, values in islice(batch, ROWS)
            ]:
                connection.execute(insert(metadata.tables[name]), some)


def copy(source: Store, target: Store) -> int:
    """Copy all rows of one store into another, which is empty or holds the same rows; return how many.

    Raises
    ------
    UsageError
        HF501: the target holds other rows, or something else was written than was read.
    """
    with moment(source) as rows:
        wanted = digest(rows())
        if digest_of(target) != wanted:
            load(target, rows())
            check(target, wanted[0])
    return wanted[1]


def check(store: Store, wanted: str) -> None:
    """Refuse a store whose rows have not the digest that they must have.

    Raises
    ------
    UsageError
        HF501: something else was written than was read.
    """
    if digest_of(store)[0] != wanted:
        raise UsageError.of(
            "HF501",
            "the rows that were written are not those that were read",
            place=Place(store.place),
            fix="does something write to the target already? make a new target and try again",
        )
