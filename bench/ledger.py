"""The ledger: appending beside bare sqlite3 and bare psycopg, and verifying.

Bare sqlite3, and bare psycopg with one writer on a PostgreSQL that this starts, do the same statements in the
same transactions on the same disk, with bodies and hashes made beforehand: what is left is what the ledger
itself costs. The two take turns, so that a slow moment of the disk slows both; the ratio is the median of the
rounds'.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.kernel.clock import SystemClock
from holdfast.kernel.events import Event, EventTypes, Recorded
from holdfast.ledger.chain import GENESIS, link
from holdfast.ledger.export import export_lines, verify_export
from holdfast.ledger.prepared import upsert
from holdfast.ledger.sqlite import schema
from holdfast.ledger.sqlite.engine import SqliteEngine
from holdfast.ledger.sqlite.files import snapshot
from holdfast.ledger.sqlite.notes import SQL
from holdfast.ledger.verify import follow

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData

    from holdfast.ledger.ports import Ledger

ROUNDS, BATCH = 40, 50
UPSERT = (
    "INSERT INTO latest (gate, verdict) VALUES (?, ?)"
    " ON CONFLICT (gate) DO UPDATE SET verdict = excluded.verdict"
)
EVENTS = 250_000


class Decided(Event):
    """An event of the size of a gate's decision."""

    gate: str
    verdict: str
    value: float
    n: int
    k: int
    reason: str


class Latest:
    """The verdict of each gate that was decided last: one row changed an event."""

    name, shape = "latest", 1

    def __init__(self) -> None:
        from sqlalchemy import Column, MetaData, String, Table

        self.metadata: MetaData = MetaData()
        self.table = Table(
            "latest", self.metadata, Column("gate", String, primary_key=True), Column("verdict", String)
        )
        self.change = upsert(self.table)

    def apply(self, connection: Connection, recorded: Recorded) -> None:
        """Note the verdict."""
        event = recorded.event
        assert isinstance(event, Decided)
        self.change.run(connection, {"gate": event.gate, "verdict": event.verdict})


def decided(n: int) -> Decided:
    """Return one event."""
    return Decided(
        gate=f"gate-{n % 50}",
        verdict="pass",
        value=(n % 1000 + 1) / 7000,
        n=12_345,
        k=n % 99,
        reason="the bound is within",
    )


class Bare:
    """The same statements in bare sqlite3."""

    def __init__(self, path: Path, projected: bool) -> None:
        schema.make(path)
        self.connection = schema.connect(path, "rw")
        schema.durable(self.connection)
        self.projected = projected
        if projected:
            self.connection.execute("CREATE TABLE latest (gate TEXT PRIMARY KEY, verdict TEXT)")
            self.connection.execute("INSERT INTO projections VALUES ('latest', 1, '[]', 0)")

    def append(self, rows: list[tuple[object, ...]]) -> None:
        """Append each row in its transaction."""
        execute = self.connection.execute
        for row in rows:
            execute("BEGIN IMMEDIATE")
            head = execute(SQL.head).fetchone()
            execute(SQL.version, (row[1],)).fetchone()
            execute(SQL.insert, row)
            if self.projected:
                execute(SQL.folded, (row[0], "latest", 1, head[0] if head else 0))
                execute(UPSERT, (row[1], "pass"))
            execute("COMMIT")


def prepared(count: int) -> list[tuple[object, ...]]:
    """Return rows as the ledger would store them, made beforehand."""
    rows: list[tuple[object, ...]] = []
    prev, versions = GENESIS, dict.fromkeys(range(50), 0)
    for seq in range(1, count + 1):
        stream = f"gate/system/gate-{seq % 50}"
        versions[seq % 50] += 1
        version, at, because = versions[seq % 50], "2026-11-21T12:00:00.000000Z", seq - 1 or None
        document = {
            "actor": "bench", "at": at, "because": because, "data": decided(seq).data(), "schema": 1,
            "seq": seq, "stream": stream, "type": "Decided", "version": version,
        }  # fmt: skip
        body = json.dumps(document, separators=(",", ":")).encode()
        stored = link(prev, body)
        rows.append((seq, stream, version, "Decided", at, "bench", because, body, prev, stored))
        prev = stored
    return rows


def taken(action: Callable[[], object]) -> float:
    """Return the wall time of an action."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


class BarePostgres:
    """The same statements in bare psycopg."""

    def __init__(self, url: str, projected: bool) -> None:
        import psycopg

        self.connection = psycopg.connect(url, autocommit=True)
        self.projected = projected
        if projected:
            self.connection.execute("CREATE TABLE latest (gate text PRIMARY KEY, verdict text)")
            self.connection.execute("INSERT INTO projections VALUES ('latest', 1, '[]', 0)")

    def append(self, rows: list[tuple[object, ...]]) -> None:
        """Append each row in its transaction."""
        from holdfast.ledger.postgres.writer import BEGIN, SQL, STAND

        execute = self.connection.execute
        for row in rows:
            execute(BEGIN)
            head = execute(STAND, (row[1],)).fetchone()
            execute(SQL.insert, row)
            if self.projected:
                execute(SQL.folded, (row[0], "latest", 1, head[0] if head else 0))
                execute(UPSERT.replace("?", "%s"), (row[1], "pass"))
            execute("COMMIT")


def appending_to_postgres(projected: bool) -> None:
    """Measure appends of one event a transaction by one writer, in turns."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "engines"))
    from ledgers import engine_of, made_database  # type: ignore[import-not-found]  # of the tests
    from servers import Postgres  # type: ignore[import-not-found]  # of the tests

    types = EventTypes()
    types.register(Decided)
    postgres = Postgres(durable=True)
    try:
        server = postgres.start()
        urls = [made_database(server) for _ in range(2)]
        engine_of(urls[0], SystemClock(), types).open_ledger().close()  # which makes the tables
        bare = BarePostgres(urls[0], projected)
        with engine_of(
            urls[1], SystemClock(), types, (Latest(),) if projected else ()
        ).open_ledger() as ledger:
            taking_turns(bare, ledger, projected, "psycopg")
        bare.connection.close()
    finally:
        postgres.close()


def appending(folder: Path, projected: bool) -> None:
    """Measure appends of one event a transaction, in turns."""
    types = EventTypes()
    types.register(Decided)
    projections = (Latest(),) if projected else ()
    bare = Bare(folder / f"bare-{projected}.db", projected)
    engine = SqliteEngine(folder / f"ours-{projected}.db", SystemClock(), types, projections)
    with engine.open_ledger() as ledger:
        taking_turns(bare, ledger, projected, "sqlite3")
    bare.connection.close()


def taking_turns(bare: Bare | BarePostgres, ledger: Ledger, projected: bool, driver: str) -> None:
    """Let a ledger and a bare driver append in turns, and tell how they compare."""
    rows = prepared(ROUNDS * BATCH)

    def ours(first: int) -> None:
        for n in range(first + 1, first + BATCH + 1):
            ledger.append(f"gate/system/gate-{n % 50}", [decided(n)], expected=None, actor="bench")

    times = [
        (taken(lambda: bare.append(rows[first : first + BATCH])), taken(lambda: ours(first)))  # noqa: B023
        for first in range(0, ROUNDS * BATCH, BATCH)
    ]
    bare_time, our_time = (sum(column) for column in zip(*times, strict=True))
    spread = [bare_round / our_round for bare_round, our_round in times]
    name = "with a projection" if projected else "without a projection"
    print(
        f"append, {name}: {statistics.median(spread):.2f} x bare {driver} (target >= 0.6; rounds"
        f" {min(spread):.2f} to {max(spread):.2f}); {ROUNDS * BATCH / our_time:,.0f} against"
        f" {ROUNDS * BATCH / bare_time:,.0f} appends/s, each on the disk"
    )


def verifying(folder: Path) -> None:
    """Measure verifying a large ledger, its parts and its export."""
    engine = SqliteEngine(folder / "large.db", SystemClock(), EventTypes())
    schema.make(engine.path)
    connection = schema.connect(engine.path, "rw")
    connection.execute("BEGIN")
    connection.executemany(SQL.insert, prepared(EVENTS))
    connection.execute("COMMIT")
    links = connection.execute("SELECT seq, body, prev, hash FROM events ORDER BY seq").fetchall()
    connection.close()

    def hashing() -> None:
        prev = GENESIS
        for _, body, _, _ in links:
            prev = hashlib.sha256(prev + body).digest()

    def chain() -> None:
        with snapshot(engine.path) as shot:
            reading = shot.connect()
            assert follow(reading.execute(SQL.links))[1] is None
            reading.close()

    def whole() -> None:
        found = engine.verify_ledger()
        assert found.events == EVENTS
        assert not found.problems

    export = folder / "large.jsonl"

    def exporting() -> None:
        with engine.stored_events() as events, export.open("wb") as file:
            file.writelines(export_lines(events))

    rates = {}
    for name, action in (("hashing", hashing), ("chain", chain), ("whole", whole), ("export", exporting)):
        rates[name] = EVENTS / statistics.median(taken(action) for _ in range(3))
    rates["verify export"] = EVENTS / statistics.median(
        taken(lambda: verify_export(export)) for _ in range(3)
    )
    print(
        f"verify, the chain as it is read from the file: {rates['chain']:,.0f} events/s (target >= 500,000),"
        f" {rates['chain'] / rates['hashing']:.2f} x bare hashing"
    )
    print(
        f"verify, the file as a whole (chain, columns, streams, SQLite's integrity): {rates['whole']:,.0f}"
        f" events/s, {rates['whole'] / rates['hashing']:.2f} x bare hashing"
    )
    print(
        f"export: {rates['export']:,.0f} events/s; verify an export: {rates['verify export']:,.0f} events/s"
        f" (target >= 500,000), {rates['verify export'] / rates['hashing']:.2f} x bare hashing"
    )
    print(f"({EVENTS:,} events of {len(links[-1][1])} bytes)")


def main() -> None:
    """Run all of it in a folder beside the repository's, so that it is on a disk and not in memory."""
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as name:
        folder = Path(name)
        appending(folder, projected=False)
        appending(folder, projected=True)
        appending_to_postgres(projected=False)
        appending_to_postgres(projected=True)
        verifying(folder)


if __name__ == "__main__":
    main()
