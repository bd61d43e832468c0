"""Rules over columns as conditions of DuckDB: one query counts how many records break each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from holdfast.kernel.errors import DataError
from holdfast.telemetry.files.tables import text
from holdfast.telemetry.ports import Broken, RulesKept
from holdfast.telemetry.queries.translation import Physical
from holdfast.telemetry.rules import Rule, Scalar

if TYPE_CHECKING:
    import duckdb

SHOWN = 3
"""Records that are named for a broken rule."""
MOST_NAMED = 20
"""Broken rules whose first records are looked for."""
Held = Mapping[str, tuple[str, Physical | None]]
"""The plan's name of a column -> (our name, how it comes)."""

_FITS: Mapping[Physical, tuple[str, ...]] = {
    "text": ("string",),
    "date": ("string",),
    "time": ("string",),
    "bool": ("boolean",),
    "whole": ("integer", "number"),
    "real": ("number",),
    "null": ("null", "string", "boolean", "integer", "number"),
}
"""The types of JSON that a column can be; a date or a time is its text, as RFC 3339 writes it."""
_OF_VALUES = frozenset({"type", "enum", "const"})
"""Keywords that say something about values of every type."""
_COMPARED = {"minimum": "<", "maximum": ">", "exclusiveMinimum": "<=", "exclusiveMaximum": ">="}
_DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_FORMATS = {
    "date": _DATE,
    "date-time": _DATE + r"[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])",
    "email": r"[^@\s]+@[^@\s]+",
    "ipv4": r"((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])",
    "uuid": r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
}


def keep_rules(
    connection: duckdb.DuckDBPyConnection, view: str, rows: int, held: Held, rules: Sequence[Rule]
) -> RulesKept:
    """Return how many records break each rule, and any.

    Parameters
    ----------
    connection : DuckDB connection
    view : str
        A table or view of ours.
    rows : int
        Its records.
    held : mapping
        Its columns.
    rules : sequence of Rule

    Raises
    ------
    DataError
        HF215: a pattern that the engine cannot run.
    """
    _refuse_patterns(connection, rules)
    conditions = {rule: _broken_by(rule, held) for rule in rules}
    idle = tuple(rule for rule, condition in conditions.items() if condition is None)
    asked = {rule: condition for rule, condition in conditions.items() if condition not in (None, "false")}
    if not asked or not rows:
        return RulesKept(rows, 0, (), idle)
    counts = [f"count(*) FILTER ({condition})" for condition in asked.values()]
    either = " OR ".join(f"({condition})" for condition in asked.values())
    query = f"SELECT count(*) FILTER ({either}), {', '.join(counts)} FROM {view}"  # noqa: S608 -- names are ours
    [(wrong, *each)] = connection.execute(query).fetchall()
    broken = [(rule, count) for rule, count in zip(asked, each, strict=True) if count]
    first = _first(connection, view, [asked[rule] or "" for rule, n in broken[:MOST_NAMED] if n < rows])
    named = {rule: first.get(asked[rule] or "", ()) for rule, _ in broken}
    extra = [name for rule in rules if rule.keyword == "additionalProperties" for name in others(held, rule)]
    return RulesKept(
        rows, wrong, tuple(Broken(rule, n, named[rule]) for rule, n in broken), idle, tuple(extra)
    )


def _refuse_patterns(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """Refuse what is no regular expression for the engine: RE2 looks neither ahead nor behind.

    Raises
    ------
    DataError
        HF215.
    """
    import duckdb

    for rule in rules:
        if rule.keyword == "pattern":
            try:
                connection.execute("SELECT regexp_matches('', ?)", [str(rule.argument[0])]).fetchall()
            except duckdb.Error as error:
                reason = str(error).splitlines()[0].rpartition("Error: ")[2]
                message = f"`{rule.column}`: the pattern cannot be run: {reason[:200]}"
                fix = "write it without looking ahead or behind, and without references to groups"
                raise DataError.of("HF215", message, fix=fix) from error


def _first(
    connection: duckdb.DuckDBPyConnection, view: str, conditions: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    """Return the numbers of the first records under each condition, in the order of the files."""
    if not conditions:
        return {}
    connection.execute("SET preserve_insertion_order = true")
    try:
        return {
            condition: tuple(
                row[0]
                for row in connection.execute(
                    f"SELECT n FROM (SELECT row_number() OVER () AS n, ({condition}) AS wrong FROM {view})"  # noqa: S608
                    f" WHERE wrong LIMIT {SHOWN}"
                ).fetchall()
            )
            for condition in conditions
        }
    finally:
        connection.execute("SET preserve_insertion_order = false")


def _broken_by(rule: Rule, held: Held) -> str | None:
    """Return the condition under which a record breaks a rule; None where the rule says nothing about it."""
    if rule.keyword == "additionalProperties":
        return _of(bool(others(held, rule)))
    if rule.column not in held:
        return _of(rule.keyword == "required")
    inner, kind = held[rule.column]
    if kind is None:  # a type that is not even read, and none of those that a rule can ask for
        return _of(True) if rule.keyword in _OF_VALUES else None
    if rule.keyword == "required":
        return "false" if rule.argument else f"{inner} IS NULL"
    wrong = _wrong(rule, inner, kind)
    return wrong if wrong in (None, "false") else f"{inner} IS NOT NULL AND ({wrong})"


def _wrong(rule: Rule, inner: str, kind: Physical) -> str | None:
    """Return the condition under which a value breaks a rule."""
    if kind in {"nested", "vector"}:
        return _of(True) if rule.keyword in _OF_VALUES else None
    if kind == "null":
        return "false"
    if rule.keyword == "type":
        return _not_of_type(inner, kind, rule.argument)
    if rule.keyword in _OF_VALUES:
        return _none_of(inner, kind, rule.argument)
    return _value(rule, inner, kind)


def others(held: Held, rule: Rule) -> list[str]:
    """Return the columns that are there and may not be: none of whose names is one that may."""
    allowed = {inner for name, (inner, _) in held.items() if name in rule.argument}
    return [name for name, (inner, _) in held.items() if inner not in allowed]


def _of(always: bool) -> str:
    return "true" if always else "false"


def _not_of_type(inner: str, kind: Physical, types: Sequence[Scalar]) -> str:
    if kind == "real":
        if "number" in types:
            return f"isnan({inner}) OR isinf({inner})"
        if "integer" in types:
            return f"isnan({inner}) OR isinf({inner}) OR {inner} != trunc({inner})"
    return _of(not set(_FITS[kind]) & set(types))


def _none_of(inner: str, kind: Physical, values: Sequence[Scalar]) -> str:
    known = [literal for literal in (_literal(value, kind) for value in values) if literal is not None]
    return f"{_as_text(inner, kind)} NOT IN ({', '.join(known)})" if known else "true"


def _literal(value: Scalar, kind: Physical) -> str | None:
    """Return a value as SQL, where a column of this kind can hold it."""
    if isinstance(value, bool):
        return str(value).lower() if kind == "bool" else None
    if isinstance(value, str):
        return text(value) if kind in {"text", "date", "time"} else None
    if value is None or kind not in {"whole", "real"}:
        return None
    return _number(value)


def _number(value: float) -> str:
    whole = isinstance(value, int) and abs(value) < 2**126
    return f"CAST({value} AS HUGEINT)" if whole else f"CAST('{float(value)!r}' AS DOUBLE)"


def _value(rule: Rule, inner: str, kind: Physical) -> str | None:
    (argument,) = rule.argument
    if rule.keyword in _COMPARED:
        if kind not in {"whole", "real"} or not isinstance(argument, int | float):
            return None
        return f"{inner} {_COMPARED[rule.keyword]} {_number(argument)}"
    if kind not in {"text", "date", "time"}:
        return None
    value = _as_text(inner, kind)
    match rule.keyword:
        case "minLength":
            return f"length({value}) < {int(argument or 0)}"
        case "maxLength":
            return f"length({value}) > {int(argument or 0)}"
        case "pattern":
            return f"NOT regexp_matches({value}, {text(str(argument))})"
        case _:
            return _not_of_format(value, str(argument))


def _not_of_format(value: str, name: str) -> str:
    shaped = f"regexp_full_match({value}, {text(_FORMATS[name])})"
    if name in {"date", "date-time"}:
        return f"NOT ({shaped} AND TRY_CAST({value}[1:10] AS DATE) IS NOT NULL)"
    return f"NOT {shaped}"


def _as_text(inner: str, kind: Physical) -> str:
    """Return a date or a time as RFC 3339 writes it, and everything else as it is."""
    if kind == "date":
        return f"strftime({inner}, '%Y-%m-%d')"
    return f"strftime({inner}, '%Y-%m-%dT%H:%M:%SZ')" if kind == "time" else inner
