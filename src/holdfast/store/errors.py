"""What a store's database refuses, in the words of errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from holdfast.kernel.errors import LedgerError

CODES = {"SQLITE_BUSY": "HF404", "SQLITE_LOCKED": "HF404", "SQLITE_FULL": "HF405"}


@contextmanager
def refusing(place: str) -> Iterator[None]:
    """Say what a database refuses; nothing of the transaction stays.

    Raises
    ------
    LedgerError
        HF404: it is locked. HF405: there is no room. HF403: it cannot be reached or written.
    """
    from sqlalchemy.exc import OperationalError

    try:
        yield
    except OperationalError as error:
        name = getattr(error.orig, "sqlite_errorname", "")
        code = CODES.get("_".join(name.split("_")[:2]), "HF403")
        why = str(error.orig).splitlines()[0] if str(error.orig) else "the database does not answer"
        fix = "try again" if code == "HF404" else "see that the database is there and has room, and try again"
        raise LedgerError.of(code, f"the store {place}: {why}", fix=fix) from error
