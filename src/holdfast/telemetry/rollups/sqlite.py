"""Kept states in one SQLite file: a step is written as a whole or not at all, whoever dies in the middle."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from holdfast.kernel.canonical import canonical
from holdfast.kernel.clock import iso
from holdfast.measure.requests import Request, SliceKey
from holdfast.telemetry.rollups.cells import FROM, Cells
from holdfast.telemetry.rollups.errors import damaged, newer, unwritable
from holdfast.telemetry.rollups.keys import request_digest, request_json, source_key
from holdfast.telemetry.rollups.model import Grain, Part, Stamp
from holdfast.telemetry.rollups.packing import pack, unpack
from holdfast.telemetry.rollups.ports import Block, Fed, KeptRequest, KeptSource, NamedRollups
from holdfast.telemetry.rollups.shapes import Label, Numbering
from holdfast.telemetry.sources import Source

APPLICATION_ID = 0x48465255
"""`HFRU` in the file's header, by which kept states are told from any other SQLite file."""
VERSION = 1
PATIENCE = 30.0
"""Seconds to wait for another process that writes."""

Value: TypeAlias = str | bytes | int | None

_SCHEMA = (
    "CREATE TABLE sources (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL)",
    "CREATE TABLE requests (number INTEGER PRIMARY KEY, source INTEGER NOT NULL, digest TEXT NOT NULL,"
    " body TEXT NOT NULL, metrics TEXT NOT NULL, over INTEGER NOT NULL DEFAULT 0, UNIQUE (source, digest))",
    "CREATE TABLE slices (request INTEGER, number INTEGER, key TEXT NOT NULL,"
    " PRIMARY KEY (request, number)) WITHOUT ROWID",
    "CREATE TABLE labels (request INTEGER, number INTEGER, key TEXT NOT NULL,"
    " PRIMARY KEY (request, number)) WITHOUT ROWID",
    "CREATE TABLE parts (number INTEGER PRIMARY KEY, source INTEGER NOT NULL, name TEXT NOT NULL,"
    " digest TEXT NOT NULL, size INTEGER, modified INTEGER, inode INTEGER, untimed INTEGER, at TEXT,"
    " UNIQUE (source, name))",
    "CREATE TABLE blocks (number INTEGER PRIMARY KEY, part INTEGER NOT NULL, request INTEGER NOT NULL,"
    " cells INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, bytes INTEGER NOT NULL,"
    " sum INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (request, part))",
    "CREATE INDEX blocks_of_parts ON blocks (part)",
    "CREATE TABLE feeds (consumer TEXT, request INTEGER, sum INTEGER NOT NULL, body BLOB NOT NULL,"
    " state BLOB NOT NULL, PRIMARY KEY (consumer, request))",
    "CREATE TABLE grain (hours_before INTEGER NOT NULL, days_before INTEGER NOT NULL)",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
)


_PARTS = "SELECT number, name, digest, size, modified, inode, untimed FROM parts"


def _part(row: tuple[Any, ...]) -> Part:
    return Part(row[0], row[1], row[2], Stamp(*row[3:6]), row[6])


def named_rollups(path: Path) -> NamedRollups:
    """Return the states that are kept in a file."""
    return NamedRollups(
        lambda: SqliteRollups(path), lambda now: _set_aside(path, now), path.exists(), str(path)
    )


def _set_aside(path: Path, now: datetime) -> str | None:
    if not path.exists():
        return None
    aside = path.with_name(f"{path.name}.{now.strftime('%Y%m%dT%H%M%S')}")
    try:
        for end in ("", "-wal", "-shm"):
            beside = path.with_name(path.name + end)
            if beside.exists():
                beside.rename(aside.with_name(aside.name + end))
    except OSError as error:
        why = error.strerror or str(error)
        raise unwritable(path, why, "give the folder to whoever runs this") from error
    return str(aside)


class SqliteRollups:
    """Kept states in a file; fulfils `holdfast.telemetry.rollups.ports.RollupStore`.

    Parameters
    ----------
    path : Path
        Made where there is none yet.

    Raises
    ------
    DataError
        HF321: the file is damaged, or something else. HF322: a newer version's. HF323: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._refusing():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        try:
            with self._refusing():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        run = self._connection.execute
        run("PRAGMA synchronous = FULL")
        version = run("PRAGMA user_version").fetchone()[0]
        if version == 0:
            with self.writing():
                # another process may have made it while this one waited
                if run("PRAGMA user_version").fetchone()[0] == 0:
                    if run("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                        raise damaged(self._path, "the file holds something else")
                    for statement in _SCHEMA:
                        run(statement)
                    run("INSERT INTO grain VALUES (?, ?)", (FROM, FROM))
            run("PRAGMA journal_mode = WAL")
            version = VERSION
        if run("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise damaged(self._path, "the file holds something else")
        if version > VERSION:
            raise newer(self._path, version)

    @property
    def place(self) -> str:
        """Where it is."""
        return str(self._path)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Raise DataError in place of what SQLite and the file system raise."""
        try:
            yield
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise  # a defect of this program
        except OSError as error:
            why = error.strerror or str(error)
            raise unwritable(self._path, why, "give the folder to whoever runs this, or make room") from error
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    def _refusal(self, error: sqlite3.Error) -> Exception:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        advice = {
            sqlite3.SQLITE_FULL: "make room on the disk, then run it again: what was kept before is safe",
            sqlite3.SQLITE_IOERR: "look after the disk, then run it again: what was kept before is safe",
            sqlite3.SQLITE_BUSY: "another update runs for long: try again when it is done",
            sqlite3.SQLITE_LOCKED: "another update runs for long: try again when it is done",
            sqlite3.SQLITE_READONLY: "give file and folder to whoever runs this",
            sqlite3.SQLITE_CANTOPEN: "give file and folder to whoever runs this",
            sqlite3.SQLITE_PERM: "give file and folder to whoever runs this",
        }
        if code in advice:
            return unwritable(self._path, str(error), advice[code])
        return damaged(self._path, str(error))

    def _all(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        with self._refusing():
            return self._connection.execute(statement, values).fetchall()

    def _one(self, statement: str, *values: Value) -> tuple[Any, ...] | None:
        found = self._all(statement, *values)
        return found[0] if found else None

    def _write(self, statement: str, *values: Value) -> int:
        with self._refusing():
            return self._connection.execute(statement, values).lastrowid or 0

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Return a transaction; one at a time, others wait."""
        with self._refusing():
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with self._refusing():
                self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk has rolled back itself
                self._connection.execute("ROLLBACK")
            raise

    def sources(self) -> list[KeptSource]:
        """Return the sources whose states are kept."""
        return [
            KeptSource(*row) for row in self._all("SELECT number, key, name FROM sources ORDER BY number")
        ]

    def find(self, source: Source) -> KeptSource | None:
        """Return a source, where anything is kept of it."""
        row = self._one("SELECT number, key, name FROM sources WHERE key = ?", source_key(source))
        return None if row is None else KeptSource(*row)

    def source(self, source: Source) -> int:
        """Return a source's number, a new one where it is new."""
        found = self.find(source)
        if found is None:
            return self._write(
                "INSERT INTO sources (key, name) VALUES (?, ?)", source_key(source), source.name
            )
        if found.name != source.name:
            self._write("UPDATE sources SET name = ? WHERE number = ?", source.name, found.number)
        return found.number

    def requests(self, source: int) -> list[KeptRequest]:
        """Return what is asked of a source."""
        statement = (
            "SELECT number, digest, body, metrics, over FROM requests WHERE source = ? ORDER BY number"
        )
        return [
            KeptRequest(number, digest, self._json(body), tuple(self._json(metrics)), bool(over))
            for number, digest, body, metrics, over in self._all(statement, source)
        ]

    def request(self, source: int, request: Request, metrics: Sequence[str]) -> int:
        """Return a request's number, a new one where it is new; remember for which metrics it is asked."""
        digest, named = request_digest(request), json.dumps(list(metrics))
        row = self._one("SELECT number FROM requests WHERE source = ? AND digest = ?", source, digest)
        if row is not None:
            self._write("UPDATE requests SET metrics = ?, over = 0 WHERE number = ?", named, row[0])
            return int(row[0])
        body = canonical(request_json(request)).decode()
        statement = "INSERT INTO requests (source, digest, body, metrics) VALUES (?, ?, ?, ?)"
        return self._write(statement, source, digest, body, named)

    def end(self, request: int) -> None:
        """Remember that a request is asked for no metric any more."""
        self._write("UPDATE requests SET over = 1 WHERE number = ?", request)

    def drop_request(self, request: int) -> None:
        """Take a request away, with all that was counted for it."""
        for table in ("blocks", "slices", "labels", "feeds"):
            self._write(f"DELETE FROM {table} WHERE request = ?", request)  # noqa: S608 -- names of ours
        self._write("DELETE FROM requests WHERE number = ?", request)

    def parts(self, source: int) -> dict[str, Part]:
        """Return the parts of a source by name."""
        return {row[1]: _part(row) for row in self._all(f"{_PARTS} WHERE source = ?", source)}

    def part(self, source: int, name: str) -> Part | None:
        """Return a part of a source."""
        row = self._one(f"{_PARTS} WHERE source = ? AND name = ?", source, name)
        return None if row is None else _part(row)

    def put_part(self, source: int, name: str, digest: str, stamp: Stamp, untimed: int, at: datetime) -> int:
        """Keep what a part is; return its number, the same one where there is a part of this name."""
        values = (digest, stamp.size, stamp.modified, stamp.inode, untimed, iso(at))
        row = self._one("SELECT number FROM parts WHERE source = ? AND name = ?", source, name)
        if row is None:
            statement = (
                "INSERT INTO parts (digest, size, modified, inode, untimed, at, source, name)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            )
            return self._write(statement, *values, source, name)
        columns = "digest = ?, size = ?, modified = ?, inode = ?, untimed = ?, at = ?"
        self._write(f"UPDATE parts SET {columns} WHERE number = ?", *values, row[0])  # noqa: S608 -- as above
        return int(row[0])

    def rename_part(self, part: int, name: str, stamp: Stamp) -> None:
        """Remember that a part lies elsewhere now."""
        statement = "UPDATE parts SET name = ?, size = ?, modified = ?, inode = ? WHERE number = ?"
        self._write(statement, name, stamp.size, stamp.modified, stamp.inode, part)

    def drop_part(self, part: int) -> None:
        """Take a part away, with all that it contributes."""
        self._write("DELETE FROM blocks WHERE part = ?", part)
        self._write("DELETE FROM parts WHERE number = ?", part)

    def blocks(self, request: int | None = None) -> list[Block]:
        """Return what is kept, without reading it."""
        statement = "SELECT part, request, cells, first, last, bytes FROM blocks"
        if request is None:
            return [Block(*row) for row in self._all(statement)]
        return [Block(*row) for row in self._all(f"{statement} WHERE request = ?", request)]

    def cells(self, request: int, part: int) -> Cells | None:
        """Return what a part contributes to a request; None where it was not asked."""
        row = self._one("SELECT sum, body FROM blocks WHERE request = ? AND part = ?", request, part)
        return None if row is None else self._unpacked(*row)

    def each(self, request: int, first: int | None = None, end: int | None = None) -> Iterator[Cells]:
        """Yield the contributions to a request that reach into a span of minutes."""
        low, high = -(2**62) if first is None else first, 2**62 if end is None else end
        statement = "SELECT sum, body FROM blocks WHERE request = ? AND last >= ? AND first < ? ORDER BY part"
        for total, body in self._all(statement, request, low, high):
            yield self._unpacked(total, body).between(first, end)

    def put_cells(self, request: int, part: int, cells: Cells) -> None:
        """Keep what a part contributes, instead of what it did before."""
        body = pack(cells)
        first, last = (
            (int(cells.minutes.min()), int(cells.minutes.max())) if len(cells) else (2**62, -(2**62))
        )
        self._write(
            "INSERT OR REPLACE INTO blocks (part, request, cells, first, last, bytes, sum, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(part, request, len(cells), first, last, len(body), zlib.crc32(body), body),
        )

    def _unpacked(self, total: int, body: bytes) -> Cells:
        if zlib.crc32(body) != total:
            raise damaged(self._path, "a block does not have the checksum that it was written with")
        try:
            return unpack(body)
        except ValueError as error:
            raise damaged(self._path, str(error)) from error

    def _json(self, text: str) -> Any:  # noqa: ANN401 -- JSON of ours
        try:
            return json.loads(text)
        except ValueError as error:
            raise damaged(self._path, "what was asked cannot be read") from error

    def slices(self, request: int) -> list[SliceKey]:
        """Return the slices of a request by their number."""
        return [tuple(key) for key in self._keys("slices", request)]

    def labels(self, request: int) -> list[Label]:
        """Return the labels of a request by their number."""
        keys = self._keys("labels", request)
        return [key if isinstance(key, str) else (str(key[0]), str(key[1])) for key in keys]

    def _keys(self, table: str, request: int) -> list[Any]:
        statement = f"SELECT key FROM {table} WHERE request = ? ORDER BY number"  # noqa: S608 -- as above
        return [self._json(key) for (key,) in self._all(statement, request)]

    def numbering(self, request: int) -> tuple[Numbering, Numbering]:
        """Return what numbers the slices and the labels of a request, new ones included."""
        known_slices = {key: number for number, key in enumerate(self.slices(request))}
        known_labels = {label: number for number, label in enumerate(self.labels(request))}
        return self._numbered("slices", request, known_slices), self._numbered(
            "labels", request, known_labels
        )

    def _numbered(self, table: str, request: int, known: dict[Any, int]) -> Callable[[Any], int]:
        insert = f"INSERT INTO {table} (request, number, key) VALUES (?, ?, ?)"  # noqa: S608 -- as above

        def number(key: SliceKey | Label) -> int:
            if key not in known:
                known[key] = len(known)
                self._write(insert, request, known[key], json.dumps(key))
            return known[key]

        return number

    def grain(self) -> Grain:
        """Return how fine what is kept is."""
        row = self._one("SELECT hours_before, days_before FROM grain")
        if row is None:
            raise damaged(self._path, "how fine it is kept is not said")
        return Grain(*row)

    def put_grain(self, grain: Grain) -> None:
        """Remember how fine what is kept is."""
        self._write(
            "UPDATE grain SET hours_before = ?, days_before = ?", grain.hours_before, grain.days_before
        )

    def fed(self, consumer: str, request: int) -> Fed | None:
        """Return what a detector was given; None where it has been given nothing yet."""
        statement = "SELECT sum, body, state FROM feeds WHERE consumer = ? AND request = ?"
        row = self._one(statement, consumer, request)
        return None if row is None else Fed(self._unpacked(row[0], row[1]), bytes(row[2]))

    def consumers(self, request: int) -> list[str]:
        """Return whose detectors were given something of a request."""
        return [name for (name,) in self._all("SELECT consumer FROM feeds WHERE request = ?", request)]

    def put_fed(self, consumer: str, request: int, fed: Fed) -> None:
        """Remember what a detector was given."""
        body = pack(fed.cells)
        statement = (
            "INSERT OR REPLACE INTO feeds (consumer, request, sum, body, state) VALUES (?, ?, ?, ?, ?)"
        )
        self._write(statement, consumer, request, zlib.crc32(body), body, fed.state)

    def size(self) -> int:
        """Return how many bytes all of it takes."""
        [(pages,)], [(each,)] = self._all("PRAGMA page_count"), self._all("PRAGMA page_size")
        return int(pages) * int(each)

    def shrink(self) -> None:
        """Give back the room of what was taken away."""
        with self._refusing():
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()
