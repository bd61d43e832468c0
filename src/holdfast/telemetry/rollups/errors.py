"""What keeping states may refuse."""

from __future__ import annotations

from pathlib import Path

from holdfast.kernel.errors import DataError, Place

REBUILD = "`holdfast rollup update --anew` sets it aside and measures again what is there"


def damaged(path: Path, why: str) -> DataError:
    """Return the error of kept states that cannot be trusted."""
    return DataError.of("HF321", f"the kept states are damaged: {why}", place=Place(str(path)), fix=REBUILD)


def newer(path: Path, version: int) -> DataError:
    """Return the error of states that a newer version keeps."""
    return DataError.of(
        "HF322",
        f"the kept states are of a newer version ({version})",
        place=Place(str(path)),
        fix="update this installation of Holdfast, or name another state folder by HOLDFAST_HOME",
    )


def unwritable(path: Path, why: str, fix: str) -> DataError:
    """Return the error of states that cannot be written."""
    message = f"the kept states cannot be written; nothing of this step was ({why})"
    return DataError.of("HF323", message, place=Place(str(path)), fix=fix)
