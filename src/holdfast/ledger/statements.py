"""What is asked of the table of events, in the SQL that all engines share."""

from __future__ import annotations

from collections.abc import Collection

COLUMNS = "seq, stream, version, type, at, actor, because, body, prev, hash"

Asked = tuple[str, tuple[object, ...]]
"""A statement and its values."""


class Statements:
    """The statements, with the mark by which a driver knows a value: `?` or `%s`."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        select = f"SELECT {COLUMNS} FROM events WHERE"  # noqa: S608 -- of constants, as all here
        self.head = "SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1"
        self.version = f"SELECT version FROM events WHERE stream = {mark} ORDER BY version DESC LIMIT 1"  # noqa: S608 -- of constants, as all here
        self.insert = f"INSERT INTO events ({COLUMNS}) VALUES ({', '.join([mark] * 10)})"  # noqa: S608
        self.read = f"{select} stream = {mark} AND version > {mark} ORDER BY version"
        self.caused = f"{select} because = {mark} ORDER BY seq LIMIT {mark}"
        self.all = f"SELECT {COLUMNS} FROM events ORDER BY seq"  # noqa: S608
        self.one = f"{select} seq = {mark}"
        self.until = f"{select} seq <= {mark} ORDER BY seq"
        self.hashes = "SELECT hash FROM events ORDER BY seq"
        self.links = "SELECT seq, body, prev, hash FROM events ORDER BY seq"
        self.gaps = (
            "SELECT stream FROM events GROUP BY stream"
            " HAVING count(*) <> max(version) OR min(version) <> 1 LIMIT 1"
        )
        self.position = f"SELECT seq FROM cursors WHERE name = {mark}"  # noqa: S608
        self.noted = f"SELECT shape, tables, seq FROM projections WHERE name = {mark}"  # noqa: S608
        self.folded = (
            f"UPDATE projections SET seq = {mark} WHERE name = {mark} AND shape = {mark} AND seq = {mark}"  # noqa: S608
        )
        self.advance = (
            f"INSERT INTO cursors (name, seq) VALUES ({mark}, {mark})"  # noqa: S608
            " ON CONFLICT (name) DO UPDATE SET seq = excluded.seq"
        )
        self.note = (
            f"INSERT INTO projections (name, shape, tables, seq) VALUES ({mark}, {mark}, {mark}, {mark})"  # noqa: S608
            " ON CONFLICT (name) DO UPDATE"
            " SET shape = excluded.shape, tables = excluded.tables, seq = excluded.seq"
        )
        self._select = select

    def since(self, seq: int, limit: int, types: Collection[str] | None = None) -> Asked:
        """Ask for events after a seq, oldest first."""
        return self._within([(f"seq > {self._mark}", (seq,)), *self._of(types)], "seq", limit)

    def before(self, seq: int | None, limit: int, types: Collection[str] | None, stream: str | None) -> Asked:
        """Ask for events before a seq, newest first."""
        asked = self._of(types)
        if seq is not None:
            asked.append((f"seq < {self._mark}", (seq,)))
        if stream is not None:
            asked.append((f"stream = {self._mark}", (stream,)))
        # a stream's versions have the same order, and each has its index
        return self._within(asked, "seq DESC" if stream is None else "version DESC", limit)

    def _of(self, types: Collection[str] | None) -> list[Asked]:
        if types is None:
            return []
        marks = ", ".join([self._mark] * len(types))
        return [(f"type IN ({marks})" if types else "FALSE", tuple(types))]

    def _within(self, asked: list[Asked], order: str, limit: int) -> Asked:
        condition = " AND ".join(each for each, _ in asked) or "TRUE"
        values = tuple(value for _, each in asked for value in each)
        return f"{self._select} {condition} ORDER BY {order} LIMIT {self._mark}", (*values, limit)
