"""From the words of a command line to the fields of an act."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from holdfast.kernel.errors import Problem, UsageError, did_you_mean

if TYPE_CHECKING:
    from holdfast.respond.commands.base import Command

SPAN = re.compile(r"\+?(\d{1,6})\s*(min|m|h|d)")
UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}


def parse_time(text: str, *, back: bool = False) -> datetime | str:
    """Return the moment that a person means: `30m` from now (or ago, where it looks `back`), or ISO 8601.

    What is neither is returned as it is: the act says what is wrong with it.

    Examples
    --------
    >>> parse_time("2026-11-21T10:30Z").isoformat()
    '2026-11-21T10:30:00+00:00'
    >>> parse_time("soon")
    'soon'
    """
    if found := SPAN.fullmatch(text.strip()):
        span = timedelta(**{UNITS[found[2]]: int(found[1])})
        return datetime.now(UTC) + (-span if back else span)
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        return text
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def parse_pairs(words: Sequence[str]) -> dict[str, Any]:
    """Return `FIELD=VALUE` words as fields; one that comes again makes a list.

    Raises
    ------
    UsageError
        HF792: a word without `=`.

    Examples
    --------
    >>> parse_pairs(["evidence=seq:1", "evidence=seq:2", "share=[0.01, 0.05]"])
    {'evidence': ['seq:1', 'seq:2'], 'share': [0.01, 0.05]}
    """
    fields: dict[str, Any] = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not sign:
            raise UsageError.of("HF792", f"{word[:60]!r} says no field", fix="write FIELD=VALUE")
        value = _value(text)
        name = name.replace("-", "_")
        if name in fields:
            before = fields[name] if isinstance(fields[name], list) else [fields[name]]
            fields[name] = [*before, value]
        else:
            fields[name] = value
    return fields


def _value(text: str) -> Any:  # noqa: ANN401 -- whatever JSON may hold
    if text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def understood(command: type[Command], fields: Mapping[str, Any]) -> Command:
    """Return an act with its fields.

    Raises
    ------
    UsageError
        HF792: with every field that is wrong.
    """
    known = command.model_fields
    problems = [
        Problem("HF792", f"`{command.NAME}` has no field `{name}`", fix=did_you_mean(name, known))
        for name in fields
        if name not in known
    ]
    if problems:
        raise UsageError(problems)
    shaped = {name: _shaped(str(known[name].annotation), name, value) for name, value in fields.items()}
    try:
        return command.model_validate(shaped)
    except ValidationError as error:
        raise UsageError([_problem(command, each) for each in error.errors()]) from None


def _shaped(annotation: str, name: str, value: Any) -> Any:  # noqa: ANN401 -- whatever a field may hold
    """Return a value as its field takes it: one word of a list is a list, a span is a moment."""
    if "datetime" in annotation.lower() and isinstance(value, str):
        return parse_time(value, back=name in ("since", "happened_at"))
    if "tuple" in annotation and isinstance(value, str):
        return [each.strip() for each in value.split(",") if each.strip()]
    if "dict" in annotation and isinstance(value, str | list):
        words = [value] if isinstance(value, str) else value
        return {key: text for key, _, text in (str(word).partition("=") for word in words)}
    return value


def _problem(command: type[Command], error: Mapping[str, Any]) -> Problem:
    name = ".".join(str(part) for part in error["loc"])
    field = command.model_fields.get(str(error["loc"][0])) if error["loc"] else None
    told = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "missing":
        told = "it is needed"
    return Problem("HF792", f"`{name or command.NAME}`: {told[:1].lower()}{told[1:]}", fix=_first_line(field))


def _first_line(field: Any) -> str | None:  # noqa: ANN401 -- pydantic's own description of a field
    said = " ".join((field.description or "").split()) if field is not None else ""
    return said[:300] or None
