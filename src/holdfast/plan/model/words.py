"""Typed text: names, prose, columns, paths and lists, and values that only an application reads."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from holdfast.kernel.ids import ACTOR, ACTOR_RULE
from holdfast.plan.model.refusals import refuse, shown
from holdfast.plan.model.tree import Quoted
from holdfast.plan.model.values import boolean, number, text_of

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"
NAME = re.compile(NAME_PATTERN)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
LONGEST_TEXT = 20_000
"""Characters."""

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value]"


def name(value: object) -> str:
    """Return a name that something is referred to by."""
    text = text_of(value, "a name")
    if not NAME.fullmatch(text):
        fix = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._")[:80]
        hint = f"did you mean `{fix.lower()}`?" if fix else None
        allowed = "letters, digits, `-`, `_` and `.`, at most 80, starting with a letter or digit"
        raise refuse("HF203", f"{shown(text)} is no name", hint or allowed)
    return text


def actor(value: object) -> str:
    """Return the opaque id of somebody who acts, as `HOLDFAST_ACTOR` says it."""
    text = text_of(value, "an opaque id")
    if not ACTOR.fullmatch(text):
        raise refuse("HF203", f"{shown(text)} is no actor's id", ACTOR_RULE)
    return text


def prose(value: object) -> str:
    """Return text for people: anything but nothing."""
    text = text_of(value, "text")
    if not text.strip():
        raise refuse("HF203", "the text is empty", "write it, or leave the key out")
    if _CONTROL.search(text):
        raise refuse("HF203", "the text holds a control character", "remove it")
    if len(text) > LONGEST_TEXT:
        raise refuse("HF209", f"a text of {len(text):,} characters: at most {LONGEST_TEXT:,}")
    return text


def relative_path(value: object) -> str:
    """Return a path (or pattern of paths) beside the plan, which may not leave the plan's folder."""
    text = prose(text_of(value, "a path"))
    if text.startswith(("/", "~", "\\")) or re.match(r"[A-Za-z]:[\\/]|\w+://", text):
        raise refuse(
            "HF203", f"{shown(text)} is not beside the plan", "write a path relative to the plan's folder"
        )
    if ".." in PurePosixPath(text.replace("\\", "/")).parts:
        raise refuse("HF203", f"{shown(text)} leaves the plan's folder", "keep what the plan names beside it")
    return text


def data_path(value: object) -> str:
    """Return a path (or pattern) of data files: data may live anywhere."""
    return prose(text_of(value, "a path"))


def mapping(value: object) -> object:
    """Refuse a scalar or a list where keys are expected."""
    if not isinstance(value, dict):
        raise refuse("HF203", f"expected keys and values, got {shown(value)}")
    return value


def several(value: object) -> object:
    """Refuse a scalar or a mapping where a list is expected."""
    if not isinstance(value, list | tuple):
        fix = (
            f"did you mean `[{value}]`?"
            if isinstance(value, str) and value.strip() and "\n" not in value
            else None
        )
        raise refuse("HF203", f"expected a list, got {shown(value)}", fix)
    return value


def some(value: object) -> object:
    """Refuse a list without an item, too."""
    if several(value) in ([], ()):
        raise refuse("HF203", "the list is empty", "name at least one, or leave the key out")
    return value


def phrases(value: object) -> tuple[str, ...]:
    """Return phrases, from a list or from one text with semicolons."""
    if isinstance(value, list | tuple):
        return tuple(prose(item) for item in value)
    text = prose(text_of(value, "text with `;` between the phrases, or a list"))
    return tuple(part.strip() for part in text.split(";") if part.strip())


def names_or_one(value: object) -> object:
    """Return a list, from a list or from one name."""
    return [value] if isinstance(value, str) else several(value)


def free(value: object) -> Value:
    """Return a value that only an application reads: plain scalars as YAML 1.2 reads them."""
    if isinstance(value, dict):
        return {prose(key): free(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [free(item) for item in value]
    text = text_of(value, "a value")
    if isinstance(value, Quoted):
        return prose(text) if text else ""
    if text in {"true", "false", "True", "False", "TRUE", "FALSE"}:
        return boolean(text)
    if re.fullmatch(r"[-+]?(0|[1-9]\d{0,14})", text):
        return int(text)
    if re.fullmatch(r"[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][-+]?\d+)?", text):
        return number(text)
    return prose(text)


_WORDS: dict[str, Any] = {"type": ["string", "number", "boolean"]}

Name = Annotated[
    str, PlainValidator(name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN, "x-type": "name"})
]
Actor = Annotated[
    str,
    PlainValidator(actor),
    WithJsonSchema({"type": "string", "pattern": ACTOR.pattern, "x-type": "actor"}),
]
Prose = Annotated[str, PlainValidator(prose), WithJsonSchema({**_WORDS, "x-type": "text"})]
Label = Annotated[str, PlainValidator(prose), WithJsonSchema({**_WORDS, "x-type": "text"})]
ColumnName = Annotated[str, PlainValidator(prose), WithJsonSchema({"type": "string", "x-type": "column"})]
RelativePath = Annotated[
    str, PlainValidator(relative_path), WithJsonSchema({"type": "string", "x-type": "path"})
]
DataPath = Annotated[
    str, PlainValidator(data_path), WithJsonSchema({"type": "string", "x-type": "path or pattern"})
]
Phrases = Annotated[
    tuple[str, ...],
    BeforeValidator(phrases),
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}], "x-type": "phrases"}
    ),
]
FreeValue = Annotated[Any, PlainValidator(free), WithJsonSchema({"x-type": "any value"})]
Several = BeforeValidator(several)
Some = BeforeValidator(some)
Keyed = BeforeValidator(mapping)
