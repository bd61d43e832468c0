"""A small ledger to work on, and what may be done to it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from holdfast.kernel.clock import SetClock
from holdfast.kernel.errors import HoldfastError, LedgerError
from holdfast.kernel.events import Event, EventTypes
from holdfast.ledger.cli.group import ledger
from holdfast.ledger.export import export_lines
from holdfast.ledger.ports import Projection
from holdfast.ledger.sqlite.engine import SqliteEngine
from holdfast.ledger.verify import Finding, Verified


class DoorOpened(Event):
    """Somebody opened a door."""

    door: str
    width: float = 0.9


class Workshop:
    """Ledgers in a folder: made, copied, damaged, exported."""

    opened = DoorOpened

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.types = EventTypes()
        self.types.register(DoorOpened)
        self.projections: tuple[Projection, ...] = ()

    def engine(self, name: str = "ledger.db") -> SqliteEngine:
        clock = SetClock(datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
        return SqliteEngine(self.folder / name, clock, self.types, self.projections, timedelta(seconds=0.05))

    def ledger_engine(self, url: str | None = None) -> SqliteEngine:
        """Return a ledger as the commands ask for it: the workshop is their application."""
        return self.engine(url or "ledger.db")

    def whole_ledger(self, url: str | None = None) -> SqliteEngine:
        return self.ledger_engine(url)

    def verify_file(self, path: Path) -> Verified:
        return self.engine().verify_file(path)

    def hashes_of_file(self, path: Path) -> contextlib.AbstractContextManager[Iterator[bytes]]:
        return self.engine().hashes_of_file(path)

    def move_rest(self, source: str, target: str) -> int:
        return 0

    def secrets_folder(self) -> Path:
        return self.folder / "secrets"

    def run(self, *arguments: str) -> tuple[int, bytes]:
        """Run a command as the application does: its return value is the exit code."""
        # CliRunner stands in for the terminal; the group itself returns what the command returned
        codes: list[int | None] = []

        @click.command(
            add_help_option=False,
            context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
        )
        @click.pass_context
        def outer(ctx: click.Context) -> None:
            codes.append(ledger.main(ctx.args, standalone_mode=False, obj=self))

        result = CliRunner().invoke(outer, list(arguments))
        if isinstance(result.exception, HoldfastError):
            raise result.exception
        assert result.exception is None, result.exception
        return codes[0] or 0, result.stdout_bytes

    def told(self, *arguments: str) -> tuple[int, str]:
        code, output = self.run(*arguments)
        return code, output.decode()

    def made(self, name: str = "ledger.db", events: int = 12) -> Path:
        with self.engine(name).open_ledger() as ledger:
            for n in range(events):
                ledger.append(
                    f"door/{n % 3}",
                    [DoorOpened(door=f"tür {n}")],
                    expected=None,
                    actor="g",
                    because=n or None,
                )
        return self.folder / name

    def export(self, name: str = "ledger.db") -> bytes:
        with self.engine(name).stored_events() as events:
            return b"".join(export_lines(events))

    def exported(self, events: int = 12) -> Path:
        self.made(events=events)
        path = self.folder / "export.jsonl"
        path.write_bytes(self.export())
        return path

    def refused(self, path: Path) -> tuple[Finding, ...]:
        """Return what verifying a file finds, its refusal as a whole included."""
        try:
            return self.engine().verify_file(path).problems
        except LedgerError as error:
            return (Finding(error.problems[0].code),)

    @contextlib.contextmanager
    def unguarded(self, name: str = "ledger.db") -> Iterator[object]:
        """Change a file behind the ledger's back, leaving its tables as they were made."""
        import sqlite3

        from holdfast.ledger.sqlite.schema import FIRST

        guards = [name for name in FIRST if name.startswith("events_are")]
        with contextlib.closing(sqlite3.connect(self.folder / name)) as connection, connection:
            for guard in guards:
                connection.execute(f"DROP TRIGGER {guard}")
            yield connection
            for guard in guards:
                connection.execute(FIRST[guard])


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)
