"""Reading a ledger's file without changing it, and verifying it from the first byte to the projections."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.kernel.errors import LedgerError, Place
from holdfast.kernel.events import EventTypes
from holdfast.ledger import chain, sharing
from holdfast.ledger.chain import Stored
from holdfast.ledger.ports import Projection
from holdfast.ledger.projections import compared, differences
from holdfast.ledger.sqlite import schema
from holdfast.ledger.sqlite.bridge import reading_engine
from holdfast.ledger.sqlite.errors import UNREADABLE, refusing
from holdfast.ledger.sqlite.notes import SQL
from holdfast.ledger.verify import Finding, Verified, follow

# The columns against the body, in SQL: the body begins and ends as they say. SQLite does this next to the
# hashing, on another processor.
BEGINNING = """'{"actor":"'||actor||'","at":"'||at||'","because":'||ifnull(because,'null')||',"data":{'"""
END = """',"seq":'||seq||',"stream":"'||stream||'","type":"'||type||'","version":'||version||'}'"""
MISFITS = f"""
SELECT seq FROM events
WHERE instr(body, CAST({BEGINNING} AS BLOB)) <> 1
   OR substr(body, -length(CAST({END} AS BLOB))) <> CAST({END} AS BLOB)
   OR typeof(body) <> 'blob' OR typeof(stream) <> 'text' OR typeof(type) <> 'text' OR typeof(at) <> 'text'
   OR typeof(actor) <> 'text' OR typeof(version) <> 'integer' OR typeof(because) NOT IN ('integer', 'null')
   OR because >= seq OR because < 1
LIMIT 1"""  # noqa: S608 -- constants


@dataclass(frozen=True)
class Snapshot:
    """A ledger's file, to be read without changing it.

    Attributes
    ----------
    file : Path
        What to read: the file itself, or a copy of it where reading would have to write.
    mode : str
        How SQLite opens it.
    """

    path: Path
    file: Path
    mode: str
    before: tuple[int, int]

    def connect(self) -> sqlite3.Connection:
        """Return a connection that only reads."""
        return schema.connect(self.file, self.mode)

    def changed(self) -> bool:
        """Whether somebody began to write since, which `immutable` does not see."""
        return "immutable" in self.mode and (_state(self.path) != self.before or _beside(self.path).exists())


def _state(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


def _beside(path: Path, what: str = "-wal") -> Path:
    return path.with_name(path.name + what)


@contextmanager
def snapshot(path: Path) -> Iterator[Snapshot]:
    """Find out how to read a ledger without changing it or leaving files beside it.

    Without a `-wal` nobody has it open, and SQLite may take it for immutable. With `-wal` and `-shm` somebody
    has, and it is read as one reader more. With a `-wal` alone it is a copy whose log must be taken over
    first, which is done to a copy of the copy.
    """
    state = _state(path)
    if not _beside(path).exists():
        yield Snapshot(path, path, "ro&immutable=1", state)
    elif _beside(path, "-shm").exists():
        yield Snapshot(path, path, "ro", state)
    else:
        with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
            copy = Path(folder) / "ledger.db"
            shutil.copyfile(path, copy)
            shutil.copyfile(_beside(path), _beside(copy))
            yield Snapshot(path, copy, "rw", state)


def require(path: Path) -> None:
    """Refuse a path without a ledger.

    Raises
    ------
    LedgerError
        HF401 where there is nothing or something else, HF402 where it is a newer version's.
    """
    if not schema.recognise(path):
        raise LedgerError.of(
            "HF401",
            "there is no ledger",
            place=Place(str(path)),
            fix="say which one with `--ledger` or HOLDFAST_LEDGER; the first check makes it",
        )


@contextmanager
def stored_events(path: Path) -> Iterator[Iterator[Stored]]:
    """Return a ledger's events as they are stored, of one moment, without changing anything.

    Raises
    ------
    LedgerError
        HF401 or HF402 as `require`; HF404 where somebody began to write while an idle file was read; HF406
        where the file is damaged.
    """
    with _still(path) as connection, contextlib.closing(_rows(connection, SQL.all, path)) as rows:
        yield (Stored(*row) for row in rows)


@contextmanager
def hashes(path: Path) -> Iterator[Iterator[bytes]]:
    """Return the hashes of a ledger's events as they are stored, as `stored_events` does."""
    with _still(path) as connection, contextlib.closing(_rows(connection, SQL.hashes, path)) as rows:
        yield (row[0] for row in rows)


def positions(path: Path) -> dict[str, int]:
    """Return how far each subscription has come."""
    with _still(path) as connection, refusing(path):
        return dict(connection.execute("SELECT name, seq FROM cursors").fetchall())


@contextmanager
def _still(path: Path) -> Iterator[sqlite3.Connection]:
    require(path)
    with snapshot(path) as shot, contextlib.closing(shot.connect()) as connection:
        yield connection
        if shot.changed():
            raise LedgerError.of(
                "HF404",
                "somebody began to write to the ledger while it was read",
                place=Place(str(path)),
                fix="try again",
            )


def _rows(
    connection: sqlite3.Connection, statement: str, path: Path
) -> Generator[tuple[Any, ...], None, None]:
    # what the reader of the events raises, as on a full disk of its own, is not the ledger's error
    with refusing(path):
        yield from connection.execute(statement)


def verify_ledger(path: Path, types: EventTypes, projections: Sequence[Projection] = ()) -> Verified:
    """Verify a ledger's file, in use or a copy, without changing it.

    The chain; the columns against the bodies; streams without gaps; SQLite's own check of the file; the
    tables as they were made; and, where all that fits, the projections against a fresh fold of the events.

    Raises
    ------
    LedgerError
        HF401 where there is no ledger, HF402 where it is a newer version's, HF404 where it never lies still.
    """
    require(path)
    for _ in range(3):
        with refusing(path), snapshot(path) as shot:
            verified = _verify(shot, types, projections)
            if not shot.changed():
                return verified
    raise LedgerError.of(
        "HF404",
        "the ledger was opened and closed by others while it was verified",
        place=Place(str(path)),
        fix="try again",
    )


def _verify(shot: Snapshot, types: EventTypes, projections: Sequence[Projection]) -> Verified:
    with ThreadPoolExecutor(max_workers=2) as pool:
        whole = pool.submit(_asking, shot, _whole)  # SQLite lets others work meanwhile
        gaps = pool.submit(_asking, shot, _gaps)
        head = _shared(shot)
        links = _Links(head)
        unreadable: list[Finding] = []
        if head is None:
            columns = pool.submit(_asking, shot, _columns)
            unreadable = [*_asking(shot, links.follow), *columns.result()]
    problems = [*links.problems, *unreadable, *gaps.result(), *whole.result()]
    notes: list[str] = []
    if not problems and projections:
        problems, notes = _projections(shot, types, projections)
    ordered = sorted(problems, key=lambda found: (found.seq is None, found.seq or 0))
    return Verified(links.head.seq, links.head, tuple(ordered), tuple(notes))


def _shared(shot: Snapshot) -> chain.Head | None:
    """Verify chain and columns in shares; return the head, or None where anything does not fit."""
    try:
        with contextlib.closing(shot.connect()) as connection:
            row = connection.execute("SELECT min(seq), max(seq) FROM events").fetchone()
    except UNREADABLE:
        return None
    if row[0] != 1 or shot.mode == "rw":  # which would take the log over several times at once
        return None
    parts = sharing.shares(row[1])
    ends = [row[1] * part // parts for part in range(parts + 1)]
    uri = f"{shot.file.absolute().as_uri()}?mode={shot.mode}"
    found = sharing.check_all("rows", [(uri, ends[n] + 1, ends[n + 1]) for n in range(parts)])
    return None if found is None else chain.Head(found[-1].last, found[-1].head)


def _asking(shot: Snapshot, question: Callable[[sqlite3.Connection], list[Finding]]) -> list[Finding]:
    """Ask a question on a connection of its own; that it cannot be answered is an answer too."""
    try:
        with contextlib.closing(shot.connect()) as connection:
            return question(connection)
    except UNREADABLE as error:
        return [Finding(f"the file cannot be read as a whole ({error})")]


class _Links:
    """The chain, followed; what was found so far stays known when the file ends in the middle."""

    def __init__(self, head: chain.Head | None) -> None:
        self.head = head or chain.Head.of(0, chain.GENESIS)
        self.problems: list[Finding] = []
        self._error: Exception | None = None

    def follow(self, connection: sqlite3.Connection) -> list[Finding]:
        self.head, problem = follow(self._rows(connection))
        if problem is None and self._error is not None:
            problem = Finding(f"it cannot be read ({self._error})", self.head.seq + 1)
        if problem is not None:
            self.problems.append(problem)
        return []

    def _rows(self, connection: sqlite3.Connection) -> Iterator[tuple[int, bytes, bytes, bytes]]:
        try:
            yield from connection.execute(SQL.links)
        except UNREADABLE as error:
            self._error = error


def _columns(connection: sqlite3.Connection) -> list[Finding]:
    found: list[Finding] = []
    row = connection.execute(MISFITS).fetchone()
    if row is not None:
        found.append(Finding(_misfit(connection, row[0]), row[0]))
    return found


def _gaps(connection: sqlite3.Connection) -> list[Finding]:
    row = connection.execute(SQL.gaps).fetchone()
    return [] if row is None else [Finding(f"the versions of stream `{row[0]}` do not run 1, 2, 3, ...")]


def _misfit(connection: sqlite3.Connection, seq: int) -> str:
    try:
        row = connection.execute(SQL.one, (seq,)).fetchone()
    except UNREADABLE as error:  # text that is no UTF-8
        return f"its columns cannot be read ({error})"
    if row is None:
        return "it is not found where its number says"
    return chain.misfit(Stored(*row))


def _whole(connection: sqlite3.Connection) -> list[Finding]:
    found = [
        Finding(f"SQLite finds the file damaged: {line}")
        for (line,) in connection.execute("PRAGMA integrity_check(3)")
        if line != "ok"
    ]
    present = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))
    found += [
        Finding(f"`{name}` is not as a ledger has it: it was changed or removed")
        for name, statement in schema.tables_of(schema.version_of(connection)).items()
        if present.get(name) != statement
    ]
    return found


def _projections(
    shot: Snapshot, types: EventTypes, projections: Sequence[Projection]
) -> tuple[list[Finding], list[str]]:
    engine = reading_engine(shot.connect)
    try:
        with contextlib.closing(shot.connect()) as raw, engine.connect() as connection:
            kept = {
                name: (shape, seq)
                for name, shape, seq in raw.execute("SELECT name, shape, seq FROM projections")
            }

            def compare(projection: Projection, seq: int) -> list[str]:
                events = (chain.recorded(row, types, str(shot.path)) for row in _until(raw, seq))
                return list(differences(connection, [projection], events))

            return compared(projections, kept, compare)
    finally:
        engine.dispose()


def _until(connection: sqlite3.Connection, seq: int) -> Iterator[Stored]:
    for row in connection.execute(SQL.until, (seq,)):
        yield Stored(*row)
