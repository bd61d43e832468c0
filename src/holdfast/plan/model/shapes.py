"""What the schema expects at a place of the plan, so that an error can name the keys that are known there."""

from __future__ import annotations

from collections.abc import Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import Tag

from holdfast.plan.model.base import Part


def part_at(root: type[Part], steps: Sequence[str | int]) -> type[Part] | None:
    """Return the part that the schema has at the end of pydantic's path; None where it has none.

    Examples
    --------
    >>> from holdfast.plan.model.plan import Plan
    >>> part_at(Plan, ("gates", 0, "@metric")).__name__
    'MetricGate'
    """
    here: Any = root
    for step in steps:
        here = _inner(here, step)
        if here is None:
            return None
    return _part(here)


def _inner(annotation: Any, step: str | int) -> Any:  # noqa: ANN401 -- annotations have no common type
    if isinstance(step, str) and step.startswith("@"):
        return _tagged(annotation, step)
    bare = _bare(annotation)
    if isinstance(bare, type) and issubclass(bare, Part):
        for name, field in bare.model_fields.items():
            if (field.alias or name) == step:
                return field.annotation
        return None
    origin, arguments = get_origin(bare), get_args(bare)
    if origin is tuple and isinstance(step, int):
        return arguments[0]
    if origin is dict:
        return arguments[1]
    if origin in (Union, UnionType):
        found = [inner for option in arguments if (inner := _inner(option, step)) is not None]
        return found[0] if found else None
    return None


def _tagged(annotation: Any, tag: str) -> Any:  # noqa: ANN401 -- as above
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        if any(isinstance(item, Tag) and item.tag == tag for item in metadata):
            return inner
        return _tagged(inner, tag)
    if get_origin(annotation) in (Union, UnionType):
        found = [inner for option in get_args(annotation) if (inner := _tagged(option, tag)) is not None]
        return found[0] if found else None
    return None


def _bare(annotation: Any) -> Any:  # noqa: ANN401 -- as above
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _part(annotation: Any) -> type[Part] | None:  # noqa: ANN401 -- as above
    bare = _bare(annotation)
    if isinstance(bare, type) and issubclass(bare, Part):
        return bare
    if get_origin(bare) in (Union, UnionType):
        found = [part for option in get_args(bare) if (part := _part(option)) is not None]
        return found[0] if len(found) == 1 else None
    return None
