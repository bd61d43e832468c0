"""Ways to spoil a plan's text, for the tests that spoil many."""

from __future__ import annotations

import random
from pathlib import Path

EXAMPLE = (Path(__file__).parent / "support-assistant.yaml").read_text("utf-8")
PIECES = (
    *"\t\r\n\x00\x1b\x85\ufeff\u2028\u202e:#-?[]{},&*!|>%@`'\"\\ ",
    ": ",
    " #",
    "- ",
    "? ",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "<<: ",
    "&a ",
    "*a",
    "!!python/object:os.system ",
    "!x ",
    "null",
    "~",
    "true",
    "yes",
    "NO",
    "0123",
    "1.10",
    "10:30",
    "2027-02-30",
    "1e999",
    ".nan",
    "-1",
    "5%",
    "101%",
    "90",
    "1h30m",
    "9" * 400,
    "$NAME",
    "$",
    "xoxb-123456789",
    "../../x",
    "/etc/passwd",
    "https://u:p@h.example/?t=1",
    "'",
    '"\\uD800"',
    '"\\U00110000"',
    '"\\x"',
    "| \n",
    ">-\n",
    "[" * 60,
    "{a: " * 40,
    "((((",
    "a >>= b",
    "not",
    "id",
    "kind",
    "metric",
    "sign",
    "import",
    "safe",
    "normal",
    "holdfast",
    "system",
    "include",
    "gates",
    "risks",
)


def spoilt(text: str, chance: random.Random, times: int) -> str:
    """Return text after so many small accidents."""
    for _ in range(times):
        at, end = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
        end = min(end, at + chance.choice((0, 1, 4, 20, 200)))
        match chance.randrange(6):
            case 0:
                text = text[:at] + chance.choice(PIECES) + text[at:]
            case 1:
                text = text[:at] + text[end:]
            case 2:
                text = text[:at] + chance.choice(PIECES) + text[end:]
            case 3:
                there = chance.randrange(len(text) + 1)
                text = text[:there] + text[at:end] + text[there:]
            case 4:
                text = _line_moved(text, chance)
            case _:
                text = _value_replaced(text, chance)
    return text


def _line_moved(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    moved = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randrange(len(lines) + 1), " " * chance.randrange(5) + moved)
    return "\n".join(lines)


def _value_replaced(text: str, chance: random.Random) -> str:
    starts = [index for index in range(len(text) - 1) if text.startswith(": ", index)]
    if not starts:
        return text
    at = chance.choice(starts) + 2
    end = min((found for stop in ",}\n" if (found := text.find(stop, at)) >= 0), default=len(text))
    return text[:at] + chance.choice(PIECES) + text[end:]
