"""What goes with a ledger that moves: the store and the keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.keyfiles import key_files, missing_keys, write_keys

if TYPE_CHECKING:
    from holdfast.kernel.addresses import Address
    from holdfast.store.store import Store


def move_rest(
    source: Path | Address,
    target: Path | Address,
    folders: tuple[Path, Path],
    store_at: Callable[[Path | Address], Store],
) -> int:
    """Copy keys and store from the place of one ledger to that of another; return how many rows.

    Parameters
    ----------
    folders : tuple of Path
        Where the keys of both are.
    store_at : callable
        Opens the store of the ledger at a place.

    Raises
    ------
    UsageError
        HF501: there is another key, or the store there holds other rows.
    """
    from holdfast.store.copying import copy

    missing = missing_keys(key_files(folders[0]), folders[1])
    if isinstance(source, Path) and not source.with_name("store.db").exists():
        rows = 0  # looking makes nothing
    else:
        origin, goal = store_at(source), store_at(target)
        try:
            rows = copy(origin, goal)
        finally:
            origin.close()
            goal.close()
    write_keys(missing)
    return rows
