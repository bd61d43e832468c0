"""Making a backup while others go on writing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.keeping.backups import FACTS, KEYS, ROWS, Backup
from holdfast.app.keyfiles import key_files, write_file
from holdfast.kernel.clock import iso
from holdfast.kernel.errors import Place, UsageError
from holdfast.ledger.chain import Stored
from holdfast.ledger.export import export_lines
from holdfast.ledger.ports import LedgerEngine
from holdfast.store import copying

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application


def make_backup(application: Application, folder: Path, *, keys: bool) -> Backup:
    """Write a backup of the workspace into a new folder, and verify what was written.

    Facts are read first and the store after them: what a fact names was sealed before it was recorded, and
    so is in the backup, whoever writes meanwhile.

    Raises
    ------
    UsageError
        HF501: the folder is there already. HF503: it cannot be written.
    LedgerError
        As `holdfast ledger export`.
    """
    engine = application.ledger_engine()
    draft = folder.with_name(f".{folder.name}.unfinished")
    try:
        if folder.exists():
            raise UsageError.of(
                "HF501",
                "there is something already, and a backup never overwrites",
                place=Place(str(folder)),
                fix="name a folder that is not there yet",
            )
        if not engine.exists():
            engine.positions()  # which says that there is none
        # it is held open, so that whoever begins to write to an idle file meanwhile disturbs nothing
        with engine.open_ledger():
            positions = engine.positions()
            facts, files = _facts(engine, draft)
        with copying.moment(application.store) as rows:
            counted = _Counted(rows())
            files[ROWS] = write_file(draft / ROWS, counted)
        if keys:
            (draft / KEYS).mkdir(0o700)
            for path in key_files(application.secrets_folder()):
                files[f"{KEYS}/{path.name}"] = write_file(draft / KEYS / path.name, [path.read_bytes()])
        made = Backup(draft, facts.head, positions, counted.count, files[ROWS], files)
        made.write(iso(application.clock.now()), f"holdfast {version('holdfast')}")
        Backup.read(draft)  # what is on the disk is what was meant to be
        draft.rename(folder)
    except OSError as error:
        raise UsageError.of(
            "HF503",
            f"the backup cannot be written ({error.strerror or error})",
            place=Place(str(folder)),
            fix="expected a folder that can be made and has room",
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Backup.read(folder)


def _facts(engine: LedgerEngine, draft: Path) -> tuple[_Facts, dict[str, str]]:
    """Write the facts into a new folder."""
    with engine.stored_events() as events:
        shutil.rmtree(draft, ignore_errors=True)  # of a backup that was stopped
        draft.mkdir(0o700, parents=True)
        facts = _Facts(events)
        return facts, {FACTS: write_file(draft / FACTS, export_lines(facts))}


class _Facts:
    """Events that pass by; the last one is remembered."""

    def __init__(self, events: Iterator[Stored]) -> None:
        self._events = events
        self.head = (0, "0" * 64)

    def __iter__(self) -> Iterator[Stored]:
        for event in self._events:
            yield event
            self.head = (event.seq, event.hash.hex())


class _Counted:
    """Lines that pass by, counted."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.count += 1
            yield line
