"""Damage to files of other tools: what disks, networks, hands and enemies do to them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

NESTED = "[" * 3000 + "]" * 3000
LITERALS = [
    "null", "true", "false", "-1", "-3", "2.5", "1e999", "-1e999", "NaN", "Infinity", "-Infinity",
    "1" + "0" * 400, "9" * 5000, "1e-320", "9007199254740993", '""', '"7"',
    '"\\ud800"', '"\\u0000\\u001b[31m"',
    '"<script>alert(1)</script>"', '"' + "x" * 5000 + '"', "[]", "{}", "[[]]", '{"a": 1}', "[1, 2]", "0",
]  # fmt: skip
"""JSON that may stand where something else stood."""
MARK = "\x02mutant\x02"
"""Stands for a literal until the document is text: what JSON cannot say must go in as text."""
XML = [
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&#0;", b"&#x110000;", b"<testsuite>", b"</testsuite>",
    b"<testcase/>", b"<failure/>", b'tests="-1"', b'failures="999"', b'errors="1.5"', b'tests="\xff"',
    b'name="' + b"x" * 3000 + b'"', b"<a>" * 500, b"<![CDATA[", b"]]>", b"<?xml version='1.0'?>", b"\x00",
]  # fmt: skip


def mutant(raw: bytes, chance: random.Random) -> bytes:
    """Return a file with one to three kinds of damage."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        raw = chance.choice(_ways(raw))(raw, chance)
    return raw


def _ways(raw: bytes) -> list[Any]:
    usual = [_flipped, _cut, _doubled, _lost]
    if raw.lstrip().startswith(b"<"):
        return [*usual, _spliced, _spliced]
    return [*usual, _retyped, _retyped, _retyped, _retyped]


def _flipped(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.choice((1, 1, 4, 30))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _doubled(raw: bytes, chance: random.Random) -> bytes:
    start, end = _span(raw, chance)
    return raw[:end] + raw[start:end] + raw[end:]


def _lost(raw: bytes, chance: random.Random) -> bytes:
    start, end = _span(raw, chance)
    return raw[:start] + raw[end:]


def _span(raw: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(raw) + 1)
    return start, min(len(raw), start + chance.choice((1, 8, 80, 2000)))


def _spliced(raw: bytes, chance: random.Random) -> bytes:
    """Put a piece of XML before, after or into a tag."""
    places = [index for index, byte in enumerate(raw) if byte in b'<>" '] or [0]
    at = chance.choice(places)
    return raw[:at] + chance.choice(XML) + raw[at:]


def _retyped(raw: bytes, chance: random.Random) -> bytes:
    """Put another value where one stood, or take a key away, or put one in twice."""
    lines = raw.split(b"\n")
    whole = _read(raw)
    index = chance.randrange(len(lines))
    document = whole if whole is not None else _read(lines[index])
    places = list(_places(document))
    if not places:
        return _flipped(raw, chance)
    holder, key = chance.choice(places)
    way = chance.randrange(10)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, dict):
        holder[f"{key}{MARK}"] = holder[key]
    elif way == 2 and isinstance(holder, list):
        holder.append(holder[key])
    else:
        holder[key] = MARK
    literal = NESTED if way == 3 else chance.choice(LITERALS)
    text = json.dumps(document).replace(json.dumps(f"{key}{MARK}"), json.dumps(key))
    made = text.replace(json.dumps(MARK), literal).encode()
    if whole is not None:
        return made
    lines[index] = made
    return b"\n".join(lines)


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place of a document: what holds it, and where."""
    waiting = [value]
    while waiting:
        held = waiting.pop()
        keys = held if isinstance(held, dict) else range(len(held)) if isinstance(held, list) else ()
        for key in keys:
            yield held, key
            waiting.append(held[key])
