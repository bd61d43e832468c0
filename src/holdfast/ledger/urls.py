"""What may be said with `--ledger` and HOLDFAST_LEDGER."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from holdfast.kernel.addresses import Address, NoAddressError, parse_address
from holdfast.kernel.errors import UsageError
from holdfast.kernel.secrets import SECRET_PATTERN, reveal

ADVICE = "give a path, such as `.holdfast/ledger.db`, or `postgresql://user:$PASSWORD@host/database`"


def parse_ledger_url(text: str, environment: Mapping[str, str]) -> Path | Address:
    """Return where a ledger is kept: the file of SQLite, or the database of PostgreSQL.

    As everywhere with SQLite, three slashes lead to a relative path and four to an absolute one.

    Raises
    ------
    UsageError
        HF501: it names an engine that this version does not open, or no file.
    PlanError
        HF214: a `$NAME` in it is not set.

    Examples
    --------
    >>> parse_ledger_url("facts/ledger.db", {}) == parse_ledger_url("sqlite:///facts/ledger.db", {})
    True
    >>> parse_ledger_url("postgresql://ann:$PW@db.example/facts", {"PW": "s3cret"})
    Address(postgres://db.example/facts)
    """
    if re.fullmatch(SECRET_PATTERN, text):
        whole = reveal(text, environment).value
        if "://" not in whole or whole.lower().startswith("sqlite://"):
            return parse_ledger_url(whole, {})
        return _database(text, environment)
    scheme, separator, rest = text.partition("://")
    if not separator:
        return _path(text)
    if scheme.lower() != "sqlite":
        return _database(text, environment)
    if not rest.startswith("/"):
        raise UsageError.of("HF501", f"the ledger `{text}` names a host; SQLite has none", fix=ADVICE)
    return _path(rest[1:])


def _database(text: str, environment: Mapping[str, str]) -> Address:
    # the URL is not repeated: it may hold a password
    try:
        address = parse_address(text, environment)
    except NoAddressError:
        raise UsageError.of("HF501", "the ledger's address cannot be read", fix=ADVICE) from None
    if address.scheme != "postgres":
        message = f"this version keeps ledgers in SQLite and PostgreSQL, not in `{address.scheme}`"
        raise UsageError.of("HF501", message, fix=ADVICE)
    return address


def _path(text: str) -> Path:
    if not text.strip() or text == ":memory:":
        raise UsageError.of("HF501", "the ledger names no file; facts must be kept", fix=ADVICE)
    return Path(text).expanduser()
