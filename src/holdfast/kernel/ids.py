"""Identifiers: digests of content, and ids that are derived so that doing a thing twice asks for it once."""

from __future__ import annotations

import hashlib
import re
import uuid

from holdfast.kernel.canonical import Json, canonical

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://holdfast.example/ids")
ACTOR = re.compile(r"^[A-Za-z0-9_.:@-]{1,80}$")
"""What an actor's id looks like: it stays in facts for ever, so it is opaque, never a name."""
ACTOR_RULE = "use an opaque id of letters, digits and -_.:@, at most 80 characters"


def digest(value: Json) -> str:
    """Return the SHA-256 of a value's canonical JSON, as `sha256:` and 64 hexadecimal digits.

    Examples
    --------
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def derived(*parts: str) -> str:
    """Return the same uuid5 for the same parts: the key of idempotence.

    Examples
    --------
    >>> derived("event", "7", "policy") == derived("event", "7", "policy")
    True
    """
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))


def short(text: str) -> str:
    """Return the first twelve digits of a digest, for people.

    Examples
    --------
    >>> short("sha256:0123456789abcdef")
    '0123456789ab'
    """
    return text.removeprefix("sha256:")[:12]
