"""Secrets: the plan holds only their names, and their values exist only where one is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import PlainValidator, WithJsonSchema

from holdfast.kernel.errors import Place, PlanError, nearest
from holdfast.plan.model.masking import MASK, looks_secret
from holdfast.plan.model.refusals import refuse, shown
from holdfast.plan.model.values import text_of
from holdfast.plan.model.words import prose

SECRET_PATTERN = r"^\$[A-Za-z_][A-Za-z0-9_]*$"  # noqa: S105 -- the shape of a name, not a secret
_SECRET = re.compile(SECRET_PATTERN)
_NAME_INSTEAD = (
    "write the name of an environment variable, such as `$PAGERDUTY_KEY`, and set it where Holdfast runs"
)


@dataclass(frozen=True, repr=False)
class Revealed:
    """A secret's value. It shows itself to nobody who does not ask for `value`."""

    name: str
    value: str

    def __repr__(self) -> str:
        return f"Revealed({self.name})"

    def __str__(self) -> str:
        return MASK

    def __reduce__(self) -> str:
        msg = f"the secret {self.name} is not to be pickled"
        raise TypeError(msg)


def reveal(name: str, environment: Mapping[str, str], place: Place | None = None) -> Revealed:
    """Return the value of a `$NAME`.

    Raises
    ------
    PlanError
        HF214: the environment does not have it. The message holds names only.

    Examples
    --------
    >>> reveal("$PAGERDUTY_KEY", {"PAGERDUTY_KEY": "not for your eyes"})
    Revealed($PAGERDUTY_KEY)
    """
    value = environment.get(name.removeprefix("$"))
    if value:
        return Revealed(name, value)
    near = nearest(name.removeprefix("$"), environment)
    fix = f"set it, or did you mean `${near}`?" if near else "set it where Holdfast runs"
    state = "empty" if value is not None else "not set"
    raise PlanError.of("HF214", f"the environment variable `{name}` is {state}", place=place, fix=fix)


def secret(value: object) -> str:
    """Return the `$NAME` of a secret; refuse anything else without repeating it."""
    text = text_of(value, "the `$NAME` of a secret")
    if not _SECRET.fullmatch(text):
        raise refuse("HF214", "a secret is named, never written out", _NAME_INSTEAD)
    return text


def address(value: object) -> str:
    """Return a `$NAME`, or an address that carries no secret."""
    text = prose(text_of(value, "an address, or the `$NAME` of one"))
    if _SECRET.fullmatch(text):
        return text
    if text.startswith("$"):
        raise refuse("HF214", f"{shown(text)} is no name of an environment variable", _NAME_INSTEAD)
    try:
        parts = urlsplit(text)
        carries = parts.password is not None or bool(parts.query) or looks_secret(text)
    except ValueError as error:
        raise refuse("HF203", f"{shown(text)} is no address") from error
    if carries:
        raise refuse(
            "HF214", "the address carries a secret: a secret is named, never written out", _NAME_INSTEAD
        )
    if not parts.scheme or "://" not in text:
        raise refuse("HF203", f"{shown(text)} is no address", "such as https://host.example/path, or `$NAME`")
    return text


def mail_address(value: object) -> str:
    """Return a mail address or the `$NAME` of one."""
    text = prose(text_of(value, "a mail address"))
    if not _SECRET.fullmatch(text) and not re.fullmatch(r"[^\s@,;:]+@[^\s@,;:]+", text):
        raise refuse("HF203", f"{shown(text)} is no mail address", "such as privacy@corp.example")
    return text


Secret = Annotated[
    str,
    PlainValidator(secret),
    WithJsonSchema({"type": "string", "pattern": SECRET_PATTERN, "x-type": "$NAME"}),
]
Address = Annotated[
    str,
    PlainValidator(address),
    WithJsonSchema({"type": "string", "x-type": "address without a secret, or $NAME"}),
]
MailAddress = Annotated[
    str, PlainValidator(mail_address), WithJsonSchema({"type": "string", "x-type": "mail address or $NAME"})
]
