"""Logs in hourly files, and what is kept of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.kernel.expressions.parsing import parse
from holdfast.measure.requests import CountsRequest, Request
from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.rollups.model import Updated
from holdfast.telemetry.rollups.reading import kept_windows
from holdfast.telemetry.rollups.sqlite import SqliteRollups
from holdfast.telemetry.rollups.updating import update
from holdfast.telemetry.sources import Source

START = datetime(2026, 10, 1)  # noqa: DTZ001 -- records carry naive UTC
SCHEMA = pa.schema(
    {
        "at": pa.timestamp("us"),
        "bad": pa.bool_(),
        "x": pa.float64(),
        "word": pa.string(),
        "score": pa.float64(),
        "unit": pa.int64(),
        "known": pa.timestamp("us"),
    }
)
BAD = CountsRequest(parse("bad"))
BY_WORD = CountsRequest(parse("bad"), None, ("word",))


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def epoch(number: float) -> int:
    return int(minute(number).replace(tzinfo=UTC).timestamp())


@dataclass
class Log:
    """Files of records, and what is kept of them."""

    folder: Path
    engine: DuckEngine = field(default_factory=lambda: DuckEngine(threads=1))
    now: datetime = field(default=minute(10_000).replace(tzinfo=UTC))

    @property
    def source(self) -> Source:
        return Source("log", "parquet", ("log-*.parquet",), self.folder, time="at")

    @property
    def path(self) -> Path:
        return self.folder / "state" / "kept.db"

    def write(self, name: str, *rows: dict[str, Any]) -> None:
        pq.write_table(pa.Table.from_pylist(list(rows), SCHEMA), self.folder / f"log-{name}.parquet")

    def remove(self, name: str) -> None:
        (self.folder / f"log-{name}.parquet").unlink()

    def update(self, *requests: Request, **options: Any) -> Updated:
        store = SqliteRollups(self.path)
        try:
            asked = {request: [f"metric {place}"] for place, request in enumerate(requests or (BAD,))}
            return update(store, self.engine, self.source, asked, now=self.now, **options)
        finally:
            store.close()

    def kept(self, *requests: Request, every: int = 60, **span: Any) -> list[Any]:
        store = SqliteRollups(self.path)
        try:
            return list(kept_windows(store, self.source, requests or (BAD,), every, **span).answers)
        finally:
            store.close()

    def direct(self, *requests: Request, every: int = 60, **span: Any) -> list[Any]:
        return list(self.engine.windows(self.source, requests or (BAD,), every, **span).answers)


def row(at: float | None, bad: bool | None = False, **more: Any) -> dict[str, Any]:
    return {"at": None if at is None else minute(at), "bad": bad, **more}
