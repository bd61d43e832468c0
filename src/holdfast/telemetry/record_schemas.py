"""JSON Schema (draft 2020-12) for flat records, as rules over columns; what would be ignored is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NoReturn

from holdfast.kernel.errors import Place, PlanError, Problem, did_you_mean
from holdfast.telemetry.rules import FORMATS, Keyword, Rule, Scalar

TYPES = ("string", "number", "integer", "boolean", "null")
_ANNOTATIONS = frozenset(
    {"title", "description", "$comment", "default", "examples", "deprecated", "readOnly", "writeOnly"}
)
_TOP = frozenset({"$schema", "$id", "type", "properties", "required", "additionalProperties"})
_NUMBERS: tuple[Keyword, ...] = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_LENGTHS: tuple[Keyword, ...] = ("minLength", "maxLength")
_ASKED: tuple[Keyword, ...] = ("type", "enum", "const", "pattern", "format", *_NUMBERS, *_LENGTHS)
_COLUMN = frozenset({*_ASKED, "anyOf"})
_DRAFTS = ("2020-12", "2019-09", "draft-07", "draft-06")
"""Drafts in which the supported keywords mean the same."""


class SchemaReader:
    """Reads a schema and collects everything that it cannot be held to.

    Attributes
    ----------
    problems : list of Problem
        HF215, each with the JSON pointer of what is wrong.
    """

    def __init__(self, name: str, place: Place | None) -> None:
        self.name = name
        self.place = place
        self.problems: list[Problem] = []

    def read(self, text: str) -> tuple[Rule, ...]:
        """Return the rules of a schema, in its order.

        Parameters
        ----------
        text : str
            The schema as JSON.

        Raises
        ------
        PlanError
            HF215: no JSON, no schema of an object, or keywords that would be ignored; all of them at once.
        """
        schema = self._parsed(text)
        rules = list(self._rules(schema))
        if not rules and not self.problems:
            self._refuse("", "asks for nothing", "give it `properties` or `required`")
        if self.problems:
            raise PlanError(self.problems)
        return tuple(rules)

    def _parsed(self, text: str) -> dict[str, object]:
        try:
            schema = json.loads(text, parse_constant=_no_number)
        except json.JSONDecodeError as error:
            line = text.splitlines()[error.lineno - 1] if text.strip() else ""
            place = Place(self.name, error.lineno, error.colno, line[:500])
            raise PlanError.of(
                "HF215", f"schema `{self.name}` is no JSON: {error.msg}", place=place
            ) from error
        except (ValueError, RecursionError) as error:
            raise PlanError.of(
                "HF215", f"schema `{self.name}` is no JSON: {error}", place=self.place
            ) from error
        if not isinstance(schema, dict):
            fix = "a schema of records is an object with `properties`"
            raise PlanError.of("HF215", f"schema `{self.name}` is no object", place=self.place, fix=fix)
        return schema

    def _refuse(self, pointer: str, message: str, fix: str) -> None:
        where = f" at `{pointer}`" if pointer else ""
        self.problems.append(Problem("HF215", f"schema `{self.name}`{where}: {message}", self.place, fix))

    def _unknown(self, pointer: str, words: Mapping[str, object], known: frozenset[str]) -> None:
        for word in words:
            if word not in known and word not in _ANNOTATIONS and not word.startswith("x-"):
                message = f"`{word[:60]}` is not checked by this version"
                self._refuse(pointer, message, did_you_mean(word[:60], known, otherwise="it checks"))

    def _rules(self, schema: Mapping[str, object]) -> Iterator[Rule]:
        self._unknown("", schema, _TOP)
        draft = schema.get("$schema", _DRAFTS[0])
        if not isinstance(draft, str) or not any(known in draft for known in _DRAFTS):
            self._refuse("/$schema", "this draft is not known", f"write it after draft {_DRAFTS[0]}")
        if schema.get("type", "object") != "object":
            self._refuse("/type", "a record is an object", "write `object`, or leave it out")
        properties = schema.get("properties", {})
        if not isinstance(properties, dict):
            self._refuse("/properties", "expected an object", "name a column and what it must be")
            properties = {}
        admits_null = set()
        for column, said in properties.items():
            own = list(self._column(column, said))
            if _admits_null(own):
                admits_null.add(column)
            yield from own
        yield from self._required(schema.get("required", []), admits_null)
        others = schema.get("additionalProperties", True)
        if not isinstance(others, bool):
            self._refuse("/additionalProperties", "only true and false are checked", "write `false`")
        elif not others:
            yield Rule("", "additionalProperties", tuple(properties))

    def _required(self, columns: object, admits_null: set[str]) -> Iterator[Rule]:
        if not isinstance(columns, list) or not all(isinstance(column, str) for column in columns):
            self._refuse("/required", "expected a list of columns", 'write `["id", "text"]`')
            return
        for column in dict.fromkeys(columns):
            # a column that may be null must only be there
            yield Rule(column, "required", (None,) if column in admits_null else ())

    def _column(self, column: str, said: object) -> Iterator[Rule]:
        pointer = f"/properties/{column}"
        if said is True:
            return
        if not isinstance(said, dict):
            self._refuse(pointer, "expected an object", 'write what it must be: `{"type": "string"}`')
            return
        said = self._without_null(pointer, said)
        self._unknown(pointer, said, _COLUMN)
        for word in _ASKED:
            argument = self._argument(pointer, word, said[word]) if word in said else None
            if argument is not None:
                yield Rule(column, word, argument)

    def _without_null(self, pointer: str, said: dict[str, object]) -> dict[str, object]:
        """Return `anyOf: [{...}, {type: null}]`, which tools write for what may be absent, as one schema."""
        options = said.get("anyOf")
        if options is None:
            return said
        rest = {word: value for word, value in said.items() if word != "anyOf"}
        values = (
            [option for option in options if option != {"type": "null"}] if isinstance(options, list) else []
        )
        if len(values) != 1 or not isinstance(values[0], dict) or set(values[0]) & set(rest) - _ANNOTATIONS:
            self._refuse(pointer, "`anyOf` is checked as one schema or null only", "write one `type`")
            return rest
        merged = {**rest, **values[0]}
        own = merged.get("type")
        if isinstance(own, str | list):
            merged["type"] = [*([own] if isinstance(own, str) else own), "null"]
        return merged

    def _argument(self, pointer: str, word: str, value: object) -> tuple[Scalar, ...] | None:
        """Return what a keyword asks, or None where it asks nothing or is refused."""
        at = f"{pointer}/{word}"
        if word == "type":
            names = [value] if isinstance(value, str) else value
            if isinstance(names, list) and names and all(name in TYPES for name in names):
                return tuple(names)
            self._refuse(at, "this type is not checked by this version", f"it checks: {', '.join(TYPES)}")
        elif word in {"enum", "const"}:
            values = [value] if word == "const" else value
            if isinstance(values, list) and values and all(_scalar(each) for each in values):
                return tuple(values)
            self._refuse(at, "expected texts, numbers, true, false or null", "list the values that may be")
        elif word in _NUMBERS:
            if isinstance(value, int | float) and not isinstance(value, bool):
                return (value,)
            self._refuse(at, "expected a number", "write `0`")
        elif word in _LENGTHS:
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                return (value,)
            self._refuse(at, "expected a whole number from 0", "write `1`")
        elif word == "pattern":
            if isinstance(value, str):
                return (value,)
            self._refuse(at, "expected a regular expression", 'write `"^[A-Z]{2}$"`')
        elif word == "format":
            if value in FORMATS:
                return (str(value),)
            self._refuse(at, "this format is not checked by this version", f"it checks: {', '.join(FORMATS)}")
        return None


def _admits_null(rules: Sequence[Rule]) -> bool:
    """Return whether a column's rules say that null may be there."""
    asked = [rule for rule in rules if rule.keyword in {"type", "enum", "const"}]
    return bool(asked) and all(
        ("null" if rule.keyword == "type" else None) in rule.argument for rule in asked
    )


def _scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _no_number(word: str) -> NoReturn:
    msg = f"{word} is no number in JSON"
    raise ValueError(msg)
