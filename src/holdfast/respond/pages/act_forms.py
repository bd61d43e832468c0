"""What a form says, as the command that it asks for: empty fields are left out, times are UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from holdfast.kernel.clock import iso
from holdfast.respond.commands.base import Command
from holdfast.respond.model.closing import QUESTIONS

LISTS = frozenset({"secondary", "favours", "over", "evidence", "data_kinds", "jurisdictions", "harms"})
"""Fields of several values: ticked, or written with commas or on lines of their own."""
RANGES = frozenset({"people", "share", "money"})
"""Fields of two values, `people_low` and `people_high`; where only one is given it is both."""
PERCENT = frozenset({"share"})
MOMENTS = frozenset({"since", "until", "due", "happened_at"})
"""Fields that are a moment: `2026-11-21T02:10`, in UTC; or `due_in`, `happened_ago` in minutes."""
MESSAGES = {
    "missing": "This is needed.",
    "string_too_long": "This is too long.",
    "string_pattern_mismatch": "This is not written as such a name is.",
    "literal_error": "Choose one of them.",
    "enum": "Choose one of them.",
    "int_parsing": "A whole number is needed.",
    "float_parsing": "A number is needed.",
    "bool_parsing": "Yes or no.",
    "greater_than_equal": "It cannot be less than nothing.",
    "less_than_equal": "It cannot be that much.",
    "datetime_from_date_parsing": "A date and a time are needed.",
    "datetime_parsing": "A date and a time are needed.",
}


@dataclass(frozen=True)
class Filled:
    """A form as it was filled in.

    Attributes
    ----------
    values : mapping
        What was typed, by field: texts, or several of them.
    wrong : mapping
        Field -> what is wrong with it; "" for the form as a whole.
    command : Command or None
        What it asks for; None where something is wrong.
    """

    values: Mapping[str, Any]
    wrong: Mapping[str, str]
    command: Command | None


def filled(kind: type[Command], form: FormData, now: datetime) -> Filled:
    """Return what a form asks for, or what is wrong with it; what was typed is kept either way."""
    typed = _typed(form)
    try:
        command = kind.model_validate(_fields(kind, form, now))
    except ValidationError as error:
        return Filled(typed, _wrong(error), None)
    return Filled(typed, {}, command)


def _typed(form: FormData) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for name in form:
        values = [value for value in form.getlist(name) if isinstance(value, str)]
        typed[name] = values if len(values) > 1 or name in LISTS else values[0] if values else ""
    return typed


def _fields(kind: type[Command], form: FormData, now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in kind.model_fields:
        value: Any
        if name in RANGES:
            value = _range(form, name)
        elif name in MOMENTS:
            value = _moment(form, name, now)
        elif name in LISTS:
            value = _several(form, name)
        elif name == "scope":
            value = _scope(form)
        elif name == "answers":
            value = {key: _text(form, f"answers_{key}") for key in QUESTIONS if _text(form, f"answers_{key}")}
        else:
            value = _text(form, name)
        if value not in (None, "", {}):
            found[name] = value
    return found


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def _several(form: FormData, name: str) -> Sequence[str] | None:
    said = [value for value in form.getlist(name) if isinstance(value, str)]
    parts = [part.strip() for value in said for part in value.replace("\n", ",").split(",")]
    return tuple(part for part in parts if part) or None


def _scope(form: FormData) -> dict[str, str]:
    """Return whom a lever holds for: `region=eu, language=de`."""
    parts = [part.partition("=") for part in _text(form, "scope_text").split(",") if part.strip()]
    return {name.strip(): value.strip() for name, _, value in parts}


def _range(form: FormData, name: str) -> tuple[Any, Any] | None:
    low, high = _text(form, f"{name}_low"), _text(form, f"{name}_high")
    if not low and not high:
        return None
    pair = (low or high, high or low)
    if name not in PERCENT:
        return pair
    try:
        return (float(pair[0]) / 100, float(pair[1]) / 100)
    except ValueError:
        return pair


def _moment(form: FormData, name: str, now: datetime) -> str | None:
    said = _text(form, name)
    if said:
        return said if said.endswith("Z") or "+" in said else f"{said}Z"
    for suffix, sign in (("_in", 1), ("_ago", -1)):
        minutes = _text(form, name + suffix)
        if minutes.isdigit() and len(minutes) < 8:
            return iso(now + sign * timedelta(minutes=int(minutes)))
    return None


def _wrong(error: ValidationError) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for problem in error.errors(include_url=False, include_input=False):
        field = str(problem["loc"][0]) if problem["loc"] else ""
        said = problem["msg"].removeprefix("Value error, ")
        wrong.setdefault(field, MESSAGES.get(problem["type"], said[:1].upper() + said[1:] + "."))
    return wrong
