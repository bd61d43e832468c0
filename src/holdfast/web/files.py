"""Files that people asked for: written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from holdfast.kernel.errors import UsageError


def prepared(path: Path) -> None:
    """Make the folder of a file and see that the file can be written, before anything else is done.

    Raises
    ------
    UsageError
        HF503: the folder cannot be made or written, or the path is a folder.
    """
    if path.is_dir():
        raise UsageError.of("HF503", f"cannot write `{path}`: it is a folder", fix="give the name of a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        os.close(descriptor)
        Path(name).unlink()
    except OSError as error:
        raise _refused(path, error) from error


def write(path: Path, text: str) -> None:
    """Write a text file in one move: a reader sees the old file or the new one, never half of one.

    Raises
    ------
    UsageError
        HF503: it cannot be written.
    """
    prepared(path)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> UsageError:
    reason = error.strerror or str(error)
    return UsageError.of("HF503", f"cannot write `{path}`: {reason}", fix="give another path or make room")
