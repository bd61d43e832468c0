"""Views as JSON: the same names as the dataclasses, times and days in ISO 8601."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

VERSION = 1
"""Of the shape: within it keys may be added, never renamed or removed (docs/json.md)."""


def as_json(view: str, told: DataclassInstance) -> dict[str, Any]:
    """Return a view for `--json`, with the view's name and its headline where it has one."""
    headline = getattr(told, "headline", None)
    head = {"holdfast": VERSION, "view": view} | ({} if headline is None else {"headline": headline})
    return {**head, **_plain(asdict(told))}


def _plain(value: Any) -> Any:  # noqa: ANN401 -- what a dataclass holds
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
