"""A backup on the disk: a folder with an export of the facts, the rows of the store, and a manifest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.app.keyfiles import write_file
from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import LedgerError, Place, UsageError

MANIFEST = "backup.json"
FACTS = "facts.jsonl"
ROWS = "rows.jsonl"
KEYS = "keys"
FORMAT = 1


@dataclass(frozen=True)
class Backup:
    """What a backup's manifest says.

    Attributes
    ----------
    folder : Path
    head : tuple of int and str
        The last event's number and hash.
    positions : mapping
        How far each subscription had come.
    rows : int
        How many rows the store had.
    rows_digest : str
        The SHA-256 of its lines.
    files : mapping
        Name -> SHA-256 of each file.
    """

    folder: Path
    head: tuple[int, str]
    positions: dict[str, int]
    rows: int
    rows_digest: str
    files: dict[str, str]

    def write(self, at: str, version: str) -> None:
        """Write the manifest, which makes the folder a backup."""
        told: dict[str, Json] = {
            "backup": "holdfast",
            "format": FORMAT,
            "made_at": at,
            "made_by": version,
            "head": {"seq": self.head[0], "hash": self.head[1]},
            "positions": dict(self.positions),
            "rows": {"count": self.rows, "sha256": self.rows_digest},
            "files": dict(self.files),
        }
        write_file(self.folder / MANIFEST, [json.dumps(told, indent=2).encode(), b"\n"])

    @classmethod
    def read(cls, folder: Path) -> Backup:
        """Return what a backup says, when every file of it is as it was written.

        Raises
        ------
        UsageError
            HF501: it is no backup.
        LedgerError
            HF402: it is a newer version's. HF406: a file of it was changed or is missing.
        """
        path = folder / MANIFEST
        try:
            told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if told["backup"] != "holdfast":
                raise KeyError("backup")
            if told["format"] > FORMAT:
                raise LedgerError.of(
                    "HF402",
                    f"the backup has format {told['format']}; this version reads format {FORMAT}",
                    place=Place(str(path)),
                    fix="update this installation",
                )
            backup = cls(
                folder,
                (told["head"]["seq"], told["head"]["hash"]),
                dict(told["positions"]),
                told["rows"]["count"],
                told["rows"]["sha256"],
                dict(told["files"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError.of(
                "HF501",
                "the folder is no backup, or one that was not finished",
                place=Place(str(path)),
                fix="name a folder that `holdfast backup` wrote",
            ) from error
        backup.check()
        return backup

    def check(self) -> None:
        """Compare every file with its digest.

        Raises
        ------
        LedgerError
            HF406: one was changed or is missing.
        """
        for name, wanted in self.files.items():
            path = self.folder / name
            if not path.is_file() or digest_of(path) != wanted:
                raise LedgerError.of(
                    "HF406",
                    f"`{name}` of the backup was changed or is missing",
                    place=Place(str(path)),
                    fix="use another backup",
                )

    @property
    def keys(self) -> list[Path]:
        """The keys that are in it."""
        return [self.folder / name for name in self.files if name.startswith(f"{KEYS}/")]


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
