"""The file: its tables, how it is made at once or not at all, and recognised without being touched."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import struct
from datetime import timedelta
from pathlib import Path

from holdfast.kernel.errors import LedgerError, Place
from holdfast.ledger.sqlite.errors import NOT_A_LEDGER, refusing

MAGIC = b"SQLite format 3\x00"
APPLICATION_ID = 0x48464C44
"""`HFLD` in the file's header: by which a ledger is told from any other SQLite file."""
SCHEMA_VERSION = 2
"""In the header's user_version; a file with a higher one is refused, never guessed at."""

PATIENCE = timedelta(seconds=10)
"""How long to wait for another process that writes."""

FIRST = {
    "events": """CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  because INTEGER,
  body BLOB NOT NULL,
  prev BLOB NOT NULL,
  hash BLOB NOT NULL,
  UNIQUE (stream, version)
)""",
    "cursors": "CREATE TABLE cursors (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID",
    "projections": """CREATE TABLE projections (
  name TEXT PRIMARY KEY,
  shape INTEGER NOT NULL,
  tables TEXT NOT NULL,
  seq INTEGER NOT NULL
) WITHOUT ROWID""",
    "events_are_never_changed": """CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END""",
    "events_are_never_deleted": """CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'facts are never deleted'); END""",
}
"""What 0.1.0 made."""
CAUSES = {
    "events_by_cause": """CREATE INDEX events_by_cause ON events (because) WHERE because IS NOT NULL""",
}
STEPS = {1: FIRST, 2: CAUSES}
"""Version -> what it added: name -> statement, as sqlite_schema keeps it to the letter."""

OWN_TABLES = frozenset({"events", "cursors", "projections"})


def connect(path: Path, mode: str, patience: timedelta = PATIENCE) -> sqlite3.Connection:
    """Return a connection in autocommit mode; `mode` is SQLite's: ro, rw, rwc or `ro&immutable=1`."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=patience.total_seconds(),
        isolation_level=None,
        check_same_thread=False,
    )


def durable(connection: sqlite3.Connection) -> None:
    """Make an acknowledged append one that is on the disk."""
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA fullfsync=1")  # macOS; nothing elsewhere


def recognise(path: Path) -> bool:
    """Return whether there is a ledger at a path; False where there is nothing at all.

    Only the header is read: SQLite would leave files beside one that it opens.

    Raises
    ------
    LedgerError
        HF401 where there is something else, HF402 where it is a newer version's, HF403 where it cannot be
        read.
    """
    with refusing(path):
        if path.is_dir():
            raise not_a_ledger(path, "it is a folder")
        try:
            with path.open("rb") as file:
                header = file.read(100)
        except FileNotFoundError:
            return False
    if not header:
        raise not_a_ledger(path, "it is empty")
    if len(header) < 100 or not header.startswith(MAGIC):
        raise not_a_ledger(path, "it is not a SQLite file")
    version, application = struct.unpack(">I4xI", header[60:72])
    if application != APPLICATION_ID:
        raise not_a_ledger(path, "it is a SQLite file of another program")
    check_version(path, version)
    return True


def check_version(path: Path, version: int) -> None:
    """Refuse a file that this version does not know.

    Raises
    ------
    LedgerError
        HF402 for a newer one, HF401 for a version that never was.
    """
    if version > SCHEMA_VERSION:
        raise LedgerError.of(
            "HF402",
            f"the ledger has version {version}; this installation knows up to {SCHEMA_VERSION}",
            place=Place(str(path)),
            fix="update this installation",
        )
    if version < 1:
        raise not_a_ledger(path, f"it says version {version}")


def not_a_ledger(path: Path, why: str) -> LedgerError:
    """Return the refusal of a file that is something else."""
    error = LedgerError.of(
        NOT_A_LEDGER.code, f"{NOT_A_LEDGER.message}: {why}", place=Place(str(path)), fix=NOT_A_LEDGER.fix
    )
    assert isinstance(error, LedgerError)  # noqa: S101 -- `of` is declared on the base
    return error


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version that a file says it has."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def tables_of(version: int) -> dict[str, str]:
    """Return name -> statement of all that a version has; verifying compares them."""
    return {name: text for step, added in STEPS.items() if step <= version for name, text in added.items()}


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a ledger to the present version, in the transaction that is open: all of it or nothing."""
    present = version_of(connection)
    for step, added in STEPS.items():
        if step > present:
            for statement in added.values():
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={step}")


def make(path: Path) -> None:
    """Make a new, empty ledger: complete from its first instant, or not there.

    It is written under another name and then linked, so that a process that dies leaves nothing that looks
    like a ledger, and of two processes that make the same one, one wins and both use it.

    Raises
    ------
    LedgerError
        HF403 or HF405 where the folder cannot be written.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    with refusing(path):
        path.parent.mkdir(exist_ok=True)
        try:
            _write_draft(draft)
            _publish(draft, path)
        finally:
            draft.unlink(missing_ok=True)


def _write_draft(draft: Path) -> None:
    draft.unlink(missing_ok=True)
    with contextlib.closing(connect(draft, "rwc")) as connection:
        durable(connection)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        migrate(connection)
        connection.execute("COMMIT")


def _publish(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return  # somebody else was quicker: theirs is as good
    except OSError:
        # no hard links on this file system
        if not path.exists():
            draft.rename(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
