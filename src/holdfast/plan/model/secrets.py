"""Secrets in a plan: only ever their names."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import PlainValidator, WithJsonSchema

from holdfast.kernel.secrets import SECRET_PATTERN
from holdfast.plan.model.masking import looks_secret
from holdfast.plan.model.refusals import refuse, shown
from holdfast.plan.model.values import text_of
from holdfast.plan.model.words import prose

_SECRET = re.compile(SECRET_PATTERN)
_NAMED_PASSWORD = re.compile(r"(?<=[^/]):\$[A-Za-z_][A-Za-z0-9_]*(?=@)")
_NAME_INSTEAD = (
    "write the name of an environment variable, such as `$PAGERDUTY_KEY`, and set it where Holdfast runs"
)


def secret(value: object) -> str:
    """Return the `$NAME` of a secret; refuse anything else without repeating it."""
    text = text_of(value, "the `$NAME` of a secret")
    if not _SECRET.fullmatch(text):
        raise refuse("HF214", "a secret is named, never written out", _NAME_INSTEAD)
    return text


def address(value: object) -> str:
    """Return a `$NAME`, or an address that carries no secret; its password may be a `$NAME`."""
    text = prose(text_of(value, "an address, or the `$NAME` of one"))
    if _SECRET.fullmatch(text):
        return text
    if text.startswith("$"):
        raise refuse("HF214", f"{shown(text)} is no name of an environment variable", _NAME_INSTEAD)
    open_ = _NAMED_PASSWORD.sub("", text, count=1)
    try:
        parts = urlsplit(open_)
        carries = parts.password is not None or bool(parts.query) or looks_secret(open_)
    except ValueError as error:
        raise refuse("HF203", f"{shown(text)} is no address") from error
    if carries:
        raise refuse(
            "HF214", "the address carries a secret: a secret is named, never written out", _NAME_INSTEAD
        )
    if not parts.scheme or "://" not in text:
        raise refuse("HF203", f"{shown(text)} is no address", "such as https://host.example/path, or `$NAME`")
    return text


def web_address(value: object) -> str:
    """Return an address of http or https without a secret, or the `$NAME` of one."""
    text = address(value)
    if not text.startswith(("$", "http://", "https://")):
        fix = "messages are sent over http or https; such as https://host.example/path, or `$NAME`"
        raise refuse("HF203", f"{shown(text)} is no web address", fix)
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
WebAddress = Annotated[
    str,
    PlainValidator(web_address),
    WithJsonSchema({"type": "string", "x-type": "web address without a secret, or $NAME"}),
]
MailAddress = Annotated[
    str, PlainValidator(mail_address), WithJsonSchema({"type": "string", "x-type": "mail address or $NAME"})
]
