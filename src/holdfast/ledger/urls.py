"""What may be said with `--ledger` and HOLDFAST_LEDGER."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from holdfast.kernel.errors import UsageError

ADVICE = "give a path, such as `.holdfast/ledger.db`, or `sqlite:///` and a path"


@dataclass(frozen=True)
class LedgerUrl:
    """Where a ledger is kept.

    Attributes
    ----------
    engine : str
        Which engine keeps it: `sqlite`.
    path : Path
        Its file.
    """

    engine: str
    path: Path


def parse_ledger_url(text: str) -> LedgerUrl:
    """Return where a ledger is kept.

    As everywhere with SQLite, three slashes lead to a relative path and four to an absolute one.

    Raises
    ------
    UsageError
        HF501: it names an engine that this version does not open, or no file.

    Examples
    --------
    >>> parse_ledger_url("facts/ledger.db").path == parse_ledger_url("sqlite:///facts/ledger.db").path
    True
    >>> parse_ledger_url("postgresql://user:secret@host/facts")
    Traceback (most recent call last):
    ...
    holdfast.kernel.errors.UsageError: error[HF501]: this version keeps ledgers in SQLite only, not in \
`postgresql`: give a path, such as `.holdfast/ledger.db`, or `sqlite:///` and a path
    """
    scheme, separator, rest = text.partition("://")
    if not separator:
        return LedgerUrl("sqlite", _path(text))
    if scheme.lower() != "sqlite":
        # the rest of the URL is not repeated: it may hold a password
        raise UsageError.of(
            "HF501", f"this version keeps ledgers in SQLite only, not in `{scheme}`", fix=ADVICE
        )
    if not rest.startswith("/"):
        raise UsageError.of("HF501", f"the ledger `{text}` names a host; SQLite has none", fix=ADVICE)
    return LedgerUrl("sqlite", _path(rest[1:]))


def _path(text: str) -> Path:
    if not text.strip() or text == ":memory:":
        raise UsageError.of("HF501", "the ledger names no file; facts must be kept", fix=ADVICE)
    return Path(text).expanduser()
