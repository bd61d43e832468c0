"""Files that people asked for: written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from holdfast.kernel.errors import UsageError

SOURCES = frozenset({".yaml", ".yml", ".parquet", ".csv", ".duckdb", ".db", ".json", ".jsonl"})
"""Endings of files that a slip of the hand must not replace by a report."""


def prepared(path: Path) -> None:
    """See that a file can be written before anything else is done, and leave nothing behind.

    Raises
    ------
    UsageError
        HF503: the folder cannot be made or written, or the path is a folder.
    """
    try:
        if path.is_dir():
            raise _refused(path, "it is a folder", "give the name of a file")
        if path.suffix.lower() in SOURCES and path.exists():
            raise _refused(path, "it is there and no report", "a plan, data or a ledger is never overwritten")
        with suppress(FileNotFoundError, NotADirectoryError):
            path.lstat()  # raises for a name that the file system does not take
        above = next(folder for folder in path.absolute().parents if folder.exists())
        if not above.is_dir():
            raise _refused(path, f"`{above.name}` is a file, not a folder")
        descriptor, name = tempfile.mkstemp(dir=above, prefix=".holdfast.", suffix=".tmp")
        os.close(descriptor)
        Path(name).unlink()
    except OSError as error:
        raise _refused(path, _reason(error)) from error


def write(path: Path, text: str) -> None:
    """Write a text file in one move: a reader sees the old file or the new one, never half of one.

    Raises
    ------
    UsageError
        HF503: it cannot be written.
    """
    prepared(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".holdfast.", suffix=".tmp")
    except OSError as error:
        raise _refused(path, _reason(error)) from error
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        raise _refused(path, _reason(error)) from error
    finally:
        draft.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _refused(path: Path, reason: str, fix: str = "give another path or make room") -> UsageError:
    return UsageError.of("HF503", f"cannot write `{path}`: {reason}", fix=fix)
