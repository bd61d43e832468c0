"""JSON with places: what is wrong is told with line and column, as of a file in YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from holdfast.kernel.errors import Place, PlanError
from holdfast.plan.model.document import DEEPEST, LARGEST_FILE
from holdfast.plan.model.masking import masked
from holdfast.plan.model.refusals import shown

_SPACE = re.compile(r"[ \t\r\n]*")
_BREAK = re.compile(r"\r\n|\r|\n")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class JsonFile:
    """A JSON file with its value.

    Attributes
    ----------
    name : str
        As the user gave it.
    value : dict
        What it holds.
    """

    name: str
    text: str
    value: dict[str, Any]

    def place(self, path: Sequence[str | int]) -> Place:
        """Return where a value is written; where it is not, the nearest above it that is."""
        return self._place(_offset(self.text, path))

    def refuse(self, code: str, message: str, path: Sequence[str | int], fix: str) -> NoReturn:
        """Refuse what is written at a path.

        Raises
        ------
        PlanError
            With its place.
        """
        raise PlanError.of(code, message, place=self.place(path), fix=fix)

    def _place(self, offset: int) -> Place:
        return place_at(self.name, self.text, offset)


def place_at(name: str, text: str, offset: int) -> Place:
    """Return the place of a character of a text."""
    lines = _BREAK.split(text[:offset])
    whole = _BREAK.split(text)
    line = whole[len(lines) - 1] if len(lines) <= len(whole) else ""
    visible = "".join(c if c.isprintable() else "\ufffd" for c in masked(line.replace("\t", " ")))
    return Place(name, len(lines), len(lines[-1]) + 1, visible)


def read_json(text: str, name: str) -> JsonFile:
    """Return the JSON object that a text is.

    Raises
    ------
    PlanError
        HF201 it is no JSON, HF204 a key is written twice, HF209 it is too large or too deep, HF210 a text is
        half a character.
    """
    if len(text) > LARGEST_FILE:
        raise PlanError.of(
            "HF209", f"{len(text):,} characters are too many", place=Place(name), fix="split it"
        )
    twice: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in found]
        twice.extend(key for key in dict.fromkeys(keys) if keys.count(key) > 1 and len(keys) < 2_000)
        return dict(found)

    _refuse_depth(text, name)
    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = place_at(name, text, error.pos)
        fix = "check quotes, commas and brackets"
        raise PlanError.of(
            "HF201", f"not readable as JSON: {error.msg.lower()}", place=place, fix=fix
        ) from error
    except ValueError as error:
        message = f"not readable as JSON: {error}"
        raise PlanError.of(
            "HF201", message, place=Place(name), fix="write a smaller number, or text"
        ) from error
    if not isinstance(value, dict):
        raise PlanError.of(
            "HF201", "no object at the top", place=place_at(name, text, 0), fix="start with `{`"
        )
    if twice:
        place = place_at(name, text, max(0, text.rfind(json.dumps(twice[0], ensure_ascii=False))))
        raise PlanError.of(
            "HF204", f"the key {shown(twice[0])} is written twice", place=place, fix="keep one"
        )
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        message = "an escape that is half a character (a lone surrogate)"
        raise PlanError.of("HF210", message, place=Place(name), fix="write the character") from error
    return JsonFile(name, text, value)


def _no_constant(word: str) -> NoReturn:
    msg = f"`{word}` is no JSON"
    raise ValueError(msg)


def _refuse_depth(text: str, name: str) -> None:
    """Refuse brackets within brackets without end, before a parser follows them."""
    depth = 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', text, flags=re.DOTALL):
        if found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
        if depth > DEEPEST:
            message = f"more than {DEEPEST} lists and objects within each other"
            place = place_at(name, text, found.start())
            raise PlanError.of(
                "HF209", message, place=place, fix="no playbook is so deep: check the brackets"
            )


def _offset(text: str, path: Sequence[str | int]) -> int:
    """Return where the value at a path begins; the text is known to be JSON."""
    here = _skip(text, 0)
    for step in path:
        inner = _member(text, here, step)
        if inner is None:
            return here
        here = inner
    return here


def _member(text: str, here: int, step: str | int) -> int | None:
    closing = {"{": "}", "[": "]"}.get(text[here])
    if closing is None:
        return None
    at, index = _skip(text, here + 1), 0
    while text[at] != closing:
        key: str | int = index
        if closing == "}":
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        if key == step:
            return at
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
        index += 1
    return None


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at
