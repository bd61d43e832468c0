"""What goes with a ledger that moves: the store and the keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.keeping.keys import key_files, missing_keys, write_keys
from holdfast.store.copying import copy

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application


def move_rest(application: Application, source: str, target: str) -> int:
    """Copy keys and store from the place of one ledger's URL to that of another; return how many rows.

    Raises
    ------
    UsageError
        HF501: there is another key, or the store there holds other rows.
    """
    keys = key_files(application.secrets_folder(source))
    missing = missing_keys(keys, application.secrets_folder(target))
    where = application.where(source)
    if isinstance(where, Path) and not where.with_name("store.db").exists():
        rows = 0  # looking makes nothing
    else:
        origin, goal = application.store_at(where), application.store_at(application.where(target))
        try:
            rows = copy(origin, goal)
        finally:
            origin.close()
            goal.close()
    write_keys(missing)
    return rows
