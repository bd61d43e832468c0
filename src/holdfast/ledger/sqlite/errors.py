"""What SQLite and the file system say, and what it means for a ledger: one table, proven total by a test."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdfast.kernel.errors import LedgerError
from holdfast.ledger.meanings import Meaning

NOT_A_LEDGER = Meaning(
    "HF401",
    "the file is not a ledger",
    "point `--ledger` at a ledger, or at a path where there is no file yet",
)
READ_ONLY = Meaning(
    "HF403",
    "the ledger cannot be written; nothing more was recorded",
    "expected a file and a folder that this user may write: correct the permissions, or name another",
)
STORAGE = Meaning(
    "HF403",
    "the storage failed, so the ledger cannot be written; nothing more was recorded",
    "look after the disk or the network share; what was acknowledged before is safe",
)
LOCKED = Meaning(
    "HF404",
    "the ledger is locked by another process; nothing more was recorded",
    "try again; if it stays, look for a process that hangs",
)
FULL = Meaning(
    "HF405",
    "there is no room to write to the ledger; nothing more was recorded",
    "make room on the disk or raise the quota, then run it again; what was acknowledged before is safe",
)
DAMAGED = Meaning(
    "HF406",
    "the ledger is damaged",
    "do not write to the file; `holdfast ledger verify` says what does not fit; compare it with a backup",
)
MEANINGS: dict[int, Meaning] = {
    sqlite3.SQLITE_ERROR: DAMAGED,  # our statements are right: a table or column that they name is gone
    sqlite3.SQLITE_INTERNAL: DAMAGED,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_ABORT: STORAGE,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_NOMEM: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_INTERRUPT: STORAGE,
    sqlite3.SQLITE_IOERR: STORAGE,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTFOUND: STORAGE,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CANTOPEN: READ_ONLY,
    sqlite3.SQLITE_PROTOCOL: LOCKED,
    sqlite3.SQLITE_EMPTY: DAMAGED,
    sqlite3.SQLITE_SCHEMA: LOCKED,
    sqlite3.SQLITE_TOOBIG: FULL,
    sqlite3.SQLITE_CONSTRAINT: DAMAGED,  # versions are checked first, in the same transaction
    sqlite3.SQLITE_MISMATCH: DAMAGED,
    sqlite3.SQLITE_MISUSE: STORAGE,
    sqlite3.SQLITE_NOLFS: FULL,
    sqlite3.SQLITE_AUTH: READ_ONLY,
    sqlite3.SQLITE_FORMAT: DAMAGED,
    sqlite3.SQLITE_RANGE: STORAGE,
    sqlite3.SQLITE_NOTADB: NOT_A_LEDGER,
    sqlite3.SQLITE_NOTICE: STORAGE,
    sqlite3.SQLITE_WARNING: STORAGE,
}
"""SQLite's primary result code -> what it means. Extended codes share the meaning of their primary one."""

SYSTEM: dict[int, Meaning] = {
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.EROFS: READ_ONLY,
    errno.ENOENT: READ_ONLY,
    errno.ENOTDIR: READ_ONLY,
    errno.ENAMETOOLONG: READ_ONLY,
    errno.EISDIR: NOT_A_LEDGER,
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
}
"""The file system's errors where a ledger is made or recognised; any other one is STORAGE."""


UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged file raises: sqlite3 stumbles over messages that quote damaged text."""


def meaning(error: sqlite3.Error | UnicodeDecodeError | OSError) -> Meaning:
    """Return what an error of the engine or the file system means."""
    if isinstance(error, OSError):
        return SYSTEM.get(error.errno or 0, STORAGE)
    if isinstance(error, UnicodeDecodeError):
        return DAMAGED
    # text that is no UTF-8 is reported without a result code: only damage puts it there
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return MEANINGS.get(code & 0xFF, STORAGE)


def refusal(error: sqlite3.Error | UnicodeDecodeError | OSError, path: Path) -> LedgerError:
    """Return the error to raise in place of the engine's."""
    said = (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
    return meaning(error).refusal(said, str(path))


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Raise LedgerError in place of what SQLite and the file system raise.

    Using a closed connection or a wrong statement is a defect of the program and passes through.
    """
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise
    except (*UNREADABLE, OSError) as error:
        raise refusal(error, path) from error
