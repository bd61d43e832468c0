"""Files that commands write and read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from holdfast.kernel.errors import Place, UsageError


@contextmanager
def complete(output: Path, what: str, *, private: bool = False, fresh: bool = False) -> Iterator[BinaryIO]:
    """Open a file that appears under its name only when all of it is on the disk.

    Parameters
    ----------
    what : str
        What messages call it.
    private : bool
        Whether only this user may read it.
    fresh : bool
        Whether it replaces none: where somebody else was quicker, theirs stays.

    Raises
    ------
    UsageError
        HF503: it cannot be written.
    """
    draft = output.with_name(f".{output.name}.{secrets.token_hex(4)}.new")
    try:
        try:
            draft.touch(0o600 if private else 0o666, exist_ok=False)
            with draft.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if fresh:
                _place(draft, output)
            else:
                draft.replace(output)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError.of(
            "HF503",
            f"the {what} cannot be written ({error.strerror or error})",
            place=Place(str(output)),
            fix="expected a folder that exists, can be written and has room",
        ) from error


def _place(draft: Path, path: Path) -> None:
    """Put a file where there is none."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    except OSError:  # no hard links on this file system
        if not path.exists():
            draft.replace(path)


def text_of(path: Path, what: str) -> str:
    """Return what a file holds, in UTF-8 and with its line ends as they are.

    Raises
    ------
    UsageError
        HF501: it cannot be read.
    """
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError.of(
            "HF501",
            f"the {what} cannot be read ({getattr(error, 'strerror', None) or 'it is no UTF-8'})",
            place=Place(str(path)),
            fix="name a file that `holdfast ledger checkpoint` or `prove` wrote",
        ) from error
