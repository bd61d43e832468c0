"""What a series is known by: the digest of what is asked, and of which records."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import get_args

from holdfast.kernel.canonical import Json
from holdfast.kernel.expressions.encoding import to_json
from holdfast.kernel.expressions.tree import Expression
from holdfast.kernel.ids import digest
from holdfast.measure.requests import Request
from holdfast.telemetry.sources import Source


def request_json(request: Request) -> Json:
    """Return what is asked for as JSON: the same for the same question, wherever it stands in a plan.

    Examples
    --------
    >>> from holdfast.measure.requests import MomentsRequest
    >>> request_json(MomentsRequest("age", ("sex",)))
    {'asked': 'MomentsRequest', 'column': 'age', 'by': ['sex'], 'among': None}
    """
    asked = _fields(request)
    asked.pop("most", None)  # how many slices may be told apart is no part of what each of them says
    return {"asked": type(request).__name__, **asked}


def _fields(value: object) -> dict[str, Json]:
    assert is_dataclass(value)  # noqa: S101 -- requests and grids are
    return {field.name: _json(getattr(value, field.name)) for field in fields(value)}


def _json(value: object) -> Json:
    if isinstance(value, get_args(Expression)):
        return to_json(value)
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return _fields(value)


def request_digest(request: Request) -> str:
    """Return the digest by which a question is found again."""
    return digest(request_json(request))


def source_key(source: Source) -> str:
    """Return the digest by which a source is found again, whatever it is called, wherever the plan lies."""
    locations: list[Json] = list(source.locations)
    return digest({**source.selection(), "locations": locations, "time": source.time})
