"""Canonical JSON (RFC 8785): one value, one sequence of bytes, so that it can be hashed."""

from __future__ import annotations

import json
import math
from typing import TypeAlias

import rfc8785

Json: TypeAlias = "bool | int | float | str | list[Json] | tuple[Json, ...] | dict[str, Json] | None"

LARGEST_EXACT = 2**53 - 1
"""Beyond this an integer loses digits in a JSON reader; such integers travel as text."""


_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


def canonical(value: Json) -> bytes:
    r"""Return the RFC 8785 bytes of a value.

    Raises
    ------
    ValueError
        On NaN, infinity, text that is no Unicode, or a key that is not text: they have no canonical form.

    Examples
    --------
    >>> canonical({"b": 1.0, "a": [True, None, "é"]})
    b'{"a":[true,null,"\xc3\xa9"],"b":1}'
    """
    try:
        try:
            return _encode(_plain(value)).encode()
        except _NotPlainError:
            return rfc8785.dumps(portable(value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        msg = f"not representable as canonical JSON: {error}"
        raise ValueError(msg) from error


class _NotPlainError(Exception):
    """Python's own encoder would write this value otherwise than RFC 8785 asks."""


def _plain(value: Json) -> Json:
    """Return what the encoder that comes with Python, in C, writes exactly as RFC 8785 asks.

    It differs in three things only: the order of keys beyond ASCII, numbers in exponent notation, and whole
    numbers given as float. The third is mended here; the others are left to the thorough way.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if isinstance(value, str | bool):  # a subclass, as of an enumeration
        return value
    if isinstance(value, int):
        return value if -LARGEST_EXACT <= value <= LARGEST_EXACT else str(value)
    if isinstance(value, float):
        if value.is_integer() and abs(value) <= LARGEST_EXACT:
            return int(value)
        if not 1e-4 <= abs(value) < 1e15:
            raise _NotPlainError
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    for key in value:
        if not isinstance(key, str) or not key.isascii():
            raise _NotPlainError
    return {key: item if type(item) is str else _plain(item) for key, item in value.items()}


def portable(value: Json) -> Json:
    """Return the value with integers beyond 2^53 - 1 as text and tuples as lists.

    Examples
    --------
    >>> portable({"n": 2**60, "k": (1, 2)})
    {'n': '1152921504606846976', 'k': [1, 2]}
    """
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if -LARGEST_EXACT <= value <= LARGEST_EXACT else str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            msg = f"{value} has no canonical form: use null and say why"
            raise ValueError(msg)
        return value
    if isinstance(value, list | tuple):
        return [portable(item) for item in value]
    return {key: portable(item) for key, item in value.items()}
