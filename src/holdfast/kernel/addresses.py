"""Addresses of databases: the parts that a driver needs, and what of them may be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from holdfast.kernel.secrets import MASK, SECRET_PATTERN, reveal

_PASSWORD = re.compile(r"(?<=:)(\$[A-Za-z_][A-Za-z0-9_]*)(?=@)")
_SAME = {"postgresql": "postgres"}


class NoAddressError(ValueError):
    """What was given is no address; it is not repeated, because it may hold a password.

    Attributes
    ----------
    named : str or None
        The `$NAME` that holds it.
    """

    def __init__(self, named: str | None) -> None:
        super().__init__("no address")
        self.named = named


@dataclass(frozen=True, repr=False)
class Address:
    """Where a database is.

    Attributes
    ----------
    scheme : str
        `postgres`, `clickhouse`, `spark`, ...
    host : str
    port : int or None
    path : str
        What follows the host: most often the database.
    user, password : str or None
    options : mapping
        What follows the `?`.
    named : str or None
        The `$NAME` that holds all of it; nothing of such an address is shown.
    """

    scheme: str
    host: str
    port: int | None = None
    path: str = ""
    user: str | None = None
    password: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    named: str | None = None

    def __repr__(self) -> str:
        return f"Address({self.shown})"

    @property
    def place(self) -> str:
        """The address without user, password and options: what tells two databases apart."""
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}/{self.path}".removesuffix("/")

    @property
    def shown(self) -> str:
        """What messages call it."""
        return self.place if self.named is None else self.named

    def sqlalchemy(self, driver: str) -> str:
        """Return the URL for SQLAlchemy, with the password: never to be shown.

        Examples
        --------
        >>> Address("postgres", "db.example", 5433, "facts", "ann", "p@ss").sqlalchemy("postgresql+psycopg")
        'postgresql+psycopg://ann:p%40ss@db.example:5433/facts'
        """
        login = "" if self.user is None else quote(self.user, safe="")
        if self.password is not None:
            login += ":" + quote(self.password, safe="")
        port = "" if self.port is None else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        options = f"?{urlencode(self.options)}" if self.options else ""
        at = "@" if login else ""
        return f"{driver}://{login}{at}{host}{port}/{quote(self.path, safe='')}{options}"

    def libpq(self, seconds: int) -> dict[str, str | int]:
        """Return what PostgreSQL's own library is told; `seconds` are given to connecting."""
        told: dict[str, str | int | None] = {
            "host": self.host or None,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "dbname": self.path or None,
            "connect_timeout": max(2, seconds),
            "application_name": "holdfast",
            "client_encoding": "utf8",
            **self.options,
        }
        return {name: value for name, value in told.items() if value is not None}

    def hidden(self, text: str) -> str:
        """Return what a driver says without what must not be shown."""
        secrets = [self.password, *self.options.values()]
        if self.named is not None:
            secrets += [self.host, self.path, self.user]
        for secret in sorted({each for each in secrets if each}, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text


def parse_address(text: str, environment: Mapping[str, str]) -> Address:
    """Return an address with the values of what it names.

    Parameters
    ----------
    text : str
        `postgres://user:$DB_PASSWORD@host:5432/database`, or `$NAME` for the whole of it.
    environment : mapping

    Raises
    ------
    PlanError
        HF214: a name is not set.
    NoAddressError
        It is no address.

    Examples
    --------
    >>> found = parse_address("postgresql://ann:$PW@db.example:5432/ai", {"PW": "s3cret"})
    >>> found, found.user, found.password, found.hidden("s3cret is wrong")
    (Address(postgres://db.example:5432/ai), 'ann', 's3cret', '******** is wrong')
    >>> parse_address("$LAKE", {"LAKE": "clickhouse://ann:s3cret@lake.example/ai"})
    Address($LAKE)
    """
    named = text if re.fullmatch(SECRET_PATTERN, text) else None
    whole = text if named is None else reveal(named, environment).value
    password: str | None = None
    if named is None and (found := _PASSWORD.search(whole)) is not None:
        password = reveal(found[0], environment).value
        whole = whole.replace(f":{found[0]}@", "@", 1)
    try:
        parts = urlsplit(whole)
        port = parts.port
    except ValueError:  # what it says may repeat a part of it
        parts, port = urlsplit(""), None
    if not parts.scheme or "://" not in whole:
        raise NoAddressError(named)
    if password is None and parts.password is not None:
        password = unquote(parts.password)
    return Address(
        scheme=_SAME.get(parts.scheme, parts.scheme),
        host=parts.hostname or "",
        port=port,
        path=unquote(parts.path.strip("/")),
        user=None if parts.username is None else unquote(parts.username),
        password=password,
        options=dict(parse_qsl(parts.query)),
        named=named,
    )
