"""Files that people asked for: written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from holdfast.kernel.errors import UsageError

SOURCES = frozenset({".yaml", ".yml", ".parquet", ".csv", ".duckdb", ".db", ".json", ".jsonl"})
"""Endings of files that a slip of the hand must not replace by a report."""


LARGEST_OURS = 50_000_000
"""Bytes of a file that is looked into before it is replaced."""
Ours: TypeAlias = Callable[[str], bool]
"""Tells from a file's text whether it is an earlier output of the kind that is to be written."""


def prepared(path: Path, ours: Ours | None = None) -> None:
    """See that a file can be written before anything else is done, and leave nothing behind.

    Parameters
    ----------
    path : Path
    ours : callable, optional
        For outputs whose ending data may have, too: whether a file that is there may be replaced.

    Raises
    ------
    UsageError
        HF503: the folder cannot be made or written, or the path is a folder.
    """
    try:
        if path.is_dir():
            raise _refused(path, "it is a folder", "give the name of a file")
        if path.suffix.lower() in SOURCES and path.exists() and not _is_ours(path, ours):
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


def _is_ours(path: Path, ours: Ours | None) -> bool:
    if ours is None or path.stat().st_size > LARGEST_OURS:
        return False
    try:
        return ours(path.read_text(encoding="utf-8"))
    except ValueError:  # no text, or not the text that it should be
        return False


def write(path: Path, content: str | bytes, ours: Ours | None = None) -> None:
    """Write a file in one move: a reader sees the old file or the new one, never half of one.

    Raises
    ------
    UsageError
        HF503: it cannot be written.
    """
    prepared(path, ours)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".holdfast.", suffix=".tmp")
    except OSError as error:
        raise _refused(path, _reason(error)) from error
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace"))
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        raise _refused(path, _reason(error)) from error
    finally:
        draft.unlink(missing_ok=True)


def appendable(path: Path) -> None:
    """See that a text can be appended to a file, which is made where it is not there.

    Raises
    ------
    UsageError
        HF503: it cannot.
    """
    append(path, "")


def append(path: Path, text: str) -> None:
    """Append to a text file that others write, too.

    Raises
    ------
    UsageError
        HF503: it cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        raise _refused(path, _reason(error)) from error


def from_here(path: Path) -> str:
    """Return a path as the user would type it from this folder."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _refused(path: Path, reason: str, fix: str = "give another path or make room") -> UsageError:
    return UsageError.of("HF503", f"cannot write `{path}`: {reason}", fix=fix)
