"""The keys of a workspace: files that go with it, and are never overwritten."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from holdfast.kernel.errors import Place, UsageError


def key_files(folder: Path) -> list[Path]:
    """Return the keys of a workspace: of the vault, and of checkpoints with the last one of each."""
    found = [
        folder / "key",
        *sorted(folder.glob("checkpoint-*.key")),
        *sorted(folder.glob("checkpoint-*.last")),
    ]
    return [path for path in found if path.is_file()]


def missing_keys(keys: Sequence[Path], folder: Path) -> list[tuple[Path, bytes]]:
    """Return what is to be written so that a folder has the keys.

    Raises
    ------
    UsageError
        HF501: it has another one of that name.
    """
    missing: list[tuple[Path, bytes]] = []
    for path in keys:
        target, content = folder / path.name, path.read_bytes()
        if not target.exists():
            missing.append((target, content))
        elif target.read_bytes() != content:
            raise UsageError.of(
                "HF501",
                "there is another key already, and none is ever overwritten",
                place=Place(str(target)),
                fix="name a place where there is no workspace yet",
            )
    return missing


def write_keys(missing: Sequence[tuple[Path, bytes]]) -> None:
    """Write keys that only this user may read."""
    for path, content in missing:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, [content])


def write_file(path: Path, pieces: Iterable[bytes], mode: int = 0o600) -> str:
    """Write a file that is on the disk afterwards; return its SHA-256."""
    seen = hashlib.sha256()
    path.touch(mode, exist_ok=False)
    with path.open("wb") as file:
        for piece in pieces:
            seen.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return seen.hexdigest()
