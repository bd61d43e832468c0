"""The files of a source: found, looked at before an engine does, and digested."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.kernel.errors import DataError, nearest
from holdfast.kernel.ids import digest
from holdfast.kernel.progress import hearer_now
from holdfast.telemetry.sources import Source

PARQUET_MAGIC = b"PAR1"
READ_AT_ONCE = 1 << 20
"""Bytes of a file that are digested at once."""


@dataclass(frozen=True)
class FileState:
    """A file as it was at one moment: another size or time of writing is another file."""

    path: Path
    size: int
    modified: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> FileState:
        """Return the file as it is now."""
        found = path.stat()
        return cls(path, found.st_size, found.st_mtime_ns, found.st_ino)


def files_of(source: Source) -> tuple[FileState, ...]:
    """Return the files that a source's patterns match, sorted by path.

    Raises
    ------
    DataError
        HF301: a pattern matches nothing. HF302: a file that no engine could read.
    """
    found: dict[Path, None] = {}
    for pattern in source.locations:
        try:
            paths = sorted(matches(source.root, pattern))
            if not paths:
                raise _nothing(source, pattern)
        except OSError as error:  # a folder that may not be entered, a name that is too long
            raise _unreachable(source, source.root / pattern, error) from error
        found.update(dict.fromkeys(paths))
    if source.kind == "duckdb":
        logs = [path.with_name(f"{path.name}.wal") for path in found]
        found.update(dict.fromkeys(log for log in logs if log.exists()))
    return tuple(_looked_at(path, source) for path in found)


def matches(root: Path, pattern: str) -> Iterator[Path]:
    """Yield the files that a path or a pattern names, seen from a folder; folders are no files."""
    whole = root / pattern
    if whole.exists() or whole.is_symlink():  # also a file whose name looks like a pattern
        yield whole
        return
    # escaped, so that a folder named [a] above the plan is no pattern
    anchor = "" if Path(pattern).is_absolute() else glob.escape(str(root)) + os.sep
    for name in glob.iglob(anchor + pattern, recursive=True):  # noqa: PTH207 -- patterns may be absolute
        if not Path(name).is_dir():
            yield Path(name)


def _nothing(source: Source, pattern: str) -> DataError:
    folder = (source.root / pattern).parent
    message = f"data `{source.name}`: no file matches `{pattern}`"
    maker = "if a script makes it, run that first"
    if not folder.is_dir() and not glob.has_magic(str(folder)):
        return DataError.of("HF301", message, fix=f"there is no folder `{shown(folder, source)}`; {maker}")
    names = (entry.name for entry in folder.iterdir()) if folder.is_dir() else ()
    there = sorted(name for name in names if not name.startswith("."))[:200]
    near = nearest(Path(pattern).name, there)
    if near is not None:
        return DataError.of("HF301", message, fix=f"did you mean `{near}`? {maker.capitalize()}")
    listed = ", ".join(there[:6]) + (" ..." if len(there) > 6 else "")
    held = f"`{shown(folder, source)}` holds {listed}" if there else f"`{shown(folder, source)}` is empty"
    return DataError.of("HF301", message, fix=f"{held}; {maker}")


def _looked_at(path: Path, source: Source) -> FileState:
    """Refuse what no engine can read, with a reason that a person can act upon."""
    try:
        if path.is_dir():
            raise unreadable(source, path, "it is a folder", f"write `{path.name}/*.{source.kind}`")
        state = FileState.of(path)
        with path.open("rb") as opened:
            head = opened.read(4)
            opened.seek(max(0, state.size - 4))
            tail = opened.read(4)
    except OSError as error:
        raise _unreachable(source, path, error) from error
    if state.size == 0:
        raise unreadable(source, path, "it is empty (0 bytes)", "make it anew")
    if source.kind == "parquet" and head != PARQUET_MAGIC:
        raise unreadable(source, path, "it is no Parquet file", f"name its format: {_format_of(path)}")
    if source.kind == "parquet" and (tail != PARQUET_MAGIC or state.size < 12):
        raise unreadable(source, path, "it is cut off: its end is missing", "make or copy it anew")
    return state


def _unreachable(source: Source, path: Path, error: OSError) -> DataError:
    if isinstance(error, PermissionError):
        return unreadable(source, path, "no permission to read it", "give it to whoever runs this")
    reason = error.strerror or type(error).__name__
    return unreadable(source, path, reason.lower(), "look at the file and its disk")


def _format_of(path: Path) -> str:
    return {".csv": "`csv:`", ".duckdb": "`duckdb:`", ".db": "`duckdb:`"}.get(
        path.suffix, "`csv:` or `duckdb:`"
    )


def unreadable(source: Source, path: Path | None, reason: str, fix: str) -> DataError:
    """Return the error of a file that cannot be read."""
    file = f" `{shown(path, source)}`" if path is not None else ""
    return DataError.of("HF302", f"data `{source.name}`{file}: {reason}", fix=fix)


def shown(path: Path, source: Source) -> str:
    """Return a path as the plan's folder sees it."""
    return path.relative_to(source.root).as_posix() if path.is_relative_to(source.root) else path.as_posix()


def _digest_of(state: FileState) -> str:
    hear, read = hearer_now(), 0
    found = hashlib.sha256()
    with state.path.open("rb") as opened:
        while part := opened.read(READ_AT_ONCE):
            found.update(part)
            read += len(part)
            if hear is not None:
                hear(read / max(state.size, read))
    return found.hexdigest()


class Digests:
    """SHA-256 of files, each read once for as long as it does not change."""

    def __init__(self) -> None:
        self.known: dict[FileState, str] = {}

    def of(self, state: FileState) -> str:
        """Return `sha256:` and the digest of a file's bytes."""
        if state not in self.known:
            self.known[state] = f"sha256:{_digest_of(state)}"
        return self.known[state]

    def source(
        self, source: Source, states: tuple[FileState, ...]
    ) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return a source's digest, and its files' with their paths."""
        files = tuple((shown(state.path, source), self.of(state)) for state in states)
        # the content decides, not where it lies: moving a file does not make other data of it
        return digest({**source.selection(), "files": [content for _, content in files]}), files


def refuse_changed(source: Source, states: tuple[FileState, ...]) -> None:
    """Refuse data that changed while it was read: the digest would not be of what was measured.

    Raises
    ------
    DataError
        HF302.
    """
    for state in states:
        try:
            same = FileState.of(state.path) == state
        except OSError:
            same = False
        if not same:
            reason = "it changed while it was measured"
            raise unreadable(source, state.path, reason, "measure again when it is written completely")
